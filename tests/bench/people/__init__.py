"""People on the move: vehicles against UXsim, cost per agent by number, assignment."""

from __future__ import annotations

from collections.abc import Iterator

from .. import Row
from . import city, crossings, frames_steps, mesa_steps, vehicles, walkers


def rows() -> Iterator[Row]:
    """Vehicles, crossings, walkers, steps of agents, a whole city."""
    yield from vehicles.rows()
    yield from crossings.rows()
    yield from walkers.rows()
    yield from mesa_steps.rows()
    yield from frames_steps.rows()
    yield from city.rows()
