"""Fronts of points of which less is better, and the volume that a front covers."""

from __future__ import annotations

import numpy as np

from stratum_core.model.fields import Bools, Floats, Ints


def front(points: Floats) -> Ints:
    """Rows of ``points`` (n, objectives) that no other row dominates, in their order; of equal rows the first."""
    order = np.lexsort(points.T[::-1])
    kept: list[int] = []
    for row in order:
        if not kept or not dominates(points[kept], points[row]).any():
            kept.append(int(row))
    return np.array(sorted(kept), dtype=np.int64)


def dominates(points: Floats, point: Floats) -> Bools:
    """(n,) whether each of ``points`` is nowhere worse than ``point``: better somewhere, or the same."""
    return np.asarray((points <= point).all(axis=-1))


def hypervolume(points: Floats, reference: Floats) -> float:
    """Volume between ``points`` (n, objectives) and ``reference``, exact; two objectives by a sweep.

    More by dimension sweep (Fonseca, Paquete & Lopez-Ibanez 2006, CEC, p. 1157) as moocore has it.
    """
    inside = points[(points < reference).all(axis=1)]
    if not len(inside):
        return 0.0
    if inside.shape[1] != 2:
        from moocore import hypervolume as swept

        return float(swept(inside, ref=reference))
    x, y = inside[np.lexsort((inside[:, 1], inside[:, 0]))].T
    lowest = np.minimum.accumulate(y)
    above = np.concatenate([[reference[1]], lowest[:-1]])
    return float(((reference[0] - x) * (above - lowest)).sum())
