"""Case kind: assets that fail with what they hang on, hardened at a cost: the exact front, and what searches find of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.model.fields import Bools, Floats
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.policy.search.forest import Forest
from stratum_core.policy.search.greedy import greedy_path
from stratum_core.policy.search.nsga2 import Search
from stratum_core.policy.search.pareto import hypervolume

_CORNER = np.ones(2)


@KINDS.register("hardening")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Losses, the exact front with its hypervolume, and the shares of it that NSGA-II and the greedy rule reach."""
    cost, chance, loss = (np.array(inputs[name], float) for name in ("cost", "chance", "loss"))
    forest = Forest(cost, chance, loss, np.array(inputs["parent"], dtype=np.int64), inputs.get("factor", 0.25))
    costs, losses = forest.every()
    exact = np.column_stack([costs / costs[-1], losses / losses[0]])
    volume = hypervolume(exact, _CORNER)
    shares = [_found(forest, inputs.get("evaluations", 5000), seed) / volume for seed in inputs.get("seeds", [1])]
    return {
        "base": float(losses[0]), "all": float(losses[-1]), "cost": float(costs[-1]), "hypervolume": volume,
        "pareto_points": _distinct_front(exact),
        "best": [float(losses[costs <= budget + 1e-9].min()) for budget in inputs.get("budgets", [])],
        "search_share": min(shares), "greedy_share": _greedy(forest) / volume,
    }


def _distinct_front(points: Floats) -> int:
    """Points of a front of two objectives, by a sweep: each lower than all that cost no more."""
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]
    lowest = np.minimum.accumulate(ordered[:, 1])
    return 1 + int((ordered[1:, 1] < lowest[:-1]).sum())


def _found(forest: Forest, evaluations: int, seed: int) -> float:
    """Hypervolume of all that NSGA-II tries."""
    search, tried = Search(len(forest.cost), 2, seed=seed), [np.empty((0, 2))]
    while (left := evaluations - sum(map(len, tried))) > 0:
        asked = search.ask()
        if not len(asked):
            break
        found = forest.objectives(asked)
        search.tell(found)
        tried.append(found[:left])
    return hypervolume(np.vstack(tried), _CORNER)


def _greedy(forest: Forest) -> float:
    def anything(portfolios: Bools) -> Bools:
        return np.ones(len(portfolios), dtype=bool)

    path = greedy_path(forest.cost, forest.expected_loss, anything, np.zeros(len(forest.cost), dtype=bool))
    return hypervolume(forest.objectives(path), _CORNER)
