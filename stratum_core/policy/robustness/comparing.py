"""Plans against one another in the same futures."""

from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr

from stratum_core.model.fields import Bools, Floats
from stratum_core.model.statistics import Z95


def regret(values: Floats) -> Floats:
    """(plans, futures, objectives) how much worse each is than the best plan of that future (Savage 1951, JASA 46:55)."""
    found: Floats = values - values.min(axis=0, keepdims=True)
    return found


def tied(first: Floats, second: Floats) -> bool:
    """Whether no 95 % interval of a mean paired difference of (futures, objectives) leaves 0 out."""
    change = second - first
    half = Z95 * change.std(axis=0, ddof=1) / np.sqrt(len(change))
    return bool((np.abs(change.mean(axis=0)) <= half + 1e-12).all())


def by_thirds(parameters: Floats, values: Floats) -> tuple[Floats, Floats]:
    """(n,) means of ``values`` (futures,) in the third of the futures where each parameter is lowest, and highest."""
    third = max(len(values) // 3, 1)
    order = np.argsort(parameters, axis=0, kind="stable")
    return values[order[:third]].mean(axis=0), values[order[-third:]].mean(axis=0)


def by_luck(parameters: Floats, values: Floats) -> Floats:
    """(n,) chance that ``values`` (futures,) follow each parameter in rank so closely by luck (Spearman 1904); 1: constant."""
    flat = np.ptp(parameters, axis=0) == 0
    if np.ptp(values) == 0 or flat.all():
        return np.ones(parameters.shape[1])
    found = np.ones(parameters.shape[1])
    found[~flat] = [float(spearmanr(column, values).pvalue) for column in parameters[:, ~flat].T]
    return found


def satisfied(values: Floats, limits: Floats) -> Bools:
    """(plans, futures) whether every objective is within its limit; values (plans, futures, objectives)."""
    return np.asarray((values <= limits).all(axis=2))
