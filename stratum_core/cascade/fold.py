"""Folding chunks, in order, into the numbers of the whole run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from stratum_core.cascade.run import CHAINS_KEPT, CascadeJob, ChunkResult
from stratum_core.cascade.state import Sums
from stratum_core.model.statistics import converged

_COLUMNS = ("size", "indirect", "series", "people_hours", "down", "beds", "reach", "spilled", "deliveries")


def fold(job: CascadeJob, chunks: Iterable[ChunkResult]) -> ChunkResult:
    """All chunks as one: sums by component, columns by replicate; chains of the first replicates only."""
    whole: Sums | None = None
    columns: dict[str, list[np.ndarray]] = {name: [] for name in (*_COLUMNS, "money")}
    chains: list[tuple[np.ndarray, np.ndarray]] = []
    for chunk in chunks:
        sums = chunk.sums
        if whole is None:
            whole = sums
        else:
            for name in ("failures", "damages", "hours_down", "time_to_failure", "down_at", "root_hours"):
                np.add(getattr(whole, name), getattr(sums, name), out=getattr(whole, name))
        for name in _COLUMNS:
            columns[name].append(getattr(sums, name))
        columns["money"].append(chunk.money)
        if chunk.first < CHAINS_KEPT:
            chains.append((sums.chain, sums.chain_rule))
    if whole is None:
        whole = job.new_sums(0)
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    money = joined.pop("money")
    return ChunkResult(
        0,
        whole._replace(**joined, chain=np.concatenate([c for c, _ in chains]), chain_rule=np.concatenate([r for _, r in chains])),
        money,
    )


#: a run is not ended before these many replicates
LEAST_REPLICATES = 100


def until_converged(chunks: Iterable[ChunkResult], tolerance: float) -> Iterator[ChunkResult]:
    """Chunks until the 95 % half width of the mean is within ``tolerance`` of it; 0: all.

    The mean is that of people-hours over all services, of components down where nobody is counted.
    """
    seen: list[np.ndarray] = []
    for chunk in chunks:
        yield chunk
        if tolerance <= 0.0:
            continue
        hours = chunk.sums.people_hours.sum(axis=1)
        seen.append(hours if chunk.sums.people_hours.shape[1] else chunk.sums.size.astype(float))
        values = np.concatenate(seen)
        if len(values) >= LEAST_REPLICATES and converged(values, tolerance):
            return
