"""What options take away from the damage that a hazard does, and what that saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.hazards import Batch, Drawn, taken
from stratum_core.model.changes import changed
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.policy.effects import Lay
from stratum_core.policy.interventions import Option
from stratum_core.policy.what_if import Baseline


@dataclass(frozen=True)
class DamageChange:
    """rows of the base run's damage that come later at ``time`` (infinite: not at all).

    replicates: in which it changes something; spared: of them those in which nothing happens to the component any more; saved:
    (replicates,) money.
    """

    component: int
    rows: Ints
    time: Floats
    replicates: Ints
    spared: Ints
    saved: Floats


def changes_of(base: Baseline, options: Sequence[Option], lay: Lay) -> dict[int, DamageChange]:
    """By number of the option, of those that change damage."""
    cost: dict[int, Floats] = {}
    found = {}
    for number, option in enumerate(options):
        if option.effect.layer != "damage":
            continue
        at, damage = option.component, base.drawn.damage
        rows = np.flatnonzero(damage.component == at)
        time = option.effect.later(base, rows, at, lay)
        other = time != damage.time[rows]
        replicate = np.searchsorted(damage.offset, rows, side="right") - 1
        spared = np.setdiff1d(replicate[np.isinf(time)], replicate[np.isfinite(time)])
        saved = np.zeros(base.job.replicates)
        if option.effect.saves_value:
            if at not in cost:
                cost[at] = _cost(base, at, lay)
            saved[spared] = cost[at][spared]
        found[number] = DamageChange(at, rows[other], time[other], np.unique(replicate[other]), spared, saved)
    return found


@dataclass(frozen=True)
class Prevented:
    """Which options stand for others in a replicate: where one keeps a component from all damage, it does not matter which,
    nor what else is done about its damage.

    groups: options at one component, and (replicates, options) whether each keeps it from all.
    """

    groups: tuple[tuple[Ints, Bools], ...]

    @classmethod
    def of(cls, changes: Mapping[int, DamageChange], replicates: int) -> Prevented:
        """Of components with several options."""
        groups: dict[int, list[int]] = {}
        for option, change in changes.items():
            groups.setdefault(change.component, []).append(option)
        found = []
        for options in (group for group in groups.values() if len(group) > 1):
            spares = np.zeros((replicates, len(options)), dtype=bool)
            for column, option in enumerate(options):
                spares[changes[option].spared, column] = True
            found.append((np.array(options), spares))
        return cls(tuple(found))

    def merged(self, keys: Bools) -> Bools:
        """``keys`` (n, replicates, options) with the first of a group for all that come to the same."""
        for options, spares in self.groups:
            spared = np.asarray((keys[:, :, options] & spares).any(axis=2))
            first = np.zeros_like(spares)
            first[np.arange(len(spares)), spares.argmax(axis=1)] = True
            keys[:, :, options] = np.where(spared[:, :, None], first, keys[:, :, options])
        return keys


def _cost(base: Baseline, at: int, lay: Lay) -> Floats:
    """(replicates,) money of the damage of one component: the same draws without its value."""
    city, money = base.job.compiled.city, base.drawn.money
    table, row = ("assets", at) if at < len(city.assets) else ("links", at - len(city.assets))
    rows = getattr(city, table)
    if not rows.value[row] > 0 or not np.nansum(money) > 0:
        return np.zeros(len(money))
    without = lay(changed(city, table, str(rows.id[row]), value=0.0).applied(city))
    spec = base.job.compiled.spec.run
    left: Floats = np.sum([h.sample(spec.seed, 0, len(money)).money for h in without], axis=0)
    found: Floats = np.nan_to_num(money - left)
    return found


def changed_damage(drawn: Drawn, courses: Sequence[tuple[int, Sequence[DamageChange]]]) -> Drawn:
    """What the hazard does in each course: a replicate and what changes in it; of two changes of a row the later time counts."""
    damage = drawn.damage
    kept, times = [], []
    for replicate, changes in courses:
        low, high = damage.offset[replicate], damage.offset[replicate + 1]
        time = damage.time[low:high].copy()
        for change in changes:
            first, last = np.searchsorted(change.rows, (low, high))
            own = change.rows[first:last] - low
            time[own] = np.maximum(time[own], change.time[first:last])
        stays = np.isfinite(time)
        kept.append(np.flatnonzero(stays) + low)
        times.append(time[stays])
    offset = np.concatenate([[0], np.cumsum([len(rows) for rows in kept])]).astype(np.int64)
    rows = np.concatenate(kept)
    columns = {name: getattr(damage, name)[rows] for name in Batch._fields if name not in ("offset", "time")}
    whole = taken(drawn, np.array([replicate for replicate, _ in courses], dtype=np.int64))
    return whole._replace(damage=Batch(offset=offset, time=np.concatenate(times), **columns))
