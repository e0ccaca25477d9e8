"""From the outcomes of all replicates to the published result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stratum_core.ledger.canonical import city_digest, result_digest
from stratum_core.model.fields import Floats
from stratum_core.model.people_results import (
    Clearance,
    Cluster,
    Deadline,
    EvacuationResult,
    GroupOutcome,
    Place,
    RoadDelay,
    quantiles_of,
)
from stratum_core.model.results import Band
from stratum_core.model.statistics import band, spread
from stratum_core.number_format import counted
from stratum_core.population.behaviour import BehaviourSpec, behaviour_table
from stratum_core.population.evacuation.access import services_of
from stratum_core.population.evacuation.deadline import deadline, open_end
from stratum_core.population.evacuation.destinations import FRIENDS
from stratum_core.population.evacuation.outcome import (
    ARRIVED_THERE,
    CURVE_MIN,
    FATES,
    GETTING_READY,
    HELD_UP,
    NOT_WARNED,
    ON_THE_WAY,
    STAYED,
    STRANDED,
    TURNED_BACK,
    Outcome,
    groups,
)
from stratum_core.population.evacuation.world import World
from stratum_core.population.warning import CHANNELS

SCHEMA = "stratum.evacuation/1"
MODEL_CLASS = ("households by minute: warning by channels and neighbours, Rayleigh preparation, choices drawn from shares; "
               "cars by Newell's kinematic wave with spillback, walkers by Weidmann; one route table a destination, by habit or "
               "by news")
_MOST = 20


def assemble(
    world: World, outcomes: Sequence[Outcome], *, scenario: str, spec_digest: str, cascade: str, warnings: tuple[str, ...],
    threads: int, seconds: float,
) -> EvacuationResult:
    """The result with its digest."""
    fate = np.array([o.fate for o in outcomes], dtype=float)  # (replicates, groups, fates)
    curve = np.array([o.curve for o in outcomes], dtype=float)
    hours: Floats = np.arange(curve.shape[1], dtype=float) * CURVE_MIN / 60.0
    departed, arrived = (np.array([getattr(o, name) for o in outcomes], dtype=float) for name in ("departed", "arrived"))
    stranded = fate[:, 0][:, list(STRANDED)].sum(axis=1)
    clearance_h = np.array([o.clearance_h for o in outcomes])
    due = deadline(np.array([o.arrival_h if world.in_zone.any() else np.nan for o in outcomes]), clearance_h)
    result = EvacuationResult(
        schema=SCHEMA, scenario=scenario, cascade=cascade, seed=world.seed, replicates=len(outcomes),
        horizon_h=world.spec.horizon_h, model_class=MODEL_CLASS,
        warnings=(*world.warnings, *warnings, *_unfinished(world, fate[:, 0], clearance_h), *_open(due)),
        city_digest=city_digest(world.city), spec_digest=spec_digest,
        agents=int(world.households.people.sum()), share=world.share, in_zone=int(world.households.people[world.in_zone].sum()),
        told=_told(world), departed=spread(departed, "people"), arrived=spread(arrived, "people"),
        stranded=spread(stranded, "people"),
        shadow=spread(np.array([float(o.shadow) for o in outcomes]), "people"), clearance_h=_clearance(outcomes),
        deadline=due,
        by_group=tuple(_group(name, fate[:, at]) for at, name in enumerate(groups(world))),
        by_destination=_places(world, outcomes),
        turned_away=spread(np.array([float(o.turned_away) for o in outcomes]), "people"),
        warned_by=dict(zip(CHANNELS, np.mean([o.warned for o in outcomes], axis=0).tolist(), strict=True)),
        bottlenecks=_bottlenecks(world, outcomes), clusters=_clusters(world, outcomes),
        travel_h=_travel(outcomes),
        curve={name: band(hours, curve[:, :, at]) for at, name in enumerate(("aware", "departed", "arrived"))},
        cut_off=_cut_off(world, outcomes), in_place=spread(np.array([float(o.in_place) for o in outcomes]), "people"),
        usual_traffic=dict(zip(("vehicles", "arrived"), np.mean([o.usual for o in outcomes], axis=0).tolist(), strict=True)),
        gridlocked=float(np.mean([o.gridlock > 0 for o in outcomes])),
        behaviour=_behaviour(world.spec.behaviour), conservation_error=int(max(abs(o.off) for o in outcomes)),
        not_safe=_not_safe(world, outcomes), stranded_by_replicate=stranded, arrived_by_replicate=arrived,
        seconds=seconds, threads=threads,
    )
    digest = result_digest(result)
    return replace(result, digest=digest, run=digest[:12])


def _unfinished(world: World, fate: Floats, clearance_h: Floats) -> tuple[str, ...]:
    """What the end of the simulated hours cuts off; fate: (replicates, fates) of all people of the zone; clearance_h: of each."""
    found, told = [], world.in_zone
    late = int(world.households.people[told & (world.order_h >= world.spec.horizon_h)].sum())
    if late:
        found.append(f"The order for {late:,} people comes after the simulated {world.spec.horizon_h:g} h: nothing is known of "
                     "them. Simulate more hours.")
    ready = float(fate[:, GETTING_READY].mean())
    if ready >= 0.5:
        found.append(f"{ready:,.0f} people are still getting ready at the end, which is not counted as stranded. Simulate more "
                     "hours.")
    open_ended = int(np.isnan(clearance_h).sum())
    if open_ended:
        found.append(f"No clearance time in {open_ended} of {counted(len(clearance_h), 'replicate')}: nobody arrives, or at the "
                     "end people are still to be told, to be fetched or to arrive, or they turned back from an open way.")
    return tuple(found)


def _open(due: Deadline) -> tuple[str, ...]:
    """The end of the deadline's interval that nobody knows."""
    why = open_end(due)
    return (f"By when the order must be out: {why}.",) if why else ()


