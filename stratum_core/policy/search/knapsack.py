"""The best choice under a budget if effects added up: exact, with all choices that trade cost for value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

_MOST = 2_000_000


@dataclass(frozen=True)
class Choice:
    """Items taken (by number), what they weigh and are worth together."""

    items: tuple[int, ...]
    weight: float
    value: float


def tradeoffs(weights: Floats, values: Floats, capacity: float = np.inf) -> list[Choice]:
    """All choices of which none is lighter and worth more, by rising weight, to ``capacity`` (Nemhauser & Ullmann 1969,
    Management Science 15:494).

    Raises InputError for a weight or value below 0, or where there are too many of them to list.
    """
    w, v = np.asarray(weights, dtype=float), np.asarray(values, dtype=float)
    if w.shape != v.shape or not (np.isfinite(w).all() and np.isfinite(v).all()) or (w < 0).any() or (v < 0).any():
        raise InputError("weights and values are not one number from 0 for each item", where="knapsack", repair="give both")
    weight, value = np.zeros(1), np.zeros(1)
    taken: list[np.ndarray] = [np.zeros((1, 0), dtype=bool)]
    for item in range(len(w)):
        both_w, both_v = np.concatenate([weight, weight + w[item]]), np.concatenate([value, value + v[item]])
        order = np.lexsort((-both_v, both_w))
        order = order[both_w[order] <= capacity]
        best = np.maximum.accumulate(both_v[order])
        kept = order[np.concatenate([[True], both_v[order][1:] > best[:-1]])]
        if len(kept) > _MOST:
            raise InputError(f"{len(w)} items trade off in too many ways to list", where="knapsack", repair="give fewer")
        was, now = kept % len(weight), kept >= len(weight)
        taken.append(np.column_stack([taken[-1][was], now]))
        weight, value = both_w[kept], both_v[kept]
    return [Choice(tuple(np.flatnonzero(row).tolist()), float(a), float(b))
            for row, a, b in zip(taken[-1], weight, value, strict=True)]


def best_choice(weights: Floats, values: Floats, capacity: float) -> Choice:
    """The choice of most value that weighs at most ``capacity``; see ``tradeoffs``."""
    if not capacity >= 0:
        raise InputError("the capacity is below 0", where="knapsack", repair="give a number from 0")
    return tradeoffs(weights, values, capacity)[-1]
