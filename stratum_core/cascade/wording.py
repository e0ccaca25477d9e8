"""Rules as sentences: what happened, in the present tense, with the actor named."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stratum_core.cascade.compiled import Compiled
from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.state import State
from stratum_core.hazards import Prepared
from stratum_core.model.kinds import Kind
from stratum_core.model.results import Step
from stratum_core.number_format import hours
from stratum_core.sectors.network import (
    BY_HAZARD,
    CUT_OFF,
    DRY,
    INPUT,
    NODE_LOST,
    OVERLOAD,
    SHORTAGE,
    STORE,
    UNDERVOLTAGE,
)

_SERVICE_OF = {
    "power": "power",
    "water": "water",
    "gas": "gas",
    "heat": "heat",
    "telecom": "its network connection",
    "roads": "road access",
    "wastewater": "its sewer connection",
}
_CLOSES = {"hospital", "clinic", "care_home", "school", "shelter", "fire_station"}
_HELD = {"gas": "what the pipes held", "heat": "the stored warmth"}


def step(job: CascadeJob, state: State, component: int) -> Step:
    """The first fall of ``component`` in a replayed replicate in words, with its numbers."""
    rule, cause = int(state.rule[component]), int(state.cause[component])
    t, value, threshold = (float(column[component]) for column in (state.first_down, state.value, state.threshold))
    compiled = job.compiled
    city = compiled.city
    name = str(city.component_names[component])
    if rule >= BY_HAZARD:
        described = _hazard(job.hazards[rule - BY_HAZARD], component, value, threshold)
    elif rule == INPUT:
        described = _input(job, state, component, cause, threshold)
    else:
        described = _DESCRIBE[rule](job, component, cause, value, threshold)
    phrase, tail, unit, source, code, low_high = described
    shown: Mapping[str, float | None] = {"value": value, "threshold": threshold} if unit else {"value": None, "threshold": None}
    tables = city.assets if component < len(city.assets) else city.links
    row = component if component < len(city.assets) else component - len(city.assets)
    return Step(
        asset=str(city.component_ids[component]),
        name=name,
        t_h=t,
        rule=code,
        text=f"{name} {phrase}{tail}{_held(compiled, state, component, cause)}.",
        value=shown["value"],
        threshold=shown["threshold"],
        low=low_high[0],
        high=low_high[1],
        unit=unit,
        source=source,
        provenance=str(tables.provenance[row]),
    )


Described = tuple[str, str, str, str, str, tuple[float | None, float | None]]
NONE: tuple[float | None, float | None] = (None, None)


def _hazard(hazard: Prepared, component: int, value: float, threshold: float) -> Described:
    reason = hazard.reason(component, value, threshold)
    return reason.phrase, "", reason.unit, reason.source, hazard.rule, (reason.low, reason.high)


def _lost(job: CascadeJob, state: State, component: int, cause: int, threshold: float) -> int:
    """Row of the need that ``cause`` took from ``component``: of several, that whose drawn reserve is ``threshold``."""
    needs = job.compiled.needs
    of_cause = needs.use_list[needs.use_ptr[cause] : needs.use_ptr[cause + 1]]
    groups = of_cause[(needs.dependent[of_cause] == component) & (state.buffer_size[of_cause] == threshold)]
    return int(job.compiled.need_row[groups[0]])


def _input(job: CascadeJob, state: State, component: int, cause: int, threshold: float) -> Described:
    rows, row = job.compiled.city.dependencies, _lost(job, state, component, cause, threshold)
    service, source = str(rows.service[row]), str(rows.source[row])
    verb = "closes: no" if _kind(job.compiled, component).name in _CLOSES else "stops: no"
    well = _well(job.compiled, component) if service == "power" else 0.0
    used = [f"its {threshold - well:.1f} h reserve is used up"] if threshold > well + 1e-9 else []
    full = [f"its wet well is full after {well:.1f} h{' more' if used else ''}"] if well > 0 else []
    reserve = f", and {' and '.join([*used, *full])}" if threshold > 0 else ""
    ranged = threshold > 0 and not well  # the range of a well is not known
    low_high = (float(rows.buffer_low[row]), float(rows.buffer_high[row])) if ranged else NONE
    return (
        f"{verb} {service}",
        reserve,
        "h" if threshold > 0 else "",
        source,
        f"{service}.reserve" if threshold > 0 else f"{service}.lost",
        low_high,
    )


def _held(compiled: Compiled, state: State, component: int, cause: int) -> str:
    """What carried it on after the cause in its own network failed, and for how long."""
    sector = _kind(compiled, component).sector
    if cause < 0 or sector not in _HELD or _kind(compiled, cause).sector != sector:
        return ""
    lasted = float(state.first_down[component] - state.first_down[cause])
    return f": {_HELD[sector]} lasted {hours(lasted)}" if lasted > 1e-3 else ""


def _well(compiled: Compiled, component: int) -> float:
    """Hours in which its wet well fills; 0 without one."""
    tallies = compiled.tallies
    return float(tallies.well[tallies.station == component].sum())


def _network(rule: str, phrase: str) -> Callable[..., Described]:
    def describe(job: CascadeJob, component: int, cause: int, value: float, threshold: float) -> Described:
        sector = _kind(job.compiled, component).sector
        return phrase.format(service=_SERVICE_OF.get(sector, sector)), "", "1", "", f"{sector}.{rule}", NONE

    return describe


def _dry(job: CascadeJob, component: int, cause: int, value: float, threshold: float) -> Described:
    if job.compiled.network.role[component] == STORE:
        return "runs empty", "", "m3", "", "water.storage", NONE
    return "has no water", "", "1", "", "water.supply", NONE


def _voltage(job: CascadeJob, component: int, cause: int, value: float, threshold: float) -> Described:
    return "has too little voltage", "", "pu", "EN 50160", "power.undervoltage", NONE


def _overload(job: CascadeJob, component: int, cause: int, value: float, threshold: float) -> Described:
    return "trips on overload", "", "1", "share of rating", "power.overload", NONE


def _kind(compiled: Compiled, component: int) -> Kind:
    return compiled.kinds[component]


_DESCRIBE: dict[int, Callable[..., Described]] = {
    CUT_OFF: _network("cut_off", "loses {service}"),
    NODE_LOST: _network("node_lost", "loses {service}"),
    SHORTAGE: _network("shortage", "gets too little {service}"),
    DRY: _dry,
    UNDERVOLTAGE: _voltage,
    OVERLOAD: _overload,
}
