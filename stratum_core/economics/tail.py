"""Tails of losses: value at risk, conditional value at risk, exceedance, annual expected loss, a layer of insurance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats


@dataclass(frozen=True)
class Tail:
    """var: the least loss that is not exceeded with chance ``level``; cvar: mean of the worst 1 - level of the chance."""

    level: float
    var: float
    cvar: float


def tail(losses: Floats, level: float, weights: Floats | None = None) -> Tail:
    """Of a sample; a loss that lies across the level is split (Rockafellar & Uryasev 2002, J. Banking Finance 26:1443, prop. 8).

    weights: chances of the losses, in any scale. Raises InputError for a level outside 0 to 1 or losses that are not numbers.
    """
    x = np.asarray(losses, dtype=float)
    if not 0.0 < level < 1.0 or not len(x) or not np.isfinite(x).all():
        raise InputError("a tail needs finite losses and a level between 0 and 1", where="losses", repair="give such a level")
    if weights is None:
        return _of_equal(x, level)
    w = np.asarray(weights, dtype=float)
    if w.shape != x.shape or (w < 0).any() or not w.sum() > 0:
        raise InputError("weights do not fit the losses", where="losses", repair="give a weight from 0 on for each loss")
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order] / w.sum()
    reached = np.cumsum(w)
    at = min(int(np.searchsorted(reached, level * (1 - 1e-12))), len(x) - 1)
    beyond = float((x[at + 1:] * w[at + 1:]).sum()) + float(x[at]) * max(reached[at] - level, 0.0)
    return Tail(level, float(x[at]), float(beyond) / (1.0 - level))


def _of_equal(x: Floats, level: float) -> Tail:
    """Without sorting all: only the tail is looked at."""
    n = len(x)
    at = min(max(int(np.ceil(level * n * (1 - 1e-12))) - 1, 0), n - 1)
    parted = np.partition(x, at)
    beyond = float(parted[at + 1:].sum()) / n + float(parted[at]) * max((at + 1) / n - level, 0.0)
    return Tail(level, float(parted[at]), beyond / (1.0 - level))


def normal_tail(mean: float, sd: float, level: float) -> Tail:
    """Of a normal loss: mean + sd z, mean + sd phi(z) / (1 - level) (McNeil, Frey & Embrechts 2015, 2.3.4)."""
    z = float(norm.ppf(level))
    return Tail(level, mean + sd * z, mean + sd * float(norm.pdf(z)) / (1.0 - level))


def lognormal_tail(mu: float, sigma: float, level: float) -> Tail:
    """Of exp(N(mu, sigma)): exp(mu + sigma z), exp(mu + sigma^2 / 2) Phi(sigma - z) / (1 - level)."""
    z = float(norm.ppf(level))
    return Tail(level, float(np.exp(mu + sigma * z)), float(np.exp(mu + sigma**2 / 2) * norm.cdf(sigma - z)) / (1.0 - level))


def exceedance(losses: Floats, amounts: Floats) -> Floats:
    """(k,) chance of more than each amount."""
    ordered = np.sort(losses)
    found: Floats = 1.0 - np.searchsorted(ordered, amounts, side="right") / len(ordered)
    return found


def annual_expected(rates: Floats, means: Floats) -> float:
    """Expected loss of a year from scenarios that come ``rates`` times a year and cost ``means``."""
    if (rates < 0).any() or not (np.isfinite(rates).all() and np.isfinite(means).all()):
        raise InputError("a scenario comes less than never, or costs no number", where="scenarios",
                         repair="give rates from 0 a year")
    return float(rates @ means)


def yearly_rates(return_periods: Floats) -> Floats:
    """(n,) rate a year at which the loss of each scenario counts: the trapezoid rule over frequencies 1 / T.

    The area under the loss-probability curve (Penning-Rowsell et al. 2013); what is rarer than the rarest scenario counts as
    that one, a box of its frequency, and what is more frequent than the most frequent one counts as nothing. Raises InputError.
    """
    often = 1.0 / np.asarray(return_periods, dtype=float)
    order = np.argsort(often)
    f = often[order]
    if not len(f) or not (np.isfinite(f) & (f > 0)).all() or (np.diff(f) <= 0).any():
        raise InputError("return periods are no different numbers above 0", where="scenarios",
                         repair="give each scenario its own")
    half = np.diff(f) / 2.0
    rates = np.empty(len(f))
    rates[order] = np.concatenate([[f[0]], half]) + np.concatenate([half, [0.0]])
    return rates


def layer(losses: Floats, deductible: float, limit: float) -> Floats:
    """What an insurer pays of each loss: what exceeds the deductible, at most the limit."""
    if deductible < 0 or limit < 0:
        raise InputError("a deductible or limit is below 0", where="insurance", repair="give amounts from 0")
    found: Floats = np.clip(losses - deductible, 0.0, limit)
    return found


def tail_interval(losses: Floats, level: float) -> tuple[float, float] | None:
    """95 % interval of the value at risk by order statistics (Hahn & Meeker 1991, 5.2.1); None where the sample is too small."""
    n = len(losses)
    half = 1.959963984540054 * np.sqrt(n * level * (1 - level))
    low, high = int(np.floor(n * level - half)), int(np.ceil(n * level + half))
    if low < 1 or high > n - 1:
        return None
    ordered = np.sort(losses)
    return float(ordered[low - 1]), float(ordered[high])
