"""Why the net gives a component its score: what changes when a feature, or a neighbour, is made ordinary (occlusion).

Contributions are on the net's own scale (expected logarithmic share) and need not add up: features say the same thing in
several ways, and measures along the supply tree already hold what is far away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from stratum_core.criticality.learned.features import FEATURES, Inputs
from stratum_core.criticality.learned.net import LAYERS
from stratum_core.criticality.learned.shipped import CriticalityNet, chance
from stratum_core.model.fields import Floats, Ints

#: neighbours are made ordinary one at a time, up to so many, nearest first
NEIGHBOURS, NEAR = 120, 2


@dataclass(frozen=True)
class FeaturePart:
    """contribution: score minus score with this feature at the city's median; above 0 it raises the score."""

    feature: str
    value: float
    median: float
    contribution: float


@dataclass(frozen=True)
class NeighbourPart:
    """contribution: score minus score with all features of this component at the city's median. steps: away from it."""

    asset: str
    name: str
    steps: int
    contribution: float


@dataclass(frozen=True)
class Attribution:
    """Of one component; score 0 to 1 on the net's logarithmic scale times the chance of losing anything. Largest parts first."""

    asset: str
    score: float
    features: tuple[FeaturePart, ...]
    neighbours: tuple[NeighbourPart, ...]


def attribution(net: CriticalityNet, known: Inputs, component: int, top: int = 8) -> Attribution:
    """The ``top`` features and neighbours that move the score of ``component`` most, either way."""
    near = _Near(net, known, component)
    features = known.features[near.members]
    ordinary = np.median(known.features[known.scored], axis=0)
    score = near.score(features)
    by_feature = np.array([score - near.score(_with(features, near.at, i, ordinary)) for i in range(len(FEATURES))])
    others = [i for i in np.argsort(near.steps, kind="stable") if 0 < near.steps[i] <= NEAR][:NEIGHBOURS]
    by_other = np.array([score - near.score(_with(features, i, slice(None), ordinary)) for i in others])
    ids, names, mine = known.city.component_ids, known.city.component_names, known.features[component]
    return Attribution(
        str(ids[component]),
        score,
        tuple(
            FeaturePart(FEATURES[i], float(mine[i]), float(ordinary[i]), float(by_feature[i])) for i in _largest(by_feature, top)
        ),
        tuple(
            NeighbourPart(
                str(ids[near.members[others[i]]]),
                str(names[near.members[others[i]]]),
                int(near.steps[others[i]]),
                float(by_other[i]),
            )
            for i in _largest(by_other, top)
        ),
    )


class _Near:
    """All that the net can hear at one component: as many steps around it as the net has layers."""

    def __init__(self, net: CriticalityNet, known: Inputs, component: int) -> None:
        self._net, wired = net, known.wired
        first, second = wired.edges
        joined = csr_matrix((np.ones(len(first), dtype=np.int8), (first, second)), shape=(wired.size, wired.size))
        steps: Ints = np.full(wired.size, -1, dtype=np.int64)
        steps[component], edge = 0, np.array([component])
        for step in range(1, len(LAYERS) + 1):
            around = np.unique(joined[edge].indices)
            edge = around[steps[around] < 0]
            steps[edge] = step
        self.members = np.flatnonzero(steps >= 0)
        self.steps = steps[self.members]
        self.at = int(np.searchsorted(self.members, component))
        inside = (steps[first] >= 0) & (steps[second] >= 0)
        self._edges = np.searchsorted(self.members, wired.edges[:, inside])
        self._relation, self._weights = wired.relation[inside], wired.gcn_weights()[inside]

    def score(self, features: np.ndarray) -> float:
        """Expected logarithmic share of the component, with these features of the members."""
        out = self._net.raw(features, self._edges, self._relation, self._weights)[[self.at]]
        return float(chance(out)[0] * np.clip(out[0, 1], 0.0, 1.0))


def _with(features: np.ndarray, row: int, column: int | slice, ordinary: np.ndarray) -> np.ndarray:
    changed = features.copy()
    changed[row, column] = ordinary[column]
    return changed


def _largest(parts: Floats, top: int) -> list[int]:
    order = np.argsort(-np.abs(parts), kind="stable")[:top]
    return [int(i) for i in order if parts[i] != 0]
