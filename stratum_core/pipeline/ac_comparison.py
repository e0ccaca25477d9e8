"""The cascade's power model (radial DistFlow, DC where meshed) against AC power flow, on one city and one set of outages.

Both get the same loads, the same output of sources and the same islands. What AC adds: reactive flows and losses everywhere,
and voltages above 36 kV and in meshed grids. Line charging is in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.cascade.compiled import Compiled, compile_city
from stratum_core.errors import unknown
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.model.spec import CascadeSpec
from stratum_core.sectors import SECTORS, sectors_in_order
from stratum_core.sectors.network import Supply, work_arrays
from stratum_core.sectors.power.ac import AcFlow, AcProblem, ac_flow
from stratum_core.sectors.power.kernels import branch_flow, solve_power


@dataclass(frozen=True)
class AcComparison:
    """links: ids with a rating; loading, loading_ac: share of it. nodes: ids with supply; voltage, voltage_ac: pu.

    voltage is NaN where the model has none (DC). below, below_ac: number of nodes under ``power.minimum_voltage``. losses: MW,
    of DistFlow and of AC. Without ``converged`` AC found no solution: its columns are NaN, and the grid as loaded is likely to
    collapse, which no model here shows.
    """

    links: Strings
    loading: Floats
    loading_ac: Floats
    nodes: Strings
    voltage: Floats
    voltage_ac: Floats
    below: int
    below_ac: int
    losses: float
    losses_ac: float
    converged: bool

    @property
    def loading_difference(self) -> float:
        """Greatest difference of a loading, as share of the rating; 0 without ratings."""
        return _greatest(self.loading - self.loading_ac)

    @property
    def voltage_difference(self) -> float:
        """Greatest difference of a voltage where both models have one, pu."""
        return _greatest(self.voltage - self.voltage_ac)


def compare_with_ac(city: City, spec: CascadeSpec, out: Sequence[str] = ()) -> AcComparison:
    """Solve the power of ``city`` by the cascade's model and by AC, with the components ``out`` not functioning.

    Nothing trips. Raises InputError for an unknown id.
    """
    compiled = compile_city(city, spec)
    for name in out:
        if name not in city.index:
            raise unknown("component", name, city.index, where="out")
    work = _solved(compiled, [city.index[name] for name in out])
    nodes = _nodes(compiled)
    links = _links(compiled)
    problem = _problem(compiled, work, nodes, links)
    return _compared(compiled, work, nodes, links, ac_flow(problem))


@dataclass(frozen=True)
class Grid:
    """The power of a city for AC: buses and branches by component id, in the order of the problem; transformer: (branches,).

    tangent: reactive power drawn by active power.
    """

    problem: AcProblem
    buses: Strings
    branches: Strings
    transformer: Bools
    tangent: float


def grid_of(city: City, spec: CascadeSpec) -> Grid:
    """The grid as the cascade's undamaged start has it."""
    compiled = compile_city(city, spec)
    nodes, links = _nodes(compiled), _links(compiled)
    ids = city.component_ids
    problem, power = _problem(compiled, _solved(compiled, []), nodes, links), compiled.power
    return Grid(problem, ids[nodes], ids[links], power.transformer[links], float(power.tangent))


def _solved(compiled: Compiled, out: list[int]) -> Supply:
    """The cascade's own steady state, without trips and voltage floors."""
    network = compiled.network
    calm = compiled.power._replace(trips=False, floor=np.zeros_like(compiled.power.floor))
    work = work_arrays(network, calm)
    work.functional[:] = compiled.base.functional
    work.functional[out] = False
    solve_power(network, calm, work, _code(), np.zeros(1, dtype=np.int64))
    return work


def _code() -> int:
    return sectors_in_order().index(SECTORS.get("power"))


def _nodes(compiled: Compiled) -> Ints:
    ptr = compiled.network.node_ptr
    return compiled.network.node_list[ptr[_code()] : ptr[_code() + 1]]


def _links(compiled: Compiled) -> Ints:
    ptr = compiled.network.link_ptr
    return compiled.network.link_list[ptr[_code()] : ptr[_code() + 1]]


def _problem(compiled: Compiled, work: Supply, nodes: Ints, links: Ints) -> AcProblem:
    """What the model solved, for AC: the same islands, loads and outputs; each island's root is its reference."""
    network, power, rows = compiled.network, compiled.power, compiled.city.links
    place = np.full(len(work.island), -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    own = links - len(work.island)
    served = np.where(work.island[nodes] >= 0, work.active[nodes], 0.0)
    injection = -served * (1.0 + 1j * power.tangent)
    root = (work.island[nodes] >= 0) & (work.parent[nodes] < 0)
    generating = np.zeros(len(nodes), dtype=np.bool_)
    for source in network.source_list[network.source_ptr[_code()] : network.source_ptr[_code() + 1]]:
        at = place[network.attach[source] if network.attach[source] >= 0 else source]
        if work.functional[source]:
            injection[at] += work.output[source]
            generating[at] = True
            root[at] |= bool(np.isinf(network.capacity[source])) and work.island[nodes[at]] >= 0
    ratio = np.where(rows.ratio[own] > 0, rows.ratio[own], 1.0)
    return AcProblem(
        start=place[network.start[links]], end=place[network.end[links]],
        usable=_in_use(compiled, work, links), impedance=power.r[links] + 1j * power.x[links], charging=np.zeros(len(links)),
        ratio=ratio, shift=np.deg2rad(np.nan_to_num(rows.shift[own])),
        shunt=np.zeros(len(nodes), dtype=np.complex128), injection=injection, voltage=np.ones(len(nodes)), reference=root,
        controlled=generating & power.high[nodes] & ~root,
    )


def _in_use(compiled: Compiled, work: Supply, links: Ints) -> Bools:
    network = compiled.network
    ends = work.functional[network.start[links]] & work.functional[network.end[links]]
    live = work.island[network.start[links]] >= 0
    used: Bools = work.functional[links] & network.usable[links] & ends & live
    return used


def _compared(compiled: Compiled, work: Supply, nodes: Ints, links: Ints, found: AcFlow) -> AcComparison:
    power, city = compiled.power, compiled.city
    rated = np.flatnonzero(np.isfinite(power.rating[links]) & _in_use(compiled, work, links))
    chosen = links[rated]
    flow = np.array([abs(branch_flow(compiled.network, power, work, link)) for link in chosen])
    served = np.flatnonzero(work.island[nodes] >= 0)
    high = power.high[nodes[served]]
    voltage = np.where(high, np.nan, np.sqrt(work.voltage2[nodes[served]]))
    voltage_ac = found.magnitude[served] if found.converged else np.full(len(served), np.nan)
    floor = compiled.spec.power.minimum_voltage
    roots = nodes[served][work.tree_parent[nodes[served]] < 0]
    return AcComparison(
        links=city.component_ids[chosen],
        loading=flow / power.rating[chosen],
        loading_ac=found.apparent[rated] / power.rating[chosen] if found.converged else np.full(len(chosen), np.nan),
        nodes=city.component_ids[nodes[served]],
        voltage=voltage,
        voltage_ac=voltage_ac,
        below=int((voltage < floor).sum()),
        below_ac=int((voltage_ac < floor).sum()),
        losses=float(work.flow_p[roots].sum() - work.active[nodes[served]].sum()),
        losses_ac=found.losses if found.converged else float("nan"),
        converged=found.converged,
    )


def _greatest(difference: Floats) -> float:
    known = np.abs(difference[~np.isnan(difference)])
    return float(known.max()) if len(known) else 0.0
