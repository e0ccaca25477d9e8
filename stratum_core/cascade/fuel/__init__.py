"""Fuel for generators: depots, tankers, and who is served first."""

from __future__ import annotations

from typing import NamedTuple

from stratum_core.model.fields import Floats, Ints


class Fuel(NamedTuple):
    """Who brings fuel. depot: component of each depot; start: its road node or -1; of: depot of each tanker.

    near: road node of each group's dependent or -1; rank: of each group, the greater, the earlier; hours: (depots, groups)
    in a straight line, for where there are no roads; delivery: hours to load and fill up.
    """

    depot: Ints
    start: Ints
    of: Ints
    near: Ints
    rank: Floats
    hours: Floats
    delivery: float
