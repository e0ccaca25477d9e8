"""Two runs against each other: people by service, and the components whose chance of failing moved most.

Runs of one city with one seed and as many replicates share their random numbers: their difference is taken
replicate by replicate, which leaves out what chance does to both. Others are compared as independent samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stratum_core.model.fields import Floats
from stratum_core.model.results import CascadeResult, Difference
from stratum_core.model.statistics import Z95, difference

MOST = 50


@dataclass(frozen=True)
class Moved:
    """A component whose chance of failing differs between the runs."""

    asset: str
    first: float
    second: float

    @property
    def change(self) -> float:
        """Of the chance, from the first run to the second."""
        return self.second - self.first


@dataclass(frozen=True)
class Comparison:
    """people_peak: people without each service at the worst hour; paired: by replicate; moved: greatest change first."""

    paired: bool
    people_peak: dict[str, Difference]
    moved: tuple[Moved, ...]


def compare(first: CascadeResult, second: CascadeResult) -> Comparison:
    """What ``second`` has more or less than ``first``; services that only one of them counts are left out."""
    paired = (first.seed, first.replicates, first.city_digest) == (second.seed, second.replicates, second.city_digest)
    services = [s for s in first.peak_by_replicate if s in second.peak_by_replicate]
    between = difference if paired else _independent
    peaks = {s: between(first.peak_by_replicate[s], second.peak_by_replicate[s], "people") for s in services}
    return Comparison(paired, peaks, _moved(first, second))


def _independent(before: Floats, after: Floats, unit: str) -> Difference:
    """The change of a mean between independent samples (Welch), with its normal 95 % interval."""
    change = float(after.mean() - before.mean())
    if min(len(before), len(after)) < 2:
        return Difference(float(before.mean()), float(after.mean()), change, None, unit)
    half = Z95 * math.sqrt(before.var(ddof=1) / len(before) + after.var(ddof=1) / len(after))
    return Difference(float(before.mean()), float(after.mean()), change, (change - half, change + half), unit)


def _moved(first: CascadeResult, second: CascadeResult) -> tuple[Moved, ...]:
    place = {asset: i for i, asset in enumerate(second.assets)}
    both = [(i, place[asset]) for i, asset in enumerate(first.assets) if asset in place]
    rows, others = (np.array(side, dtype=np.int64) for side in (zip(*both, strict=True) if both else ((), ())))
    change = second.failure_probability[others] - first.failure_probability[rows]
    order = np.argsort(-np.abs(change), kind="stable")[:MOST]
    return tuple(
        Moved(str(first.assets[rows[i]]), float(first.failure_probability[rows[i]]), float(second.failure_probability[others[i]]))
        for i in order
        if change[i] != 0.0
    )
