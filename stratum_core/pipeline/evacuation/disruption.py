"""What hazards and a cascade take away from people who leave: closed roads, water on them, power and telecom at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stratum_core.cascade.run import CascadeJob
from stratum_core.hazards import Prepared, together
from stratum_core.hazards.flood_depth import PreparedFlood
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints
from stratum_core.population.evacuation.world import Disruption, Outage, Water
from stratum_core.population.traffic import RoadNetwork

#: a component belongs to what the hazard can hit from this chance of damage on
_CHANCE = 0.01
#: kind of the assets that are traffic signals; each hangs on its crossing
SIGNAL = "signal"


def exposed_places(city: City, hazards: Sequence[Prepared]) -> Floats:
    """(n, 2) metres of the components that a hazard can hit."""
    seen = [hazard.intensity() for hazard in hazards]
    hit = [found.component[np.nan_to_num(found.probability) >= _CHANCE] for found in seen]
    places = city.positions()[np.unique(np.concatenate(hit))] if hit else np.empty((0, 2))
    return places[np.isfinite(places).all(axis=1)]


def water_on(network: RoadNetwork, hazards: Sequence[Prepared]) -> Water | None:
    """The median depth of the first flood on the roads by the hour; None without a flood."""
    floods = [inner for hazard in hazards if isinstance(inner := getattr(hazard, "hazard", hazard), PreparedFlood)]
    if not floods:
        return None
    row, links = _matches(floods[0].component, network.component)
    return Water(floods[0].times, links, floods[0].depths[row])


@dataclass(frozen=True)
class ByHazard:
    """Roads closed where a hazard damages them, from its own draws; power and telecom stay."""

    hazards: tuple[Prepared, ...]
    network: RoadNetwork
    seed: int
    arrives: bool = True

    def __call__(self, replicate: int) -> Disruption:
        """Of one replicate."""
        damage = together([hazard.sample(self.seed, replicate, 1) for hazard in self.hazards]).damage
        until = np.where(np.isfinite(damage.clear), damage.clear, np.inf)
        return Disruption(roads=_on_links(self.network, damage.component, damage.time, until),
                          arrival_h=_first(damage.time, self.arrives))


@dataclass(frozen=True)
class ByCascade:
    """All that a cascade takes away, replicate by replicate; each outage counts as one stretch from its first hour."""

    job: CascadeJob
    network: RoadNetwork
    arrives: bool = True

    def __call__(self, replicate: int) -> Disruption:
        """Of one replicate; a cascade with fewer begins anew."""
        number = replicate % self.job.replicates
        state, _ = self.job.replay(number)
        down = np.flatnonzero(np.isfinite(state.first_down) & (state.hours_down > 0))
        since = np.full(len(state.first_down), np.inf)
        since[down] = state.first_down[down]
        until = since + np.where(np.isfinite(since), state.hours_down, 0.0)
        city = self.job.compiled.city
        damage = self.job.drawn(number, 1).damage
        return Disruption(lost_by_block(city, "power", since, until), lost_by_block(city, "telecom", since, until),
                          _on_links(self.network, down, since[down], until[down]), _dark(city, self.network, since, until),
                          _special(city, since, until),
                          _first(damage.time, self.arrives))


def _first(times: Floats, arrives: bool) -> float:
    """Hour of the first damage; NaN where nothing arrives that people could flee from."""
    return float(times.min()) if len(times) and arrives else float("nan")


def _on_links(network: RoadNetwork, component: Ints, since: Floats, until: Floats) -> Outage:
    """The rows of components that are roads, one for each direction."""
    row, link = _matches(component, network.component)
    return Outage(link, since[row], until[row])


def _matches(component: Ints, of_link: Ints) -> tuple[Ints, Ints]:
    """Pairs of a row of ``component`` and a link that it is."""
    order = np.argsort(of_link, kind="stable")
    left = np.searchsorted(of_link[order], component, side="left")
    right = np.searchsorted(of_link[order], component, side="right")
    row = np.repeat(np.arange(len(component)), right - left)
    links = [order[a:b] for a, b in zip(left, right, strict=True)]
    return row, np.concatenate([np.empty(0, dtype=np.int64), *links])


def _dark(city: City, network: RoadNetwork, since: Floats, until: Floats) -> Outage:
    """Crossings whose signal is down."""
    rows = np.flatnonzero((city.assets.kind == SIGNAL) & (until > since)[: len(city.assets)])
    node = np.array([network.node_index.get(str(name), -1) for name in city.assets.node[rows]], dtype=np.int64)
    return Outage(node[node >= 0], since[rows[node >= 0]], until[rows[node >= 0]])


def _special(city: City, since: Floats, until: Floats) -> Outage:
    """Assets that people use as such, shelters and hospitals above all, while they are out of service."""
    rows = np.flatnonzero((city.assets.special.astype(str) != "") & (until > since)[: len(city.assets)])
    return Outage(rows, since[rows], until[rows])


def lost_by_block(city: City, service: str, since: Floats, until: Floats) -> Outage:
    """Blocks without a service: from when the last of its suppliers is gone until the first is back."""
    rows = np.flatnonzero(city.services.service == service)
    if not len(rows):
        return Outage()
    block_at = {str(id): at for at, id in enumerate(city.blocks.id)}
    block = np.array([block_at[str(id)] for id in city.services.block[rows]])
    supplier = np.array([city.index[str(id)] for id in city.services.supplier[rows]])
    begin, end = np.zeros(len(city.blocks)), np.full(len(city.blocks), np.inf)
    np.maximum.at(begin, block, since[supplier])
    np.minimum.at(end, block, until[supplier])
    served = np.unique(block)
    lost = served[np.isfinite(begin[served]) & (end[served] > begin[served])]
    return Outage(lost, begin[lost], end[lost])
