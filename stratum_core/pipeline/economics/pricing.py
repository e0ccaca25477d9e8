"""Amounts of a sample of losses, in the money of a result, each with its interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stratum_core.economics.tail import layer, tail, tail_interval
from stratum_core.errors import InputError
from stratum_core.model.economics_results import Insurance, Money, Side
from stratum_core.model.fields import Floats
from stratum_core.model.statistics import spread

LEVELS = (0.95, 0.99)
#: an amount with its interval and level in the money of the result
Priced = Callable[..., Money]


def side_of(losses: Floats, money: Priced, seed: int) -> Side:
    """Mean, VaR and CVaR of losses; intervals by order statistics and by resampling."""
    mean, tails = spread(losses, "money"), [tail(losses, level) for level in LEVELS]
    return Side(money(mean.mean, mean.ci95),
                tuple(money(one.var, tail_interval(losses, one.level), one.level) for one in tails),
                tuple(money(one.cvar, _bootstrapped(losses, one.level, seed), one.level) for one in tails))


def insured(losses: Floats, deductible: float, limit: float | None, money: Priced, seed: int) -> Insurance:
    """What an insurer pays and what is retained of each loss. Raises InputError for amounts below 0."""
    if not np.isfinite(deductible) or (limit is not None and not np.isfinite(limit)):
        raise InputError("a deductible or limit is no number", where="insurance", repair="give amounts from 0")
    paid = layer(losses, deductible, np.inf if limit is None else limit)
    return Insurance(deductible, limit, side_of(paid, money, seed), side_of(losses - paid, money, seed))


def _bootstrapped(losses: Floats, level: float, seed: int, times: int = 200) -> tuple[float, float] | None:
    """95 % interval of the CVaR by resampling the replicates; None of fewer than five beyond the level."""
    if len(losses) * (1 - level) < 5:
        return None
    random = np.random.default_rng(seed)
    found = [tail(losses[random.integers(0, len(losses), len(losses))], level).cvar for _ in range(times)]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
