"""Who bears the damage of a cascade: sectors, uses of blocks, quarters of the town.

The hazards are laid over the city anew with one group's values alone, and drawn with the numbers of the run.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stratum_core.cascade.run import CHUNK, CascadeJob
from stratum_core.model.city import City
from stratum_core.model.economics_results import Borne
from stratum_core.model.fields import Bools, Floats
from stratum_core.model.statistics import spread
from stratum_core.pipeline.economics.pricing import Priced
from stratum_core.pipeline.quarters import quarters
from stratum_core.pipeline.scenario import Scenario
from stratum_core.ports import CancelToken, Progress

#: worth so little stays among what a hazard reaches, so that neighbours keep their draws where these are correlated
_NOTHING = 1e-300


def borne(
    job: CascadeJob, scenario: Scenario, replicates: int, money: Priced, progress: Progress, cancel: CancelToken
) -> tuple[Borne, ...]:
    """Mean damage with interval of every group that owns something of value; sectors and uses, and quarters, add up to all."""
    groups, found = _groups(job.compiled.city), []
    for number, ((by, group), inside) in enumerate(groups.items()):
        progress(number, len(groups))
        losses = spread(damage_of(job, scenario, inside, replicates, cancel), "money")
        found.append(Borne(by, group, money(losses.mean, losses.ci95)))
    return tuple(found)


def damage_of(job: CascadeJob, scenario: Scenario, inside: Bools, replicates: int, cancel: CancelToken) -> Floats:
    """(replicates,) damage of the things ``inside`` (assets, links, blocks) alone."""
    alone = CascadeJob(job.compiled, scenario.prepare(_valued(job.compiled.city, inside)))
    money = np.empty(replicates)
    for first in range(0, replicates, CHUNK):
        cancel.check()
        money[first:first + CHUNK] = alone.drawn(first, min(CHUNK, replicates - first)).money
    return np.where(money > len(inside) * _NOTHING, money, 0.0)


def _groups(city: City) -> dict[tuple[str, str], Bools]:
    """Things of value (assets, links, blocks) of each group."""
    sector = np.concatenate([city.assets.sector, city.links.sector, np.full(len(city.blocks), "", dtype=object)])
    use = np.concatenate([np.full(len(city.component_ids), "", dtype=object), city.blocks.use])
    groups = {(by, str(name)): column == name
              for by, column in (("sector", sector), ("use", use)) for name in sorted(set(column) - {""})}
    if np.nansum(city.blocks.residents) > 0:
        x, y = np.vstack([city.positions(), np.column_stack([city.blocks.x, city.blocks.y])]).T
        placed = np.isfinite(x) & np.isfinite(y)
        groups |= {("quarter", name): inside & placed for name, inside in quarters(city.blocks, x, y).items()}
        groups["quarter", "without a place"] = ~placed
    worth = np.concatenate(_values(city)) > 0
    return {name: inside for name, inside in groups.items() if (inside & worth).any()}


def _values(city: City) -> tuple[Floats, Floats, Floats]:
    return city.assets.value, city.links.value, city.blocks.value


def _valued(city: City, inside: Bools) -> City:
    """The city in which only what is ``inside`` has a value."""
    parts = _values(city)
    values = np.concatenate(parts)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    assets, links, blocks = np.split(np.where(inside | ~(values > 0), values, _NOTHING), ends)
    return replace(city, assets=city.assets.with_columns(value=assets), links=city.links.with_columns(value=links),
                   blocks=city.blocks.with_columns(value=blocks))
