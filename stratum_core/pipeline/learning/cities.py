"""Cities to learn from: synthetic metros whose networks, needs and people are changed at random, one seed one city.

A net that has seen lattices only knows nothing of a real town. So streets and mains are thinned to anything between a tree
and the lattice, feeders take random ways, houses get connections of their own, lines are cut into sections, sources,
sectors, needs and reserves are left out or changed, and some cities know nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.fields import Bools
from stratum_core.pipeline.learning.rewiring import ends_of, named, random_tree, roots_of, rows_of, ways_to, without
from stratum_core.pipeline.synthetic import synthetic_city

SIZES = (300, 9000)
#: what stands between two sections of a link
NODES = {
    "cable": "bus",
    "pipe": "junction",
    "gas_pipe": "gas_junction",
    "sewer": "manhole",
    "road": "crossing",
    "fibre": "cabinet",
}
Change = Callable[[City, np.random.Generator], City]


def training_city(seed: int, sizes: tuple[int, int] = SIZES) -> City:
    """A city of SIZES assets before its changes; the same seed gives the same city."""
    rng = np.random.default_rng([seed, 20])
    city = synthetic_city(int(np.exp(rng.uniform(*np.log(sizes)))), seed)
    for change, chance in CHANGES:
        if rng.random() < chance:
            city = change(city, rng)
    return replace(city, name=f"Training city {seed}")


def _thin(city: City, rng: np.random.Generator) -> City:
    """Mains, streets and high-voltage lines: a random spanning tree stays, of the rest a random share, by sector."""
    dropped = np.zeros(len(city.links), dtype=np.bool_)
    for stem in ("water/pipe/", "gas/pipe/", "road/street/", "power/line/"):
        rows = rows_of(city.links.id, stem)
        tree = random_tree(ends_of(city, rows), len(city.assets), rng)
        dropped[rows] = ~tree & (rng.random(len(rows)) > rng.beta(0.3, 0.9))
    return without(city, np.zeros(len(city.assets), dtype=np.bool_), dropped)


def _feeders(city: City, rng: np.random.Generator) -> City:
    """Medium-voltage feeders along random trees from each station, over the streets of its district."""
    cables, index = rows_of(city.links.id, "power/cable/"), city.index
    start, end = ends_of(city, cables).T
    station = roots_of(start, end, len(city.assets))
    bus_of = {name.split("/")[-1]: index[name] for name in city.assets.id if name.startswith("power/bus/")}
    streets = rows_of(city.links.id, "road/street/")
    pairs = [[bus_of[name.split("/")[-1]] for name in column[streets]] for column in (city.links.start, city.links.end)]
    street = np.array(pairs, dtype=np.int64).T.reshape(-1, 2)
    street = street[station[street[:, 0]] == station[street[:, 1]]]
    edges = np.vstack([street, np.column_stack([start, end])])
    weight = rng.random(len(edges)) + np.repeat([0.0, rng.uniform(0, 1.5)], [len(street), len(start)])
    before = ways_to(edges, weight, np.unique(station[end]), len(city.assets))
    starts = city.links.start.copy()
    starts[cables] = city.assets.id[before[end]]
    return replace(city, links=city.links.with_columns(start=starts))


def _fibre(city: City, rng: np.random.Generator) -> City:
    """Cabinets fed through other cabinets."""
    rows, starts = rows_of(city.links.id, "telecom/fibre-cabinet/"), city.links.start.copy()
    for i in range(1, len(rows)):
        if rng.random() < 0.6:
            starts[rows[i]] = city.links.end[rows[rng.integers(0, i)]]
    return replace(city, links=city.links.with_columns(start=starts))


def _connections(city: City, rng: np.random.Generator) -> City:
    """Houses on connections of their own, by sector: a node and a link between the main and who is served."""
    for service, stem in (
        ("power", "power/cable/"),
        ("water", "water/pipe/"),
        ("gas", "gas/pipe/"),
        ("wastewater", "sewer/sewer/"),
    ):
        if rng.random() < 0.5:
            city = _connected(city, service, stem)
    return city


def _connected(city: City, service: str, stem: str) -> City:
    rows = np.flatnonzero(city.services.service == service)
    supplier = np.unique([city.index[name] for name in city.services.supplier[rows]])
    hanging = city.assets.node[supplier] != ""
    main = np.array(
        [city.index[n] if n else s for s, n in zip(supplier, city.assets.node[supplier], strict=True)], dtype=np.int64
    )
    leaf = city.assets.take(main)
    leaf = leaf.with_columns(id=named(leaf.id, "/house"), kind=np.where(leaf.kind == "lift_station", "manhole", leaf.kind))
    link = city.links.take(np.repeat(rows_of(city.links.id, stem)[:1], len(main)))
    link = link.with_columns(id=named(leaf.id, "/connection"), start=city.assets.id[main], end=leaf.id)
    node, demand = city.assets.node.copy(), city.assets.demand.copy()
    node[supplier[hanging]], demand[main[~hanging]] = leaf.id[hanging], 0.0
    suppliers = city.services.supplier.copy()
    if not hanging.any():
        house = dict(zip(city.assets.id[main], leaf.id, strict=True))
        suppliers[rows] = [house[name] for name in suppliers[rows]]
    return replace(
        city,
        assets=city.assets.with_columns(node=node, demand=demand).append(leaf),
        links=city.links.append(link),
        services=city.services.with_columns(supplier=suppliers),
    )


def _sections(city: City, rng: np.random.Generator) -> City:
    """Links in two sections with a node between, by sector; some up to four times."""
    for kind, node in NODES.items():
        share = rng.random() * (rng.random() < 0.4)
        for time in range(rng.integers(1, 5)):
            city = _sectioned(city, kind, node, rng.random(len(city.links)) < share, f"/{time}")
    return city


def _sectioned(city: City, kind: str, node: str, drawn: Bools, tail: str) -> City:
    links = city.links
    rows = np.flatnonzero((links.kind == kind) & links.closed & drawn)
    at = np.array([city.index[name] for name in links.start[rows]], dtype=np.int64)
    middle = city.assets.take(at)
    blank, nothing = np.full(len(rows), "", dtype=object), np.full(len(rows), np.nan)
    middle = middle.with_columns(
        id=named(links.id[rows], f"{tail}/node"),
        kind=np.full(len(rows), node, dtype=object),
        node=blank,
        demand=nothing,
        capacity=nothing,
    )
    half = links.take(rows)
    half = half.with_columns(id=named(half.id, f"{tail}/half"), end=middle.id)
    starts = links.start.copy()
    starts[rows] = middle.id
    return replace(city, assets=city.assets.append(middle), links=links.with_columns(start=starts).append(half))


def _sources(city: City, rng: np.random.Generator) -> City:
    """Fewer grid connections and roads into town, more gas stations; what is left of the grid gives as much as before."""
    assets, dropped = city.assets, np.zeros(len(city.assets), dtype=np.bool_)
    capacity = assets.capacity.copy()
    for stem in ("power/external_grid/", "power/generator/", "road/entry/"):
        rows = rows_of(assets.id, stem)
        kept = rng.permutation(rows)[: rng.integers(stem != "power/generator/", len(rows) + 1)]
        dropped[np.setdiff1d(rows, kept)] = True
    power = np.isin(assets.kind, ["external_grid", "generator"])
    capacity[power] *= capacity[power].sum() / capacity[power & ~dropped].sum()
    station = assets.take(np.repeat(rows_of(assets.id, "gas/station/"), rng.integers(0, 3)))
    at = rng.choice(rows_of(assets.id, "gas/junction/"), len(station))
    more = station.with_columns(id=np.array([f"gas/more/{i}" for i in range(len(at))], dtype=object), node=assets.id[at])
    city = replace(city, assets=assets.with_columns(capacity=capacity).append(more))
    return without(
        city, np.concatenate([dropped, np.zeros(len(more), dtype=np.bool_)]), np.zeros(len(city.links), dtype=np.bool_)
    )


def _sectors(city: City, rng: np.random.Generator) -> City:
    """One to five sectors left out."""
    gone = rng.choice(
        ["gas", "heat", "telecom", "roads", "water", "wastewater", "health", "community"], rng.integers(1, 6), False
    )
    return without(city, np.isin(city.assets.sector, gone), np.isin(city.links.sector, gone))


def _changed_needs(city: City, rng: np.random.Generator) -> City:
    """Some needs left out, reserves longer or shorter."""
    rows = city.dependencies.take(rng.random(len(city.dependencies)) > rng.uniform(0, 0.7))
    factor = rng.lognormal(0.0, 1.0, len(rows)) * (rng.random(len(rows)) > 0.2)
    changed = {name: getattr(rows, name) * factor for name in ("buffer", "buffer_low", "buffer_high")}
    return replace(city, dependencies=rows.with_columns(**changed))


def _alternatives(city: City, rng: np.random.Generator) -> City:
    """Second suppliers for some needs: another component of the same kind."""
    rows = city.dependencies
    second = rows.take(rng.random(len(rows)) < rng.uniform(0, 0.5))
    kinds = dict(zip(city.assets.id, city.assets.kind, strict=True))
    like = {kind: city.assets.id[city.assets.kind == kind] for kind in set(city.assets.kind)}
    supplier = np.array([rng.choice(like[kinds[name]]) for name in second.supplier], dtype=object)
    second = second.with_columns(id=named(second.id, "/second"), supplier=supplier)
    return replace(city, dependencies=rows.append(second))


def _ratings(city: City, rng: np.random.Generator) -> City:
    """Lines that carry more, or less, than they were sized for."""
    factor = np.where(city.links.sector == "power", np.exp(rng.uniform(-0.3, 1.5)), 1.0)
    return replace(city, links=city.links.with_columns(capacity=city.links.capacity * factor))


def _no_ties(city: City, rng: np.random.Generator) -> City:
    """Fewer open ties and valves, or none."""
    return without(
        city,
        np.zeros(len(city.assets), dtype=np.bool_),
        ~city.links.closed & (rng.random(len(city.links)) < rng.uniform(0.3, 1.5)),
    )


def _nobody(city: City, rng: np.random.Generator) -> City:
    """Population and services are not known."""
    return replace(
        city, blocks=city.blocks.take(np.zeros(0, dtype=np.int64)), services=city.services.take(np.zeros(0, dtype=np.int64))
    )


CHANGES: tuple[tuple[Change, float], ...] = (
    (_feeders, 0.6),
    (_fibre, 0.5),
    (_thin, 0.85),
    (_sources, 0.6),
    (_connections, 0.7),
    (_sections, 0.5),
    (_ratings, 0.5),
    (_no_ties, 0.5),
    (_changed_needs, 0.7),
    (_alternatives, 0.4),
    (_sectors, 0.4),
    (_nobody, 0.2),
)
