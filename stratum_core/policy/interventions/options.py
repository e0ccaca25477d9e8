"""The options that interventions give in a city, by what happens in a base run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np

from stratum_core.cascade.crews.compiled import people_downstream
from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.model.kinds import kind
from stratum_core.policy.effects.tie import Tie, length, nearest_unlinked
from stratum_core.policy.interventions import Intervention, LeftOut, Option, Price
from stratum_core.policy.what_if import Baseline


def options_of(
    base: Baseline, known: Mapping[str, Intervention], bottlenecks: Sequence[str] = ()
) -> tuple[tuple[Option, ...], tuple[LeftOut, ...]]:
    """All options, and what is left out and why. bottlenecks: directed roads where people queue when they leave.

    Raises InputError for a target by name that is not there, and for costs in several currencies.
    """
    weight, found, left_out = _behind(base), list[Option](), list[LeftOut]()
    for one in known.values():
        for target in _targets(base, one, weight, bottlenecks):
            try:
                found.append(_option(base, one, target))
            except InputError as error:
                left_out.append(LeftOut(one.id, f"{one.name}: {error}"))
    linked, lost = _linked(found, known)
    currencies = sorted({o.price.currency for o in linked})
    if len(currencies) > 1:
        raise InputError(f"measures cost {' and '.join(currencies)}, which cannot be added", where="cost.currency",
                         repair="give all their costs in one currency, or the city one")
    return linked, tuple(dict.fromkeys([*left_out, *lost]))


def _behind(base: Baseline) -> Floats:
    """(components,) people behind each times the hours that it is down, in the mean."""
    compiled = base.job.compiled
    people = people_downstream(compiled.network, compiled.base, compiled.people, compiled.needs)
    found: Floats = (people + 1e-6) * base.rows.sums.hours_down / base.job.replicates
    return found


def _targets(base: Baseline, one: Intervention, weight: Floats, bottlenecks: Sequence[str]) -> list[str]:
    """Ids; an empty one where it is done to the city."""
    city, targets = base.job.compiled.city, one.targets
    if targets.names:
        return list(dict.fromkeys(city.resolve(name, where=f"{one.id}: targets.names") for name in targets.names))
    if targets.where == "city":
        return [""]
    if targets.where == "bottleneck":
        return list(bottlenecks[: targets.most])
    chosen = _qualified(base, one)
    order = chosen[np.argsort(-weight[chosen], kind="stable")]
    return [str(city.component_ids[c]) for c in order[: targets.most]]


def _qualified(base: Baseline, one: Intervention) -> Ints:
    compiled, targets, sums = base.job.compiled, one.targets, base.rows.sums
    for name in targets.kinds:
        kind(name, where=f"{one.id}: targets.kinds")
    names = np.array([k.name for k in compiled.kinds])
    fits = np.isin(names, targets.kinds) if targets.kinds else np.ones(len(names), dtype=bool)
    if targets.where == "damaged":
        fits &= sums.damages > 0
    elif targets.where == "down":
        fits &= sums.failures > 0
    if targets.service:
        table = compiled.city.dependencies
        fits &= np.isin(compiled.city.component_ids, table.dependent[table.service == targets.service])
    return np.flatnonzero(fits)


def _option(base: Baseline, one: Intervention, target: str) -> Option:
    """Raises InputError where the change cannot be made or its cost is not known."""
    compiled, city = base.job.compiled, base.job.compiled.city
    at = city.index.get(target, -1)
    name = str(city.component_names[at]) if at >= 0 else target
    if one.effect.layer == "engine":
        one.effect.compiled(compiled, at)  # tried, so that what cannot be is told now
    elif one.effect.layer == "city":
        one.effect.city(city, at)
    return Option(
        id=f"{one.id}:{target}" if target else one.id, intervention=one.id,
        name=one.says.format(target=name, **asdict(one.effect)), target=target, component=at, price=_price(city, one, at),
        lead_d=one.lead_d, life_y=one.life_y, needs=(), excludes=(), source=one.cost.source, limits=one.limits,
        effect=one.effect)


def _price(city: City, one: Intervention, at: int) -> Price:
    cost = one.cost
    own = cost.per == "value"  # a share of the city's own money
    currency, year = cost.currency or city.currency, city.price_year if own else cost.price_year or city.price_year
    if not currency or not year:
        raise InputError("its cost has no currency or price year", where=one.id, repair="give both in its file or the city")
    if city.currency and currency != city.currency:
        raise InputError(f"its cost is in {currency}, the city's money is {city.currency}", where=one.id,
                         repair=f"give it a cost in {city.currency}")
    quantity = _quantity(city, one, at)
    low, mode, high = (quantity * value for value in (cost.low, cost.mode, cost.high))
    return Price(low, mode, high, mode * cost.upkeep, currency, year)


def _quantity(city: City, one: Intervention, at: int) -> float:
    if one.cost.per == "option":
        return 1.0
    if one.cost.per == "value":
        found = float(np.concatenate([city.assets.value, city.links.value])[at]) if at >= 0 else np.nan
    elif one.cost.per == "metre" and isinstance(one.effect, Tie):
        other = city.index[city.resolve(one.effect.to)] if one.effect.to else nearest_unlinked(city, at)
        found = length(city, at, other)
    elif one.cost.per == "capacity":
        found = float(city.assets.capacity[at]) if 0 <= at < len(city.assets) else np.nan
    else:
        found = np.nan
    if not found > 0:
        raise InputError(f"the cost is by {one.cost.per}, which is not known of it",
                         where=f"{one.id} at {city.component_ids[at] if at >= 0 else 'the city'}",
                         repair="give it a cost by option")
    return found


def _linked(found: list[Option], known: Mapping[str, Intervention]) -> tuple[tuple[Option, ...], list[LeftOut]]:
    """With prerequisites and exclusions between interventions put down as options, and what is left out for want of one.

    Meant is the option at the same target, else that of the city, else any.
    """
    lost = list[LeftOut]()
    while True:
        linked = [replace(o, needs=tuple(_meant(name, o, found) for name in known[o.intervention].needs),
                          excludes=tuple(id for name in known[o.intervention].excludes for id in _meant(name, o, found)))
                  for o in found]
        orphans = [o for o in linked if not all(o.needs)]
        if not orphans:
            return tuple(linked), lost
        lost += [LeftOut(o.intervention, f"{o.name}: it needs {', '.join(known[o.intervention].needs)}, which is not all offered "
                                         "here.") for o in orphans]
        gone = {o.id for o in orphans}
        found = [o for o in found if o.id not in gone]


def _meant(name: str, own: Option, found: Sequence[Option]) -> tuple[str, ...]:
    """Ids of the options of an intervention that ``own`` means by its name."""
    there = [o for o in found if o.intervention == name]
    same = [o.id for o in there if o.target == own.target]
    everywhere = [o.id for o in there if not o.target]
    if same or everywhere:
        return tuple(same or everywhere)
    return tuple(o.id for o in there) if not own.target else ()
