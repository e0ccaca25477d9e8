"""Intervals of shares and means over replicates."""

from __future__ import annotations

import math

import numpy as np

from stratum_core.model.fields import Floats
from stratum_core.model.results import Band, Difference, Share, Spread

Z95 = 1.959963984540054


def wilson(hits: Floats, trials: int) -> Floats:
    """(n, 2) bounds of the 95 % score interval of shares (Wilson 1927, JASA 22:209, eq. 6); NaN of one trial."""
    p = np.asarray(hits, dtype=float) / trials
    if trials < 2:
        return np.full((*p.shape, 2), np.nan)
    centre = p + Z95**2 / (2 * trials)
    half = Z95 * np.sqrt(p * (1 - p) / trials + Z95**2 / (4 * trials**2))
    bounds = np.stack([centre - half, centre + half], axis=-1) / (1 + Z95**2 / trials)
    bounds[..., 0][p == 0] = 0.0  # exact, where rounding leaves 1e-19
    bounds[..., 1][p == 1] = 1.0
    return np.clip(bounds, 0.0, 1.0)


def share(hits: float, trials: int) -> Share:
    """A share of replicates with its interval; one replicate has none."""
    if trials < 2:
        return Share(hits / trials, None)
    low, high = wilson(np.array([hits]), trials)[0]
    return Share(hits / trials, (float(low), float(high)))


def spread(values: Floats, unit: str) -> Spread:
    """Mean with its 95 % interval (normal approximation; none of one value), and the 5, 50 and 95 % quantiles."""
    mean = float(values.mean())
    p05, p50, p95 = (float(q) for q in np.quantile(values, [0.05, 0.5, 0.95]))
    if len(values) < 2:
        return Spread(mean, None, p05, p50, p95, unit)
    half = Z95 * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Spread(mean, (mean - half, mean + half), p05, p50, p95, unit)


def difference(before: Floats, after: Floats, unit: str) -> Difference:
    """The change of a mean on common random numbers: its interval is that of the paired differences."""
    change = spread(after - before, unit)
    return Difference(float(before.mean()), float(after.mean()), change.mean, change.ci95, unit)


def band(hours: Floats, series: Floats) -> Band:
    """Quantiles over replicates of ``series`` (replicates, hours)."""
    p05, p50, p95 = np.quantile(series, [0.05, 0.5, 0.95], axis=0)
    return Band(hours, p05, p50, p95)


def low_quantile_ranks(draws: int, share: float) -> tuple[int, int]:
    """Ranks, 1 the least, between which the quantile ``share`` lies with 95 %, the closest pair by the binomial law (Hahn &
    Meeker 1991); the first is 0 where no draw is low enough."""
    from scipy.stats import binom

    below = binom.cdf(np.arange(draws + 1) - 1, draws, share)  # of k: that fewer than k draws lie below the quantile
    low = np.arange(1, draws)
    high = np.searchsorted(below, below[low] + 0.95)
    low, high = low[high <= draws], high[high <= draws]
    if not len(low):
        return 0, int(np.searchsorted(below, 0.95))
    best = int(np.argmin(high - low))
    return int(low[best]), int(high[best])


def replicates_for_low_quantile(share: float) -> int:
    """The least number of draws of which the lowest is below the quantile ``share`` with 95 %."""
    return math.ceil(math.log(0.05) / math.log(1.0 - share))


def converged(values: Floats, tolerance: float = 0.05) -> bool:
    """True when the 95 % half width of the mean is below ``tolerance`` of it, or the mean is 0."""
    mean = float(values.mean())
    if mean == 0.0 or len(values) < 2:
        return mean == 0.0
    return Z95 * float(values.std(ddof=1)) / math.sqrt(len(values)) <= tolerance * abs(mean)
