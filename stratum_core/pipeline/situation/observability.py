"""What of the city is observed, what is inferred, and what nobody sees; old data fade.

A component is observed while a sensor on it is fresh, inferred where its part of the network holds an observed one, else blind. A
part ends at pumps, valves, transformers, regulators and switches, because what is beyond them follows another balance. A sensor's
weight is exp(-age / (FADES x its interval)): 1 when its reading has just come, below STALE it no longer counts as seeing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stratum_core.graph import KnowledgeGraph
from stratum_core.model.city import City
from stratum_core.model.fields import Floats, Ints

BLIND, INFERRED, STALE_SEEN, OBSERVED = range(4)
WORDS = ("blind", "inferred", "observed, old data", "observed")
FADES, STALE = 8.0, 0.37
#: links behind which another balance holds
_BOUNDS = ("pump", "valve", "transformer", "switch", "gas_regulator")
#: interval of sensors that state none
_INTERVAL_S = 900.0


@dataclass(frozen=True)
class Observability:
    """Of each component: its code, and how fresh the best data behind it are, 0 to 1."""

    code: Ints
    freshness: Floats

    def shares(self) -> dict[str, float]:
        """The share of components by word."""
        counts = np.bincount(self.code, minlength=len(WORDS))
        return {word: float(n / max(len(self.code), 1)) for word, n in zip(WORDS, counts, strict=True)}


def parts_of(graph: KnowledgeGraph) -> Ints:
    """The part of the network that each component lies in; components that no network joins are parts of their own."""
    city, arrays = graph.city, graph.arrays
    count, assets = len(arrays.start), len(city.assets)
    bound = np.concatenate([np.zeros(assets, dtype=np.bool_), np.isin(city.links.kind, _BOUNDS)])
    joins = np.flatnonzero((arrays.start >= 0) & (arrays.end >= 0) & arrays.present & ~bound)
    held = np.flatnonzero(arrays.attach >= 0)
    one = np.concatenate([arrays.start[joins], arrays.end[joins], arrays.attach[held]])
    other = np.concatenate([joins, joins, held])
    joined = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(count, count))
    found: Ints = connected_components(joined, directed=False)[1].astype(np.int64)
    return found


def freshness(city: City, age_h: Floats) -> Floats:
    """(sensors,) weight of data of that age; 0 where there are none (NaN)."""
    interval = np.where(city.sensors.interval > 0, city.sensors.interval, _INTERVAL_S) / 3600.0
    return np.nan_to_num(np.exp(-np.maximum(age_h, 0.0) / (FADES * interval)))


def observability(city: City, parts: Ints, age_h: Floats, balanced: Sequence[int] = ()) -> Observability:
    """What sensors with data of these ages (sensors,), hours, NaN where there are none, show of the city.

    balanced: components without a sensor whose state a balance of flows tells now.
    """
    weight, size = freshness(city, age_h), len(parts)
    at = np.array([city.index.get(id, -1) for id in city.sensors.component], dtype=np.int64)
    on = at >= 0
    own, shared = np.zeros(size), np.zeros(int(parts.max(initial=-1)) + 1)
    np.maximum.at(own, at[on], weight[on])
    fresh = on & (weight >= STALE)
    np.maximum.at(shared, parts[at[fresh]], weight[fresh])
    inferred = shared[parts]
    inferred[list(balanced)] = np.maximum(inferred[list(balanced)], STALE)
    code = np.select([own >= STALE, own > 0, inferred > 0], [OBSERVED, STALE_SEEN, INFERRED], BLIND)
    return Observability(code.astype(np.int64), np.where(code == INFERRED, inferred, own))