def _travel(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    known = np.array([o.travel_h for o in outcomes if np.isfinite(o.travel_h).all()]).reshape(-1, 3)
    return quantiles_of(known.mean(axis=0) if len(known) else np.full(3, np.nan))


def _not_safe(world: World, outcomes: Sequence[Outcome]) -> npt.NDArray[np.float32]:
    homes = world.households
    told = np.bincount(homes.block[world.in_zone], homes.people[world.in_zone], minlength=len(world.city.blocks))
    with np.errstate(invalid="ignore"):
        share = np.mean([o.not_safe for o in outcomes], axis=0) / np.where(told > 0, told, np.nan)[:, None]
    return np.asarray(share, dtype=np.float32)


def _group(name: str, fate: Floats) -> GroupOutcome:
    mean = fate.mean(axis=0)
    return GroupOutcome(
        name, float(mean.sum()), float(mean[[ARRIVED_THERE, ON_THE_WAY, HELD_UP, TURNED_BACK]].sum()), float(mean[ARRIVED_THERE]),
        spread(fate[:, list(STRANDED)].sum(axis=1), "people"), float(mean[STAYED]), float(mean[NOT_WARNED]),
        dict(zip(FATES, mean.tolist(), strict=True)))


def _clearance(outcomes: Sequence[Outcome]) -> Clearance | None:
    """A replicate that does not clear counts as longer than any; a quantile that falls there is null."""
    hours = np.array([o.clearance_h for o in outcomes])
    known = np.isfinite(hours)
    p50, p95 = np.quantile(np.where(known, hours, np.inf), [0.5, 0.95], method="higher")
    if not np.isfinite(p50):
        return None
    return Clearance(float(p50), float(p95) if np.isfinite(p95) else None, spread(hours, "h").ci95 if known.all() else None,
                     float(known.mean()), float(np.array([o.left_out for o in outcomes])[known].mean()))


def _places(world: World, outcomes: Sequence[Outcome]) -> tuple[Place, ...]:
    """One row a shelter, out of town, friends together, and one a hospital that takes patients in."""
    counts = np.array([o.arrived_at for o in outcomes], dtype=float)
    targets = world.destinations
    rows = [Place(targets.names[at], spread(counts[:, at], "people"), float(targets.beds[at])) for at in range(targets.shelters)]
    rows.append(Place(targets.names[targets.out], spread(counts[:, targets.ways_out].sum(axis=1), "people"), None))
    if len(targets.friends):
        rows.append(Place(FRIENDS, spread(counts[:, targets.friends].sum(axis=1), "people"), None))
    rows += [Place(targets.names[at], spread(counts[:, at], "people"), float(targets.beds[at]))
             for at in targets.hospitals.tolist()]
    return tuple(rows)


def _cut_off(world: World, outcomes: Sequence[Outcome]) -> dict[str, Band]:
    people = np.array([o.cut_off for o in outcomes])  # (replicates, hours, services)
    hours: Floats = np.arange(people.shape[1], dtype=float)
    return {name: band(hours, people[:, :, at]) for at, name in enumerate(services_of(world))}


def _bottlenecks(world: World, outcomes: Sequence[Outcome]) -> tuple[RoadDelay, ...]:
    delay = np.array([o.delay for o in outcomes])
    network, city = world.network, world.city
    found = []
    for link in np.argsort(-delay.mean(axis=0), kind="stable")[:_MOST]:
        if delay[:, link].mean() <= 0:
            break
        at = int(network.component[link])
        found.append(RoadDelay(str(network.link_ids[link]), str(city.component_names[at]) if at >= 0 else "",
                               float(network.capacity[link]) * 3600.0 / min(world.share, 1.0), spread(delay[:, link], "veh h"),
                               float(np.median([o.worst_h[link] for o in outcomes]))))
    return tuple(found)


def _clusters(world: World, outcomes: Sequence[Outcome]) -> tuple[Cluster, ...]:
    mean = np.mean([o.stranded_at for o in outcomes], axis=0)
    network = world.network
    return tuple(Cluster(str(network.node_ids[at]), float(network.xy[at, 0]), float(network.xy[at, 1]), float(mean[at]))
                 for at in np.argsort(-mean, kind="stable")[:_MOST] if mean[at] > 0)


def _told(world: World) -> str:
    spec = world.spec
    if spec.zones:
        return ", ".join(str(zone.get("name", f"zone {n}")) for n, zone in enumerate(spec.zones, start=1))
    return f"homes within {spec.margin_m:g} m of what the hazard can hit" if spec.zone == "hazard" else "everybody"


def _behaviour(spec: BehaviourSpec) -> dict[str, tuple[float, float, float]]:
    """Value and range of each parameter; one that is set has no range."""
    found = {}
    for name, row in behaviour_table().items():
        value = float(getattr(spec, name))
        free = spec.spread and value == row.value
        found[name] = (value, row.low if free else value, row.high if free else value)
    return found
