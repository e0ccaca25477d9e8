"""How right alarms are, row by row and event by event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.model.fields import Bools, Ints


@dataclass(frozen=True)
class Scores:
    """Row by row and event by event. time_to_detection: rows until the first alarm of each event, None: never.

    s_ttd: 1 less the mean share of an event that passed before its first alarm; s_cm: mean of true positive and true negative
    rate; s: their mean (Taormina et al. 2018, eq. 1-4, equal weights).
    """

    precision: float
    recall: float
    true_negative_rate: float
    f1: float
    events: int
    detected: int
    time_to_detection: tuple[int | None, ...]
    false_events: int
    s_ttd: float
    s_cm: float
    s: float


def spans(on: Bools) -> Ints:
    """(events, 2) first row and the row after the last of each run of True."""
    edges = np.diff(np.concatenate([[0], on.astype(np.int64), [0]]))
    return np.column_stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)])


def scores(alarm: Bools, truth: Bools) -> Scores:
    """Raises InputError where the labels show no event or nothing else."""
    if truth.all() or not truth.any():
        raise InputError("the labels show no event, or nothing but one", where="--labels",
                         repair="name the column that is 1 in events")
    first: list[int | None] = []
    passed = []
    for low, high in spans(truth):
        hits = np.flatnonzero(alarm[low:high])
        first.append(int(hits[0]) if len(hits) else None)
        passed.append((hits[0] if len(hits) else high - low) / (high - low))
    hit = float((alarm & truth).sum())
    recall, calm = hit / float(truth.sum()), float((~alarm & ~truth).sum()) / float((~truth).sum())
    precision = hit / float(alarm.sum()) if alarm.any() else 0.0
    s_ttd, s_cm = 1.0 - float(np.mean(passed)), (recall + calm) / 2
    false = sum(not truth[low:high].any() for low, high in spans(alarm))
    return Scores(precision, recall, calm, 2 * precision * recall / max(precision + recall, 1e-300), len(first),
                  sum(f is not None for f in first), tuple(first), int(false), s_ttd, s_cm, (s_ttd + s_cm) / 2)
