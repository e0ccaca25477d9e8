"""Pressure-driven hydraulics for chosen replicates of a cascade, and how far the storage balance of the run is from it.

The replicate is replayed from its seed; what does not function in an hour is closed in EPANET for that hour: pumps without power,
broken pipes, plant that is hit. What the cascade only found to be without water is not: whether it is, EPANET decides.
A component that loses supply first and breaks later counts as whole until it comes back, since the log keeps why it went.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.cascade.state import State
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Strings
from stratum_core.number_format import percent
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors.network import CUT_OFF, DRY, NODE_LOST, SHORTAGE
from stratum_core.sectors.water.epanet_model import EpanetModel, EpanetSpec, epanet_model
from stratum_core.sectors.water.fire_flow import FireTest, available, spaced
from stratum_core.sectors.water.hydraulics import Hydraulics, Outages, PressureSpec, nothing_down, simulate

#: rules by which a component is found without supply although it is whole
_WITHOUT_SUPPLY = (CUT_OFF, NODE_LOST, SHORTAGE, DRY)


@dataclass(frozen=True)
class FireFlow:
    """Flow (m3/s) that a fire engine finds at each tested junction in one hour, and in the undamaged network at hour 0.

    people: at each of them.
    """

    hour: int
    nodes: Strings
    available: Floats
    undamaged: Floats
    people: Floats
    required: float

    def share(self, flow: Floats) -> float:
        """Share of the tested junctions that give what is required."""
        return float((flow >= self.required).mean()) if len(flow) else math.nan

    def people_share(self, flow: Floats) -> float:
        """The same, of the people at them."""
        total = float(self.people.sum())
        return float(self.people[flow >= self.required].sum()) / total if total > 0 else math.nan


@dataclass(frozen=True)
class ReplicateHydraulics:
    """One replicate. nodes: ids of the junctions; pressure: (hours + 1, nodes) m; share: of demand that is served.

    storage: (hours + 1, nodes), up in the storage balance. people, people_storage: (hours + 1,) without water by each; NaN where
    nobody is counted. demand_share, demand_share_storage: (hours + 1,) of all demand that is served. least_share: at least this
    share counts as supplied. differing: (hours + 1,) junctions that one of both counts as supplied and the other does not.
    unbalanced: hours in which EPANET stopped short of its accuracy. fire: in the hour in which most junctions are dry by the
    storage balance; of several, in that with most plant closed.
    """

    replicate: int
    nodes: Strings
    pressure: Floats
    share: Floats
    storage: Bools
    people: Floats
    people_storage: Floats
    demand_share: Floats
    demand_share_storage: Floats
    least_share: float
    unbalanced: int
    fire: FireFlow

    @property
    def differing(self) -> Floats:
        """(hours + 1,) junctions that one of both counts as supplied and the other does not."""
        found: Floats = ((self.share >= self.least_share) != self.storage).sum(axis=1).astype(float)
        return found

    @property
    def demand_difference(self) -> float:
        """Mean over the hours of the share of demand that EPANET serves beyond the storage balance; negative: less."""
        return float((self.demand_share - self.demand_share_storage).mean())


def replicate_hydraulics(
    job: CascadeJob,
    replicates: Sequence[int],
    *,
    model: EpanetModel | None = None,
    epanet: EpanetSpec | None = None,
    pressure: PressureSpec | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[ReplicateHydraulics, ...]:
    """EPANET's answer for ``replicates`` of ``job``, all in one process of its own.

    model: another input file than the one made from the city, with the names in it of the city's components. Raises
    InputError for a city without water or a replicate that the run does not have, EngineError, Cancelled.
    """
    beyond = [number for number in replicates if not 0 <= number < job.replicates]
    if beyond:
        raise InputError(f"the run has no replicate {beyond[0]}", repair=f"give numbers from 0 to {job.replicates - 1}")
    city, spec = job.compiled.city, job.compiled.spec
    model = model or epanet_model(city, epanet, demand_factor=spec.water.demand_factor)
    replays = [_replayed(job, number, model) for number in replicates]
    hydrants = _hydrants(city, model)
    test = FireTest(tuple(model.name[name] for name in hydrants), spec.water.fire_flow, spec.water.fire_residual)
    calm = replace(nothing_down(0), fire_hour=0)
    runs = [calm, *(outages for outages, _, _ in replays)]
    before, *found = simulate(model.text, runs, pressure, fire=test, progress=progress, cancel=cancel)
    return tuple(
        _compared(job, number, model, flows, up, people, _fire(city, outages.fire_hour, hydrants, flows, before, test))
        for number, flows, (outages, up, people) in zip(replicates, found, replays, strict=True)
    )


def hydraulics_lines(found: Sequence[ReplicateHydraulics]) -> list[str]:
    """A line for each replicate: what EPANET serves against the storage balance, and where they differ most."""
    lines = ["Water by EPANET, pressure-driven, against the storage balance of the run:"]
    for one in found:
        served, balance = one.demand_share.mean(), one.demand_share_storage.mean()
        worst = int(one.differing.max(initial=0))
        lines.append(
            f"  replicate {one.replicate}: {percent(float(served))} of the demand served, "
            f"{percent(float(balance))} by the balance; "
            f"at most {worst} of {len(one.nodes)} junctions differ in an hour."
            f" {_fire_words(one.fire)}"
            + (f" EPANET fell short of its accuracy in {one.unbalanced} hours." if one.unbalanced else "")
        )
    return lines


def _fire_words(fire: FireFlow) -> str:
    people = fire.people_share(fire.available)
    whom = f", {percent(people)} of the people there," if people == people else ""
    return (
        f"At hour {fire.hour} {percent(fire.share(fire.available))} of {len(fire.nodes)} tested junctions{whom} have fire flow "
        f"({3600 * fire.required:.0f} m3/h), undamaged {percent(fire.share(fire.undamaged))}."
    )


def _hydrants(city: City, model: EpanetModel) -> list[str]:
    """Junctions with a demand, evenly spaced, as stand-ins for hydrants."""
    asking = [name for name in model.name if (row := city.index[name]) < len(city.assets) and city.assets.demand[row] > 0
              and city.assets.kind[row] == "junction"]
    return [asking[i] for i in spaced(len(asking))]


def _fire(
    city: City, hour: int, hydrants: list[str], flows: Hydraulics, before: Hydraulics, test: FireTest
) -> FireFlow:
    return FireFlow(
        hour=hour, nodes=np.array(hydrants, dtype=object), available=available(flows.fire, test),
        undamaged=available(before.fire, test), people=_weights(city, hydrants), required=test.flow,
    )


def _replayed(job: CascadeJob, replicate: int, model: EpanetModel) -> tuple[Outages, Bools, Floats]:
    """(what is closed when, (hours + 1, components) up, (hours + 1,) people without water) of one replicate."""
    state, sums = job.replay(replicate)
    down = sums.down_at.T > 0
    whole = _only_without_supply(state, down)
    city, ids = job.compiled.city, job.compiled.city.component_ids
    chosen = [i for i in np.flatnonzero((down & ~whole).any(axis=0)) if ids[i] in model.name]
    services = job.compiled.services
    people = sums.series[0, services.index("water")] if "water" in services else np.full(len(down), np.nan)
    base_up = job.compiled.base.up
    closed = (down & ~whole)[:, chosen]
    up, junctions = base_up & ~down, [i for i, kind in enumerate(city.assets.kind) if kind == "junction" and ids[i] in model.name]
    worst = int(np.lexsort((-closed.sum(axis=1), up[:, junctions].sum(axis=1)))[0])
    return Outages(tuple(model.name[ids[i]] for i in chosen), closed, fire_hour=worst), up, people


def _only_without_supply(state: State, down: Bools) -> Bools:
    """(hours + 1, components) where a component is down for lack of supply alone, by the rule of its latest fall."""
    found, hours = np.zeros_like(down), np.arange(len(down))
    for i in range(int(state.log_count[0])):
        component = int(state.log_component[i])
        if component >= 0:
            found[hours >= state.log_time[i] - 1e-9, component] = state.log_rule[i] in _WITHOUT_SUPPLY
    return found & down


def _compared(
    job: CascadeJob, replicate: int, model: EpanetModel, flows: Hydraulics, up: Bools, people_storage: Floats, fire: FireFlow
) -> ReplicateHydraulics:
    city = job.compiled.city
    place = {name: i for i, name in enumerate(flows.nodes)}
    ids = [name for name, known in model.name.items() if known in place and city.index[name] < len(city.assets)]
    chosen = [name for name in ids if city.assets.kind[city.index[name]] == "junction"]
    columns, components = [place[model.name[name]] for name in chosen], [city.index[name] for name in chosen]
    demand, storage, share = flows.demand[:, columns], up[:, components], flows.share[:, columns]
    asked = np.maximum(demand.sum(axis=1), 1e-30)
    return ReplicateHydraulics(
        replicate=replicate,
        nodes=np.array(chosen, dtype=object),
        pressure=flows.pressure[:, columns],
        share=share,
        storage=storage,
        people=_people(city, chosen, share),
        people_storage=people_storage,
        demand_share=(demand * share).sum(axis=1) / asked,
        demand_share_storage=(demand * storage).sum(axis=1) / asked,
        least_share=job.compiled.spec.water.minimum_supply,
        unbalanced=int((~flows.balanced).sum()),
        fire=fire,
    )


def _people(city: City, nodes: list[str], share: Floats) -> Floats:
    """(hours + 1,) people without water: of each block, the share of its supplier's demand that is not served."""
    weight = _weights(city, nodes)
    found: Floats = (1.0 - share) @ weight
    return found if weight.any() else np.full(len(share), np.nan)


def _weights(city: City, nodes: list[str]) -> Floats:
    """People whose water comes from each of ``nodes``."""
    column = {name: i for i, name in enumerate(nodes)}
    residents = dict(zip(city.blocks.id, np.nan_to_num(city.blocks.residents), strict=True))
    weight = np.zeros(len(nodes))
    for block, service, supplier in zip(city.services.block, city.services.service, city.services.supplier, strict=True):
        at = column.get(supplier, column.get(_node(city, supplier), -1))
        if service == "water" and at >= 0:
            weight[at] += residents[block]
    return weight


def _node(city: City, component: str) -> str:
    row = city.index.get(component, len(city.assets))
    return str(city.assets.node[row]) if row < len(city.assets) else ""
