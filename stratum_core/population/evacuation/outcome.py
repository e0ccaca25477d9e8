"""What one replicate of an evacuation comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Floats, Ints
from stratum_core.population.evacuation.decisions import NO_MEANS, RIDE_ALONG
from stratum_core.population.evacuation.model import EvacuationModel
from stratum_core.population.evacuation.settling import held_parties, held_up
from stratum_core.population.evacuation.world import World
from stratum_core.population.facilities import facility_kinds
from stratum_core.population.households import ages_known
from stratum_core.population.traffic.state import ARRIVED
from stratum_core.population.warning import CHANNELS

#: where a person of the zone is at the end, in this order; the first that is true
FATES = ("arrived", "on the way", "held up", "turned back", "getting ready", "no means", "stayed", "not warned")
ARRIVED_THERE, ON_THE_WAY, HELD_UP, TURNED_BACK, GETTING_READY, NO_WAY_OUT, STAYED, NOT_WARNED = range(len(FATES))
#: fates of those who would go, or went, and have not arrived
STRANDED = (ON_THE_WAY, HELD_UP, TURNED_BACK, NO_WAY_OUT)
#: the group whose people are fetched apart from others of their households
HELPED = "need help"
#: minutes between two points of the curve
CURVE_MIN = 10.0


@dataclass(frozen=True)
class Outcome:
    """One replicate; people unless said otherwise.

    fate: (groups, fates) by group of ``groups``. departed, arrived: at the end. curve: (t, 3) aware, departed, arrived
    every ``CURVE_MIN`` minutes. clearance_h: hours from the first order to the last arrival, NaN where somebody gave up or is
    still to come; left_out: people who would go and are not in it (see ``settling``). arrived_at: (rows of destinations,).
    delay: (links,) vehicle-hours; worst_h: hour in which most of it came. travel_h: quantiles 5, 50, 95 % of the time on the
    way. warned: by channel. not_safe: (blocks, hours + 1) people of the zone who have not arrived. cut_off: (hours, services)
    people at home who cannot reach each. usual: vehicles of usual traffic, and those of them that have arrived. in_place: people
    told to stay who are at home in the end. off: people who were lost or made, 0.
    """

    fate: Ints
    departed: int
    arrived: int
    curve: Ints
    clearance_h: float
    left_out: int
    arrived_at: Ints
    delay: Floats
    worst_h: Floats
    travel_h: Floats
    warned: Ints
    turned_away: int
    gridlock: int
    stranded_at: Floats
    arrival_h: float
    shadow: int
    not_safe: Floats
    cut_off: Floats
    usual: tuple[int, int]
    in_place: int
    off: int


def groups(world: World) -> dict[str, Ints]:
    """People of each household that belong to a group; a person may be in several. Ages that nobody knows are no group."""
    households, people = world.households, world.households.people
    inside = {facility_kinds()[of].label: np.where(world.kind == of, people, 0) for of in np.unique(world.facility_kind).tolist()}
    known = ages_known(world.city.blocks)
    ages = {name: of for name, of in zip(known, (households.children, households.elderly), strict=True) if known[name].any()}
    return {
        "all": people, **ages, HELPED: households.helped, "without a car": np.where(households.cars == 0, people, 0),
        "other language": np.where(households.other_language, people, 0),
        **inside,
    }


def outcome(model: EvacuationModel, delay_by_hour: Floats, cut_off: Floats) -> Outcome:
    """The outcome of a model that has run. delay_by_hour: (hours, links) vehicle-hours so far at the end of each hour; cut_off:
    (hours, services) people at the beginning of each."""
    world, movement = model.world, model.movement
    homes, agents = world.households, model.citizens
    there = model.at_destination()
    share, of_helped = fates_of(model)[1], fates_of(model, helped=True)[1]
    told = world.in_zone
    fate = np.array([of[told] @ (of_helped if name == HELPED else share)[told] for name, of in groups(world).items()])
    left = np.diff(np.vstack([np.zeros(movement.network.links), delay_by_hour]), axis=0)
    data = model.datacollector.model_vars
    points = np.arange(0.0, world.spec.horizon_h * 60.0 + 1e-9, CURVE_MIN)
    at = np.searchsorted(np.array(data["minutes"]), points + 1e-9, side="right") - 1
    curve = np.array([data[name] for name in ("aware", "departed", "arrived")], dtype=np.int64).T[at]
    gone = ~np.isnan(agents.departed)
    model.settling.look(at_the_end=True)
    travel = agents.arrived[there] - agents.departed[there]
    shadow = int(model.people[gone & ~told[model.household]].sum())
    counted, usual = movement.counts(), model.usual_vehicles
    everybody = counted.at_home + counted.waiting + counted.driving + counted.walking + counted.arrived
    lost = abs(everybody - len(movement.agents)) + _people_off(model, share)
    return Outcome(
        fate=np.round(fate).astype(np.int64), departed=model.departed, arrived=model.arrived, curve=curve,
        clearance_h=model.settling.last_s / 3600.0 - world.first_order_h, left_out=model.settling.left_out,
        arrived_at=model.arrived_at(),
        delay=delay_by_hour[-1], worst_h=left.argmax(axis=0).astype(float),
        travel_h=np.quantile(travel, [0.05, 0.5, 0.95]) / 3600.0 if there.any() else np.full(3, np.nan),
        warned=np.array([int(homes.people[model.warning.channel == c].sum()) for c in range(len(CHANNELS))]),
        turned_away=int(model.people[model.detours.turned_away].sum()), gridlock=len(movement.gridlock()),
        stranded_at=_stranded(model, share), arrival_h=model.disruption.arrival_h, shadow=shadow,
        not_safe=_not_safe(model), cut_off=cut_off, usual=(len(usual), int((usual.place == ARRIVED).sum())),
        in_place=int(model.at_home[world.stays].sum()), off=lost,
    )


def _not_safe(model: EvacuationModel) -> Floats:
    """(blocks, hours + 1) people of the zone who have not arrived at each whole hour; who rides along arrives with the host."""
    world, agents, rescue = model.world, model.citizens, model.rescue
    homes, hours = world.households, np.arange(int(world.spec.horizon_h) + 1)
    count = len(homes)
    safe = np.zeros((count, len(hours)))
    hour = np.ceil(np.where(model.at_destination(), agents.arrived, np.inf) / 3600.0)
    there = hour < len(hours)
    np.add.at(safe, (model.household[there], hour[there].astype(np.int64)), model.people[there])
    load = np.maximum(np.bincount(model.household, model.people, minlength=count), 1)
    share = np.cumsum(safe, axis=1) / load[:, None]
    riders = np.flatnonzero(model.decisions.means == RIDE_ALONG)
    share[riders] = share[model.decisions.host[riders]]
    by_hour = rescue.delivered_at[:, None] <= hours * 60.0
    np.add.at(share, rescue.parties.household, by_hour * rescue.parties.part(homes)[:, None])
    found = np.zeros((len(world.city.blocks), len(hours)))
    np.add.at(found, homes.block[world.in_zone], ((1.0 - share) * homes.people[:, None])[world.in_zone])
    return found


def fates_of(model: EvacuationModel, *, helped: bool = False) -> tuple[Ints, Floats]:
    """(households,) the fate of most of each, and (households, fates) the share of its people with each; helped: of those of its
    people who need help."""
    homes, chosen, agents = model.world.households, model.decisions, model.citizens
    count = len(homes)
    share = np.zeros((count, len(FATES)))
    held = held_up(model)
    state = np.select([model.detours.turned_back, agents.place == ARRIVED, np.isnan(agents.departed), held],
                      [TURNED_BACK, ARRIVED_THERE, GETTING_READY, HELD_UP], ON_THE_WAY)
    people = np.maximum(np.bincount(model.household, model.people, minlength=count), 1)
    np.add.at(share, (model.household, state), model.people / people[model.household])
    hosts = chosen.host[chosen.means == RIDE_ALONG]
    share[chosen.means == RIDE_ALONG] = share[hosts]
    aware = ~np.isnan(model.warning.aware_at)
    without = np.select([~aware, ~chosen.goes], [NOT_WARNED, STAYED], -1)
    without = np.where((without < 0) & (chosen.means == NO_MEANS), NO_WAY_OUT, without)
    moved = (agents.departed == agents.departed).astype(int)
    began = np.bincount(model.household, moved, minlength=count) > 0
    began |= (chosen.host >= 0) & began[chosen.host]
    for f in (NOT_WARNED, STAYED, NO_WAY_OUT):
        rows = (without == f) & ~began
        share[rows] = 0.0
        share[rows, f] = 1.0
    rescue, taken = model.rescue, np.flatnonzero(model.rescue.taken >= 0)
    fate = np.select([rescue.refuge >= 0, held_parties(model)], [ARRIVED_THERE, HELD_UP], ON_THE_WAY)
    home, part = rescue.parties.household[taken], rescue.parties.part(homes, helped=helped)[taken]
    np.add.at(share, (home, fate[taken]), part)
    share[:, NO_WAY_OUT] -= np.bincount(home, part, minlength=count)
    return share.argmax(axis=1), share


def _people_off(model: EvacuationModel, share: Floats) -> int:
    """People whose fates are not one each, or who are in no car and on no path though their household travels."""
    homes, chosen = model.world.households, model.decisions
    carried = np.bincount(model.household, model.people, minlength=len(homes))
    riders = np.flatnonzero(chosen.means == RIDE_ALONG)
    due = homes.people + np.bincount(chosen.host[riders], homes.people[riders], minlength=len(homes))
    travels = np.bincount(model.household, minlength=len(homes)) > 0
    return round(float(np.abs(carried - due)[travels].sum() + (np.abs(share.sum(axis=1) - 1.0) * homes.people).sum()))


def _stranded(model: EvacuationModel, share: Floats) -> Floats:
    """(nodes,) people of the zone that would go or went and have not arrived, at the crossing of their home."""
    homes = model.world.households
    people = homes.people * share[:, list(STRANDED)].sum(axis=1) * model.world.in_zone
    return np.asarray(np.bincount(homes.node, people, minlength=model.world.network.nodes), dtype=float)


