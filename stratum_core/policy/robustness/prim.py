"""When a plan fails: boxes of assumptions in which most futures fail (patient rule induction, Friedman & Fisher 1999,
Statistics and Computing 9:123; as scenario discovery, Bryant & Lempert 2010, Technol. Forecast. Soc. Change 77:34)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from stratum_core.model.fields import Bools, Floats

_PEEL, _LEAST = 0.05, 0.05
_SIGNIFICANT = 0.05
#: a box tells something only where failing is so much more frequent than in all futures
_LIFT = 1.25


@dataclass(frozen=True)
class Found:
    """ranges: column to (low, high), of the parameters that matter; density, coverage, share as in ``model.optimise_results``."""

    ranges: dict[int, tuple[float, float]]
    density: float
    coverage: float
    share: float


def failing_box(parameters: Floats, fails: Bools) -> Found | None:
    """The box of ``parameters`` (futures, n) that holds most of the failing futures in the purest way; None where no box tells.

    Peels a twentieth of the futures at a time off the side that leaves the greatest density, then takes the box of the
    trajectory with the greatest product of density and coverage, then drops sides that do not matter (binomial test, the
    level divided by the number of parameters). The same is done with each parameter alone, as many that do not matter use up few
    futures.
    """
    total, count = int(fails.sum()), len(fails)
    if not 0 < total < count:
        return None
    columns = list(range(parameters.shape[1]))
    tried = [_sides(parameters, _peeled_off(parameters, fails, of), of) for of in (columns, *([one] for one in columns))]
    boxes = [_significant(parameters, fails, ranges, _SIGNIFICANT / len(columns)) for ranges in tried]
    ranges = max(boxes, key=lambda box: _worth(fails, _within(parameters, box)) if box else -1.0)
    kept = _within(parameters, ranges)
    density, coverage = float(fails[kept].mean()), float(fails[kept].sum() / total)
    if not ranges or density < _LIFT * total / count:
        return None
    return Found(ranges, density, coverage, float(kept.mean()))


def _peeled_off(parameters: Floats, fails: Bools, columns: list[int]) -> Bools:
    """The box of the trajectory over ``columns`` that is worth most."""
    inside = best = np.ones(len(fails), dtype=bool)
    while (smaller := _peeled(parameters[:, columns], fails, inside)) is not None:
        inside = smaller
        if _worth(fails, inside) > _worth(fails, best):
            best = inside
    return best


def _worth(fails: Bools, inside: Bools) -> float:
    return float(fails[inside].mean() * fails[inside].sum())


def _peeled(parameters: Floats, fails: Bools, inside: Bools) -> Bools | None:
    """Without a thin slice at the side that leaves the densest box; None where it would hold too few futures."""
    now, best, found = float(fails[inside].mean()), -1.0, None
    for column in parameters.T:
        low, high = np.quantile(column[inside], [_PEEL, 1 - _PEEL])
        for smaller in (inside & (column > low), inside & (column < high)):
            if smaller.sum() < max(_LEAST * len(fails), 5) or smaller.sum() == inside.sum():
                continue
            if (density := float(fails[smaller].mean())) > best:
                best, found = density, smaller
    return found if best >= now else None


def _sides(parameters: Floats, inside: Bools, columns: list[int]) -> dict[int, tuple[float, float]]:
    """Ends of the box, infinite where nothing was peeled off."""
    found = {}
    for at in columns:
        column = parameters[:, at]
        low, high = float(column[inside].min()), float(column[inside].max())
        ends = (low if low > column.min() else -np.inf, high if high < column.max() else np.inf)
        if ends != (-np.inf, np.inf):
            found[at] = ends
    return found


def _within(parameters: Floats, ranges: dict[int, tuple[float, float]]) -> Bools:
    found = np.ones(len(parameters), dtype=bool)
    for at, (low, high) in ranges.items():
        found &= (parameters[:, at] >= low) & (parameters[:, at] <= high)
    return found


def _significant(
    parameters: Floats, fails: Bools, ranges: dict[int, tuple[float, float]], level: float
) -> dict[int, tuple[float, float]]:
    """Sides without which chance alone would hardly give so many failing futures (Bryant & Lempert 2010, appendix)."""
    kept = dict(ranges)
    for at in ranges:
        for lower in (True, False):
            open_end = (-np.inf, kept[at][1]) if lower else (kept[at][0], np.inf)
            if open_end == kept[at]:
                continue
            without, inside = _within(parameters, kept | {at: open_end}), _within(parameters, kept)
            chance = float(binom.sf(int(fails[inside].sum()) - 1, int(inside.sum()), float(fails[without].mean())))
            if chance > level:
                kept[at] = open_end
    return {at: ends for at, ends in kept.items() if ends != (-np.inf, np.inf)}
