"""From a replicate to its trace: it is run once more with the log on, and gives the same people the same fates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats, Ints
from stratum_core.population.evacuation.decisions import NO_MEANS, RIDE_ALONG
from stratum_core.population.evacuation.model import EvacuationModel
from stratum_core.population.evacuation.outcome import HELPED, Outcome, fates_of, groups
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.trace import GETTING_READY, NO_WAY, OUTSIDE, STAYS, Trace
from stratum_core.population.evacuation.trace_roads import drawn_roads
from stratum_core.population.evacuation.world import World
from stratum_core.ports import CancelToken

#: metres between homes that are drawn around one place
_APART_M = 4.0
#: entries of one step that are expected at most: so many, and so many for each mover
_ROOM, _ROOM_EACH = 65_536, 16


def traced(job: EvacuationJob, replicate: int, cancel: CancelToken) -> tuple[Outcome, Trace]:
    """Run a replicate and keep where everybody went. Raises Cancelled."""
    room = _ROOM
    while True:
        watch = _Watch(room, cancel)
        found = job.run_chunk(replicate, watch)
        if not watch.overflowed:
            return found, _trace(watch)
        room *= 4


class _Watch:
    """Takes the log after each step, and notes who was fetched in it."""

    def __init__(self, room: int, cancel: CancelToken) -> None:
        self._room, self._cancel, self.overflowed = room, cancel, False
        self.log: list[tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []
        self.model: EvacuationModel

    def __call__(self, model: EvacuationModel) -> None:
        self._cancel.check()
        if not self.log:
            self.model = model
            self.taken = np.full(len(model.rescue.parties), np.inf)
            self._room += _ROOM_EACH * len(model.movement.agents)
            model.movement.keep_log(self._room)
        taken = model.movement.take_log()
        self.overflowed |= len(taken[0]) == self._room
        self.log.append(taken)
        self.taken[np.isinf(self.taken) & (model.rescue.taken >= 0)] = model.minutes * 60.0


def _trace(watch: _Watch) -> Trace:
    model = watch.model
    world, movers = model.world, len(model.movement.agents)
    travellers, fleet = len(model.household), len(model.household) + len(model.usual_traffic)
    own = np.bincount(model.household, minlength=len(world.households))
    parties = model.rescue.parties
    rest = np.flatnonzero(own[parties.household] == 0)
    household = np.concatenate([model.household, np.full(movers - travellers, -1), parties.household[rest]])
    begin, time, link, leaves = _entries(watch, fleet)
    of_mover = _times(model, begin, time, fleet)
    carrier, *of_rest = _taken_along(watch, rest, fleet, of_mover)
    departed, arrived, back, refuge = (np.concatenate(pair) for pair in zip(of_mover, of_rest, strict=True))
    carrier, home = np.concatenate([np.full(movers, -1), carrier]), _homes(world)
    starts = world.network.xy[np.concatenate([model.usual_traffic.origin, _bases(model)])]
    places = np.concatenate([home[model.household], starts, home[parties.household[rest]]])
    heard = model.warning.aware_at
    aware, ready = (np.where(household >= 0, _known(of)[household] * 60.0, 0.0) for of in (heard, heard + model.decisions.delay))
    return Trace(
        replicate=model.replicate, horizon_h=world.spec.horizon_h, order_h=world.first_order_h,
        groups=tuple(groups(world)), destinations=world.destinations.names, beds=world.destinations.beds,
        travellers=travellers, fleet=fleet, movers=movers, home=places,
        goal=_goals(world, places, begin, time, link, carrier, arrived), members=_members(model, own, household, rest),
        household=household, fate=fates_of(model)[0], speed=model.movement.agents.speed[:movers].copy(),
        idle=_idle(model, household), aware=aware, ready=ready, departed=departed, arrived=arrived, back=back, carrier=carrier,
        refuge=np.where(np.isfinite(arrived), refuge, -1).astype(np.int64), begin=begin, time=time, link=link, leaves=leaves,
        stop=_stops(world, begin, link, leaves), roads=drawn_roads(world.city, world.network), share=world.share)


def _known(times: Floats) -> Floats:
    """Never is infinite."""
    return np.where(np.isnan(times), np.inf, times)


def _bases(model: EvacuationModel) -> Ints:
    """(slots,) crossing at which each vehicle of the fleet starts."""
    return np.array([vehicle.unit.base for vehicle in model.rescue.vehicles for _ in vehicle.unit.slots], dtype=np.int64)


def _entries(watch: _Watch, fleet: int) -> tuple[Ints, Floats, npt.NDArray[np.int32], Floats]:
    """Entries by mover and time as (begin, time, link), and when each was left: at the next one, or on arrival.

    A vehicle of the fleet that has come to its goal stands at the end of its link: it has left it after its free time.
    """
    agents = watch.model.movement.agents
    time, agent, link = (np.concatenate(column) for column in zip(*watch.log, strict=True))
    order = np.lexsort((time, agent))
    time, agent, link = time[order], agent[order], link[order]
    begin = np.concatenate([[0], np.cumsum(np.bincount(agent, minlength=len(agents)))])
    leaves = np.append(time, np.inf)[1:]
    last = begin[1:][np.diff(begin) > 0] - 1
    leaves[last] = _known(agents.arrived)[agent[last]]
    helps = agent >= fleet
    leaves[helps] = np.minimum(leaves[helps], time[helps] + watch.model.world.network.free_time[link[helps]])
    return begin, time, link, leaves


def _times(model: EvacuationModel, begin: Ints, time: Floats, fleet: int) -> tuple[Floats, Floats, Floats, Floats]:
    """(movers,) departed, arrived, back at home, destination; the fleet is on the way from its first link on."""
    agents, back = model.movement.agents, np.zeros(len(model.movement.agents), dtype=bool)
    back[: len(model.household)] = model.detours.turned_back
    first = np.where(np.diff(begin) > 0, np.append(time, np.inf)[begin[:-1]], np.inf)
    helps = np.arange(len(agents)) >= fleet
    ended = np.where(helps, np.inf, _known(agents.arrived))
    target = np.concatenate([model.target, np.full(len(agents) - len(model.target), -1)])
    return (np.where(helps, first, _known(agents.departed)), np.where(back, np.inf, ended), np.where(back, ended, np.inf),
            target.astype(float))


def _taken_along(
    watch: _Watch, rest: Ints, fleet: int, of_mover: tuple[Floats, ...]
) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """Of parties that do not travel by themselves: who carries each (-1: nobody), departed, arrived, back, destination."""
    model = watch.model
    chosen, rescue, home = model.decisions, model.rescue, model.rescue.parties.household[rest]
    first = np.full(len(model.world.households), -1, dtype=np.int64)
    first[model.household[::-1]] = np.arange(len(model.household))[::-1]
    begins = np.array([vehicle.unit.slots.start for vehicle in rescue.vehicles] + [0], dtype=np.int64)
    fetched, rides = rescue.taken[rest] >= 0, chosen.means[home] == RIDE_ALONG
    carrier = np.where(fetched, fleet + begins[rescue.taken[rest]], np.where(rides, first[chosen.host[home]], -1))
    with_host = [np.append(times, nobody)[np.where(fetched, -1, carrier)]
                 for times, nobody in zip(of_mover, (np.inf, np.inf, np.inf, -1.0), strict=True)]
    never = np.full(len(rest), np.inf)
    own = (watch.taken[rest], _known(rescue.delivered_at[rest]) * 60.0, never, rescue.refuge[rest].astype(float))
    departed, arrived, back, refuge = (np.where(fetched, mine, host) for mine, host in zip(own, with_host, strict=True))
    return carrier, departed, arrived, back, refuge


def _stops(world: World, begin: Ints, link: npt.NDArray[np.int32], leaves: Floats) -> Floats:
    """(movers,) part of the last link at which each stands that never leaves it: in line, the first at its end."""
    found = np.ones(len(begin) - 1)
    last = begin[1:] - 1
    stuck = np.flatnonzero((np.diff(begin) > 0) & np.isinf(leaves[last]) if len(leaves) else np.zeros(len(found), dtype=bool))
    line: dict[int, int] = {}
    for mover in stuck.tolist():
        at = int(link[last[mover]])
        line[at] = line.get(at, -1) + 1
        found[mover] = max(1.0 - line[at] / max(world.network.jam_density[at] * world.network.length[at], 1.0), 0.0)
    return found


def _homes(world: World) -> Floats:
    """(households, 2) where each is drawn: at its block, or at its crossing where the block has several; the others around."""
    homes = world.households
    lowest, highest = np.full(len(world.city.blocks), np.iinfo(np.int64).max), np.full(len(world.city.blocks), -1)
    lives = homes.facility < 0
    np.minimum.at(lowest, homes.block[lives], homes.node[lives])
    np.maximum.at(highest, homes.block[lives], homes.node[lives])
    wide = (highest > lowest)[homes.block] & lives
    return _around(np.where(wide[:, None], world.network.xy[homes.node], world.places), np.arange(len(homes)))


def _around(places: Floats, order: Floats | Ints) -> Floats:
    """Those that share a place set out around it in a spiral of equal areas, in an order."""
    _, same = np.unique(np.nan_to_num(places), axis=0, return_inverse=True)
    same = same.reshape(-1)
    ranked = np.lexsort((order, same))
    first = np.concatenate([[0], np.cumsum(np.bincount(same))])
    rank = np.empty(len(places))
    rank[ranked] = np.arange(len(places)) - first[same[ranked]]
    reach, turn = _APART_M / np.sqrt(np.pi) * np.sqrt(rank), rank * np.pi * (3.0 - np.sqrt(5.0))
    return np.asarray(places + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]))


def _goals(
    world: World, places: Floats, begin: Ints, time: Floats, link: npt.NDArray[np.int32], carrier: Ints, arrived: Floats
) -> Floats:
    """(rows, 2) where each is drawn once it has arrived: around the end of its last link; at home before that."""
    found = places.copy()
    mover = np.where(carrier >= 0, carrier, np.arange(len(places)))
    for row in np.flatnonzero(np.isfinite(arrived)).tolist():
        first, last = begin[mover[row]], begin[mover[row] + 1]
        at = first + np.searchsorted(time[first:last], arrived[row], side="right") - 1
        if at >= first:
            found[row] = world.network.xy[world.network.head[link[at]]]
    there = np.flatnonzero(np.isfinite(arrived))
    found[there] = _around(found[there], arrived[there])
    return found


def _members(model: EvacuationModel, own: Ints, household: Ints, rest: Ints) -> npt.NDArray[np.float32]:
    """(groups, rows) people: those of a household in equal parts in its cars, or on its walkers; of the ``rest`` by party."""
    at, counts, first = np.maximum(household, 0), np.maximum(own, 1), len(household) - len(rest)
    whole = groups(model.world)
    found = np.where(household >= 0, np.array(list(whole.values()), dtype=np.float64)[:, at] / counts[at], 0.0)
    for row, name in enumerate(whole):
        found[row, first:] *= model.rescue.parties.part(model.world.households, helped=name == HELPED)[rest]
    return found.astype(np.float32)


def _idle(model: EvacuationModel, household: Ints) -> npt.NDArray[np.int8]:
    """What each row does once it has heard and before it sets out."""
    at, chosen = np.maximum(household, 0), model.decisions
    stays, told = ~chosen.goes[at], (model.world.in_zone | model.world.stays)[at]
    state = np.select([stays & ~told, stays, chosen.means[at] == NO_MEANS], [OUTSIDE, STAYS, NO_WAY],
                      GETTING_READY)
    return np.where(household >= 0, state, GETTING_READY).astype(np.int8)
