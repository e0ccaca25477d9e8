"""What the colours of the city mean: the modes, and a value or a colour for each component and home.

No Qt widgets and no VTK here: arrays in, arrays out. A value that is not known is NaN and never green.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.session import Session
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.model.tables import PROVENANCES, SERVICES
from ui.theme_colours import Rgb, mixed, rgb

Values = npt.NDArray[np.float64]
Colours = npt.NDArray[np.uint8]
#: lower edges of the classes of a chance; below the first: neutral
CLASSES = (0.05, 0.20, 0.40, 0.60, 0.80)
#: what people lose; the same words as in a briefing (a test holds it)
LOSING = {
    "power": "power",
    "water": "water",
    "boil_water": "safe water",
    "wastewater": "their sewer",
    "gas": "gas",
    "heat": "heat",
    "telecom": "phone and data",
    "health": "their clinic or hospital",
    "access": "road access",
    "shelter": "their shelter",
}


@dataclass(frozen=True)
class Mode:
    """A way of colouring; kind: sector, provenance, observed, leaving, people, hazard, loading, failure, losing (a service)."""

    name: str
    title: str
    kind: str
    service: str = ""

    @property
    def is_chance(self) -> bool:
        """True when the colours are classes of a share of 1: a chance, or a loading."""
        return self.kind in ("failure", "losing", "loading", "leaving")


SECTOR = Mode("sector", "Sector", "sector")
PROVENANCE = Mode("provenance", "Where data come from", "provenance")
OBSERVED = Mode("observed", "What sensors see", "observed")
LEAVING = Mode("leaving", "Not yet in safety", "leaving")
PEOPLE = Mode("people", "People and traffic", "people")
HAZARD = Mode("hazard", "Direct damage", "hazard")
FAILURE = Mode("failure", "Chance of failing", "failure")
LOADING = Mode("loading", "Power stress before the event", "loading")


def services_of(city: City) -> list[str]:
    """The services that the city's homes get, in the order of the model."""
    have = set(city.services.service.tolist())
    return [service for service in SERVICES if service in have]


def modes(
    city: City, result: CascadeResult | None, *, asked: bool = False, leaving: bool = False, followed: bool = False
) -> list[Mode]:
    """The modes that make sense now; ``asked``: a scenario is chosen; ``leaving``: there is an evacuation; ``followed``: one
    replicate of it is."""
    found = [SECTOR, PROVENANCE, *([OBSERVED] if len(city.sensors) else []), *([HAZARD] if asked else []),
             *([LEAVING] if leaving else []), *([PEOPLE] if followed else [])]
    if result is not None and fits(city, result):
        found.append(FAILURE)
        if np.isfinite(result.base_loading).any():
            found.append(LOADING)
        found += [Mode(f"losing:{s}", f"Losing {LOSING.get(s, s)}", "losing", s) for s in services_of(city)]
    return found


def fits(city: City, result: CascadeResult) -> bool:
    """True when the result is about the components that the city has now, in the same order."""
    return len(result.assets) == len(city.component_ids) and bool((result.assets == city.component_ids).all())


def modes_now(session: Session) -> list[Mode]:
    """The modes that make sense for what is shown."""
    return modes(session.city, session.result, asked=session.scenario is not None,
                 leaving=session.evacuations.result is not None, followed=session.evacuations.traces.found is not None)


def mode_named(name: str, among: list[Mode]) -> Mode:
    """The mode called ``name``, or by sector where it makes no sense now."""
    return next((mode for mode in among if mode.name == name), SECTOR)


class Suppliers:
    """Which component gives a service to which block; made once for a city."""

    def __init__(self, city: City) -> None:
        at = {block: i for i, block in enumerate(city.blocks.id)}
        index, self._blocks = city.index, len(city.blocks)
        self._by: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = {}
        rows = city.services
        block = np.array([at.get(b, -1) for b in rows.block], dtype=np.int64)
        supplier = np.array([index.get(s, -1) for s in rows.supplier], dtype=np.int64)
        for service in services_of(city):
            chosen = (rows.service == service) & (block >= 0) & (supplier >= 0)
            self._by[service] = block[chosen], supplier[chosen]

    def of_blocks(self, service: str, per_component: Values) -> Values:
        """The value of each block's supplier, the greatest where it has several; NaN where nobody supplies it."""
        found = np.full(self._blocks, np.nan)
        block, supplier = self._by.get(service, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        np.fmax.at(found, block, per_component[supplier])
        return found

    def of_components(self, service: str, count: int) -> npt.NDArray[np.bool_]:
        """True for each component that gives the service to somebody."""
        given = np.zeros(count, dtype=bool)
        given[self._by.get(service, (None, np.zeros(0, np.int64)))[1]] = True
        return given


def at_hour(result: CascadeResult, hour: float) -> Values:
    """The share of runs in which each component is down at ``hour``, between whole hours by straight line."""
    last = result.down_share_by_hour.shape[1] - 1
    low = int(min(max(hour, 0.0), last))
    part = min(hour - low, 1.0)
    before = result.down_share_by_hour[:, low].astype(float)
    if part <= 0 or low == last:
        return before
    return before * (1 - part) + result.down_share_by_hour[:, low + 1] * part


def chances(mode: Mode, city: City, result: CascadeResult, suppliers: Suppliers, hour: float) -> tuple[Values, Values]:
    """(of each component, of each block) the chance that a mode shows."""
    if mode.kind in ("failure", "loading"):
        return result.failure_probability if mode.kind == "failure" else result.base_loading, np.full(len(city.blocks), np.nan)
    down = at_hour(result, hour)
    return down, suppliers.of_blocks(mode.service, down)


def by_class(values: Values, ramp: tuple[str, ...], neutral: str, unknown: str) -> Colours:
    """(n, 3) colours of chances by class; ``unknown`` where the value is NaN."""
    table = np.array([rgb(neutral), *(rgb(c) for c in ramp), rgb(unknown)], dtype=np.uint8)
    return table[np.where(np.isnan(values), len(ramp) + 1, np.digitize(values, CLASSES))]


def by_word(words: npt.NDArray[np.object_], colours: dict[str, Rgb], other: Rgb) -> Colours:
    """(n, 3) colours of words such as sectors or provenances."""
    known = list(colours)
    table = np.array([colours[k] for k in known] + [other], dtype=np.uint8)
    code = {word: i for i, word in enumerate(known)}
    return table[np.array([code.get(w, len(known)) for w in words], dtype=np.int64)]


def observed_colours(seen: str, old: str, neutral: str, ground: str) -> tuple[Rgb, ...]:
    """One colour for each code of ``observability``: blind (drawn back), inferred, observed with old data, observed."""
    return rgb(mixed(neutral, ground, 0.5)), rgb(mixed(seen, neutral, 0.45)), rgb(old), rgb(seen)


def provenance_colours(text: str, accent: str, generated: str, assumed: str) -> dict[str, Rgb]:
    """One colour for each provenance, in the order of the model."""
    return dict(zip(PROVENANCES, (rgb(text), rgb(accent), rgb(generated), rgb(assumed)), strict=True))
