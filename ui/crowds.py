"""People and traffic of a trace as arrays for the scene and its key: who is shown, in which colour, how dense. No Qt, no VTK."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.traces import Traces
from stratum_core.model.fields import Floats, Ints
from ui.colouring import CLASSES, Colours
from ui.theme import Tokens
from ui.theme_colours import rgb

#: lower edges of the classes of people per hectare; below the first: no colour
DENSITIES = (1.0, 5.0, 10.0, 20.0, 40.0)
#: sides of the cells, the first with which the city is no more than so many cells wide
_SIDES, _CELLS_WIDE = (100.0, 200.0, 400.0, 800.0, 1600.0), 80
_HECTARE = 10_000.0


@dataclass(frozen=True)
class Cells:
    """Squares over the city: south-west corner, side in metres, columns and rows."""

    corner: tuple[float, float]
    side: float
    columns: int
    rows: int

    @classmethod
    def over(cls, places: Floats) -> Cells:
        """Squares that cover (n, 2) places."""
        placed = places[np.isfinite(places).all(axis=1)]
        low, high = placed.min(axis=0), placed.max(axis=0)
        wide = float((high - low).max())
        side = next((side for side in _SIDES if wide <= side * _CELLS_WIDE), _SIDES[-1])
        first = np.floor(low / side) * side
        columns, rows = (np.floor((high - first) / side).astype(int) + 1).tolist()
        return cls((float(first[0]), float(first[1])), side, columns, rows)

    def density(self, places: Floats, people: Floats) -> Floats:
        """(columns * rows,) people per hectare."""
        at = np.floor(np.nan_to_num((places - np.array(self.corner)) / self.side, nan=-1.0)).astype(np.int64)
        inside = ((at >= 0) & (at < (self.columns, self.rows))).all(axis=1)
        cell = at[inside, 1] * self.columns + at[inside, 0]
        return np.bincount(cell, people[inside], minlength=self.columns * self.rows) * _HECTARE / self.side**2


@dataclass(frozen=True)
class Crowd:
    """Everybody of a group at one moment: places (n, 2), state, people; and roads: density and flow by directed link.

    shown: those to be drawn as dots; counts: people by state.
    """

    places: Floats
    state: npt.NDArray[np.int8]
    people: Floats
    shown: Ints
    counts: Floats
    density: Floats
    flow: Floats

    @property
    def at_risk(self) -> Floats:
        """(n,) people who are to go or want to, and are not in safety."""
        from stratum_core.population.evacuation.trace import OUTSIDE, SAFE

        return np.where((self.state == SAFE) | (self.state == OUTSIDE), 0.0, self.people)


def crowd_at(traces: Traces, hour: float, group: str) -> Crowd | None:
    """The people of a group at an hour, an unknown group means all; None without a trace."""
    moment, trace = traces.at(hour), traces.found
    if moment is None or trace is None:
        return None
    from stratum_core.population.evacuation.trace import OUTSIDE, STATES

    now, flows = moment
    people = trace.members[trace.groups.index(group) if group in trace.groups else 0].astype(float)
    fleet = (np.arange(trace.rows) >= trace.fleet) & (np.arange(trace.rows) < trace.movers)
    placed = np.isfinite(now.places).all(axis=1)  # some roads of a schematic have no place
    shown = np.flatnonzero(((people > 0) | fleet) & (now.state != OUTSIDE) & placed)
    counts = np.bincount(now.state, people, minlength=len(STATES))
    return Crowd(now.places, now.state, people, shown, counts, flows.density, flows.flow)


def state_colours(tokens: Tokens) -> Colours:
    """(states, 3) in the order of the states; who is outside is not drawn."""
    return np.array([rgb(tokens.neutral), *(rgb(code) for code in tokens.people.values())], dtype=np.uint8)


def density_colours(density: Floats, tokens: Tokens, opacity: float) -> Colours:
    """(cells, 4) by class; nothing where hardly anybody is."""
    table = np.array([(0, 0, 0, 0), *((*rgb(code), round(255 * opacity)) for code in tokens.ramp)], dtype=np.uint8)
    return table[np.digitize(density, DENSITIES)]


def traffic_colours(density: Floats, flow: Floats, tokens: Tokens, opacity: float) -> Colours:
    """(links, 4) by share of a jam; nothing where nobody drove within the quarter of an hour."""
    alpha = round(255 * opacity)
    table = np.array([(*rgb(code), alpha) for code in (tokens.accent, *tokens.ramp)], dtype=np.uint8)
    found = table[np.digitize(density, CLASSES)]
    found[(flow <= 0) & (density <= 0)] = 0
    return found
