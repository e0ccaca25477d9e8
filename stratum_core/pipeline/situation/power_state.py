"""The power grid of a city from its sensors: weighted least squares over measurements, known zeros and assumed loads.

The grid is that of the cascade (balanced, no line charging), with all that is in service. A sensor of power on a link is a flow,
on a bus with one transformer the flow through that, else what the bus draws. Buses without load or source draw nothing, which is
known. What no sensor tells of loads is assumed: the city's demand, scaled to the flow measured above it where there is one, with
a standard deviation of ``PSEUDO_SD`` of itself; reactive power by the power factor. Such pseudo-measurements are named as such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from stratum_core.errors import EngineError
from stratum_core.estimation.grid.measurements import Measurements
from stratum_core.estimation.grid.wls import Estimator, Verdict, estimator, judge
from stratum_core.estimation.grid.wording import blind_text, verdict_text
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats
from stratum_core.model.spec import CascadeSpec
from stratum_core.pipeline.ac_comparison import Grid, grid_of
from stratum_core.sectors.power.ac import black_buses, branch_admittances
from stratum_core.units import quantity_of, to_internal

#: of an assumed load, and of a reactive power that follows from a measured one, as share of it (assumed; 0.3 to 0.8)
PSEUDO_SD = 0.5
#: of a bus that draws nothing, and the least of any power, MVA
_ZERO_SD, _LEAST_SD = 2e-5, 2e-4
#: of the voltage of a source about its nominal one (assumed; EN 50160 allows 0.1)
_SOURCE_SD = 0.05
#: impedance (per unit of 1 MVA) below which two buses count as one: 1 MW loses 0.01 % of the voltage there
_SHORT = 1e-4
#: nominal voltage up to which the ends of feeders without a sensor are left out
_LOW_V = 1000.0
_BASE_W = 1e6
_MEASURED, _ZERO, _PSEUDO = "measured", "known zero", "assumed load"


@dataclass(frozen=True)
class BusState:
    """voltage in V and as share of the nominal one, with the interval that holds 95 %; source: measured, estimated (told by
    measurements and known zeros alone) or assumed loads.
    """

    bus: str
    name: str
    voltage: float
    share: float
    low95: float
    high95: float
    source: str


@dataclass(frozen=True)
class FlowState:
    """Active power (kW) that enters a link at its start, and what was measured there (null: nothing)."""

    link: str
    flow: float
    measured: float | None


@dataclass(frozen=True)
class PowerState:
    """The estimated state of the grid.

    observable: share of buses that measurements and known zeros determine; blind: the first buses that they do not.
    measurements, zeros, assumed: how many of each. objective with its degrees of freedom and the 99 % limit of chi-squared;
    largest: the largest normalised residual, its limit and its name; removed: bad data; critical: measurements in which an error
    cannot be detected.
    """

    buses: tuple[BusState, ...]
    flows: tuple[FlowState, ...]
    observable: float
    blind: tuple[str, ...]
    blind_count: int
    measurements: int
    zeros: int
    assumed: int
    objective: float
    degrees: int
    objective_limit: float | None
    largest: float | None
    largest_limit: float
    largest_name: str
    removed: tuple[str, ...]
    critical: tuple[str, ...]
    text: str


@dataclass
class _Set:
    """Measurements as they are gathered."""

    kind: list[str]
    place: list[int]
    value: list[float]
    sd: list[float]
    name: list[str]
    source: list[str]

    def add(self, kind: str, place: int, value: float, sd: float, name: str, source: str) -> None:
        for column, cell in zip((self.kind, self.place, self.value, self.sd, self.name, self.source),
                                (kind, place, value, sd, name, source), strict=True):
            column.append(cell)  # type: ignore[attr-defined]

    def measurements(self, kept: Bools | None = None) -> Measurements:
        on = np.flatnonzero(np.ones(len(self.kind), dtype=np.bool_) if kept is None else kept)
        return Measurements(tuple(self.kind[i] for i in on), np.array(self.place, dtype=np.int64)[on], np.array(self.value)[on],
                            np.array(self.sd)[on])


def power_state(city: City, mean: Floats, sd: Floats) -> PowerState | None:
    """The grid's state from estimates (sensors,) with their deviations, NaN where nothing is known; None without a power sensor.

    Raises EngineError where the equations do not settle.
    """
    rows = city.sensors
    told = np.isfinite(mean) & np.isin(rows.quantity.astype(str), ("power", "voltage"))
    if not told.any() or not (city.assets.sector[[city.index[c] for c in rows.component[told] if city.index.get(c, 10**9)
                              < len(city.assets)]] == "power").any():
        return None
    measured_at = {str(c) for c in rows.component[told]}
    grid, of_bus = _pruned(*_merged(grid_of(city, CascadeSpec())), city, measured_at)
    live = ~black_buses(grid.problem)
    found = _Set([], [], [], [], [], [])
    measured = _measured(city, grid, of_bus, live, mean, np.fmax(sd, np.nan_to_num(rows.noise)), found)
    if not found.kind:
        return None
    _assumed(city, grid, live, measured, found)
    source = np.array(found.source)
    known = found.measurements(source != _PSEUDO)
    seen = estimator(grid.problem, known, 1.0).observable
    # determined by construction: power at every bus but the sources, and the voltage of these
    whole = estimator(grid.problem, found.measurements(), 1.0)
    verdict = judge(whole, np.array(found.value))
    if not verdict.last.converged:
        raise EngineError("The estimate of the grid does not settle; check the units of its sensors.")
    return _page(city, grid, live, seen, found, whole, verdict)


def _merged(grid: Grid) -> tuple[Grid, dict[str, int]]:
    """The grid with buses as one between which less than ``_SHORT`` lies, and the place of every bus by its id.

    Equations of switches and short cables would lose all others in rounding.
    """
    problem, size = grid.problem, len(grid.buses)
    short = problem.usable & (np.abs(problem.impedance) < _SHORT) & ~grid.transformer
    joined = csr_matrix((np.ones(int(short.sum())), (problem.start[short], problem.end[short])), shape=(size, size))
    count, of = connected_components(joined, directed=False)
    first = np.unique(of, return_index=True)[1]
    kept = np.flatnonzero(~short & (of[problem.start] != of[problem.end]))
    summed = np.zeros(count, dtype=np.complex128)
    np.add.at(summed, of, problem.injection)
    reference = np.bincount(of, problem.reference) > 0
    branches = {name: getattr(problem, name)[kept] for name in ("usable", "impedance", "charging", "ratio", "shift")}
    group = np.deg2rad(30.0)
    branches["shift"] -= group * np.round(branches["shift"] / group)  # vector groups turn all beyond them alike
    merged = replace(problem, start=of[problem.start[kept]].astype(np.int64), end=of[problem.end[kept]].astype(np.int64),
                     **branches, shunt=np.zeros(count, dtype=np.complex128), injection=summed, voltage=problem.voltage[first],
                     reference=reference, controlled=np.zeros(count, dtype=np.bool_))
    found = Grid(merged, grid.buses[first], grid.branches[kept], grid.transformer[kept], grid.tangent)
    return found, {str(id): int(at) for id, at in zip(grid.buses, of, strict=True)}


def _pruned(grid: Grid, of_bus: dict[str, int], city: City, measured: set[str]) -> tuple[Grid, dict[str, int]]:
    """The grid without the ends of low-voltage feeders that no sensor is on; their loads stand at the bus they hang on.

    What lies beyond the last sensor no reading tells; losses there are left out.
    """
    problem, size = grid.problem, len(grid.buses)
    nominal = np.array([float(city.assets.voltage[city.index[str(id)]]) for id in grid.buses])
    held = problem.reference | ~(nominal <= _LOW_V)
    held[[of_bus[id] for id in measured if id in of_bus]] = True
    on = problem.usable & ~np.isin(grid.branches, list(measured))
    for end in (problem.start, problem.end):
        held[end[~on]] = True
    near: list[dict[int, int]] = [{} for _ in range(size)]
    for branch in np.flatnonzero(on).tolist():
        a, b = int(problem.start[branch]), int(problem.end[branch])
        near[a][branch], near[b][branch] = b, a
    injection, gone, lost = problem.injection.copy(), np.zeros(size, dtype=np.bool_), np.zeros(len(on), dtype=np.bool_)
    queue = [at for at in range(size) if len(near[at]) == 1 and not held[at]]
    for at in queue:
        if gone[at] or len(near[at]) != 1:
            continue
        (branch, other), = near[at].items()
        injection[other] += injection[at]
        gone[at], lost[branch] = True, True
        near[at].clear()
        del near[other][branch]
        if len(near[other]) == 1 and not held[other]:
            queue.append(other)
    place = np.cumsum(~gone) - 1
    kept, links = np.flatnonzero(~gone), np.flatnonzero(~lost)
    columns = {name: getattr(problem, name)[links] for name in ("usable", "impedance", "charging", "ratio", "shift")}
    left = replace(problem, start=place[problem.start[links]], end=place[problem.end[links]], **columns,
                   shunt=problem.shunt[kept],
                   injection=injection[kept], voltage=problem.voltage[kept], reference=problem.reference[kept],
                   controlled=problem.controlled[kept])
    found = Grid(left, grid.buses[kept], grid.branches[links], grid.transformer[links], grid.tangent)
    return found, {id: int(place[at]) for id, at in of_bus.items() if not gone[at]}


def _measured(
    city: City, grid: Grid, bus: dict[str, int], live: Bools, mean: Floats, sd: Floats, found: _Set
) -> dict[int, float]:
    """Add what sensors tell; returns flows (MW) by branch."""
    rows, flows = city.sensors, dict[int, float]()
    branch = {str(id): at for at, id in enumerate(grid.branches)}
    for at in np.flatnonzero(np.isfinite(mean) & (sd > 0)):
        component, quantity = str(rows.component[at]), str(rows.quantity[at])
        if quantity not in ("voltage", "power") or quantity_of(str(rows.unit[at])) != quantity:
            continue
        value, spread = (to_internal(float(x), str(rows.unit[at])) for x in (mean[at], sd[at]))
        name = str(rows.name[at] or rows.id[at])
        if quantity == "voltage" and component in bus and live[bus[component]]:
            nominal = float(city.assets.voltage[city.index[component]])
            if nominal > 0:
                found.add("v", bus[component], value / nominal, spread / nominal, name, _MEASURED)
            continue
        if quantity != "power":
            continue
        place, forward = _branch(grid, bus, branch, component)
        power, spread = value / _BASE_W, max(spread / _BASE_W, _LEAST_SD / 10)
        if place >= 0 and grid.problem.usable[place] and live[grid.problem.start[place]]:
            found.add("p_from" if forward else "p_to", place, power, spread, name, _MEASURED)
            flows[place] = power
        elif component in bus and live[bus[component]]:
            found.add("p", bus[component], -power, spread, name, _MEASURED)
    return flows


def _branch(grid: Grid, bus: dict[str, int], branch: dict[str, int], component: str) -> tuple[int, bool]:
    """The branch whose flow a sensor of power on a component tells, from its start or not; -1: none."""
    if component in branch:
        return branch[component], True
    at = bus.get(component, -1)
    own = np.flatnonzero(grid.transformer & ((grid.problem.start == at) | (grid.problem.end == at))) if at >= 0 else np.empty(0)
    return (int(own[0]), bool(grid.problem.start[own[0]] == at)) if len(own) == 1 else (-1, True)


def _assumed(city: City, grid: Grid, live: Bools, measured: dict[int, float], found: _Set) -> None:
    """Add known zeros and assumed loads of all buses without a source."""
    problem = grid.problem
    load = np.where(live, -problem.injection.real, 0.0)
    scale = _scales(grid, live, load, measured)
    told = {place for kind, place in zip(found.kind, found.place, strict=True) if kind == "p"}
    for at in np.flatnonzero(live & problem.reference):
        found.add("v", int(at), 1.0, _SOURCE_SD, f"assumed voltage at {grid.buses[at]}", _PSEUDO)
    for at in np.flatnonzero(live & ~problem.reference):
        name, drawn = str(grid.buses[at]), load[at] * scale[at]
        if load[at] == 0.0:
            for part in ("p", "q"):
                found.add(part, int(at), 0.0, _ZERO_SD, f"no load at {name}", _ZERO)
            continue
        spread = max(PSEUDO_SD * abs(drawn), _LEAST_SD)
        if at not in told:
            found.add("p", int(at), -drawn, spread, f"assumed load at {name}", _PSEUDO)
        found.add("q", int(at), -drawn * grid.tangent, spread, f"assumed reactive load at {name}", _PSEUDO)


def _scales(grid: Grid, live: Bools, load: Floats, measured: dict[int, float]) -> Floats:
    """(buses,) factor of each load, so that those behind one measured branch add up to its flow; 1 elsewhere."""
    problem, size = grid.problem, len(load)
    kept = problem.usable.copy()
    kept[list(measured)] = False
    joined = csr_matrix((np.ones(int(kept.sum())), (problem.start[kept], problem.end[kept])), shape=(size, size))
    part = connected_components(joined, directed=False)[1]
    total, fed = np.bincount(part, load), np.bincount(part, problem.reference & live) > 0
    into = np.zeros(len(total))
    for place, flow in measured.items():
        for end in (problem.start[place], problem.end[place]):
            if not fed[part[end]]:
                into[part[end]] += abs(flow)
    factor = np.where((into > 0) & (total > 0), into / np.where(total > 0, total, 1.0), 1.0)
    found: Floats = factor[part]
    return found


def _page(city: City, grid: Grid, live: Bools, seen: Bools, found: _Set, whole: Estimator, verdict: Verdict) -> PowerState:
    state, source = verdict.last, np.array(found.source)
    names = found.name
    told = {place for kind, place, of in zip(found.kind, found.place, found.source, strict=True)
            if kind == "v" and of == _MEASURED}
    blind = [str(id) for id in grid.buses[live & ~seen]]
    normalised = np.nan_to_num(state.normalised)
    worst = int(normalised.argmax())
    text = verdict_text(_of_measured(verdict, source == _MEASURED), names)
    if blind and not seen[live].any():
        text = f"Measurements alone determine no voltage of the grid: all rest on assumed loads too. {text}"
    elif blind:
        text = f"{blind_text(blind)} They are estimated with assumed loads. {text}"
    return PowerState(
        buses=tuple(_bus(city, grid, int(at), state.size, state.size_sd, at in told, bool(seen[at]))
                    for at in np.flatnonzero(live)),
        flows=_flows(grid, live, state.angle, state.size, found), observable=float(seen[live].mean()), blind=tuple(blind[:20]),
        blind_count=len(blind), measurements=int((source == _MEASURED).sum()), zeros=int((source == _ZERO).sum()),
        assumed=int((source == _PSEUDO).sum()), objective=verdict.first.objective, degrees=verdict.first.degrees,
        objective_limit=verdict.objective_limit if np.isfinite(verdict.objective_limit) else None,
        largest=float(normalised[worst]) if normalised[worst] > 0 else None, largest_limit=verdict.limit,
        largest_name=names[worst],
        removed=tuple(names[i] for i in verdict.removed),
        critical=tuple(names[i] for i in np.flatnonzero(state.critical & (source == _MEASURED))), text=text)


def _of_measured(verdict: Verdict, measured: Bools) -> Verdict:
    """The same with critical measurements of sensors only: an assumed load cannot be in error, it is no reading."""
    return replace(verdict, last=replace(verdict.last, critical=verdict.last.critical & measured))


def _bus(city: City, grid: Grid, at: int, size: Floats, sd: Floats, told: bool, seen: bool) -> BusState:
    row = city.index[str(grid.buses[at])]
    nominal, share, half = float(city.assets.voltage[row]), float(size[at]), 1.96 * float(sd[at])
    return BusState(str(grid.buses[at]), str(city.assets.name[row] or grid.buses[at]), share * nominal, share,
                    (share - half) * nominal, (share + half) * nominal,
                    "measured" if told else "estimated" if seen else "assumed loads")


def _flows(grid: Grid, live: Bools, angle: Floats, size: Floats, found: _Set) -> tuple[FlowState, ...]:
    problem = grid.problem
    usable = problem.usable & live[problem.start]
    voltage = np.nan_to_num(size) * np.exp(1j * np.nan_to_num(angle))
    own, across, _, _ = branch_admittances(problem, usable)
    sent = voltage[problem.start] * np.conj(own * voltage[problem.start] + across * voltage[problem.end])
    measured: dict[int, float] = {place: value for kind, place, value in zip(found.kind, found.place, found.value, strict=True)
                                  if kind == "p_from"}
    return tuple(FlowState(str(grid.branches[at]), float(sent[at].real) * 1e3,
                           measured[int(at)] * 1e3 if int(at) in measured else None) for at in np.flatnonzero(usable))


