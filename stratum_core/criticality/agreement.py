"""How well a score ranks what simulation finds: rank correlation, hits among the worst tenth, and their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from stratum_core.model.fields import Bools, Floats

RESAMPLES = 400
WORST_SHARE = 0.1


@dataclass(frozen=True)
class Agreement:
    """Of a score with simulated losses over ``outages``. spearman: None where one of the two is the same for all.

    top_hit: share of the score's worst tenth that is in the simulated worst tenth, ties at its edge and losses above 0 included.
    ci95: over bootstrap samples of the outages.
    """

    peer: str
    outages: int
    spearman: float | None
    spearman_ci95: tuple[float, float] | None
    top_hit: float
    top_hit_ci95: tuple[float, float]


def agreement(peer: str, score: Floats, lost: Floats, *, seed: int = 42) -> Agreement:
    """Agreement of ``score`` (outages,) with what each outage loses (outages,); both at least one long."""
    rng, size = np.random.default_rng(seed), len(lost)
    draws = [rng.integers(0, size, size) for _ in range(RESAMPLES)]
    ranks = [r for rows in draws if (r := spearman(score[rows], lost[rows])) is not None]
    hits = [top_hit(score[rows], lost[rows]) for rows in draws]
    return Agreement(
        peer, size, spearman(score, lost), _interval(ranks) if ranks else None, top_hit(score, lost), _interval(hits)
    )


def spearman(first: Floats, second: Floats) -> float | None:
    """Correlation of average ranks: equal values share the mean of their ranks, so ties in one alone lower it."""
    a, b = (rankdata(values) - (len(values) + 1) / 2 for values in (first, second))
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / spread if spread > 0 else None


def top_hit(score: Floats, lost: Floats) -> float:
    """Share of the score's worst tenth that is among the simulated worst tenth.

    All that tie with the last of the simulated tenth belong to it, but nothing that loses nothing. Among equal scores at the
    edge any may be picked, so each counts by the part of them that fits.
    """
    count = max(round(WORST_SHARE * len(lost)), 1)
    worst: Bools = (lost >= np.sort(lost)[-count]) & (lost > 0)
    edge = np.sort(score)[-count]
    above, at = score > edge, score == edge
    room = (count - int(above.sum())) / int(at.sum())
    return float((worst & above).sum() + room * (worst & at).sum()) / count


def _interval(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
