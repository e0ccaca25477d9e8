"""How long it takes, in words; by when an order has to be out: by replicate the hour of the hazard's arrival less that time.

Only replicates in which the hazard arrives count; what arrives early and takes people long at once is not torn apart. Refuses to
name an end of the interval that the replicates do not reach.
"""

from __future__ import annotations

import numpy as np

from stratum_core.model.fields import Floats
from stratum_core.model.people_results import Deadline, EvacuationResult
from stratum_core.model.statistics import low_quantile_ranks, replicates_for_low_quantile
from stratum_core.number_format import NARROW, clock, count, hours, percent

#: share of replicates in which a deadline may be too late
_LATE = 0.05


def deadline(arrival: Floats, clearance: Floats) -> Deadline:
    """Of (replicates,) hours of arrival, NaN: it never does, and of clearance, NaN: not all have arrived in the end."""
    known = np.isfinite(arrival)
    count = int(known.sum())
    if not count:
        return Deadline(None, None, None, 0)
    first = float(np.quantile(arrival[known], _LATE, method="lower"))
    latest = np.sort(arrival[known] - np.where(np.isfinite(clearance[known]), clearance[known], np.inf))
    order_by = float(np.quantile(latest, _LATE, method="lower"))
    if not np.isfinite(order_by):
        return Deadline(first, None, None, count)
    if count < 2:
        return Deadline(first, order_by, None, count)
    low, high = low_quantile_ranks(count, _LATE)
    early = float(latest[low - 1]) if low and np.isfinite(latest[low - 1]) else None
    return Deadline(first, order_by, (early, float(latest[high - 1])), count)


def open_end(found: Deadline) -> str:
    """Why nobody knows how early the order may have to be out, and what it takes; empty where somebody does."""
    if found.ci95 is None or found.ci95[0] is not None:
        return ""
    needed = replicates_for_low_quantile(_LATE)
    if found.replicates < needed:
        return f"the early end is not known from {found.replicates} replicates; it takes {needed}"
    return "the early end is not known, because in some replicates not all have arrived in the end"


def interval_words(found: Deadline) -> str:
    """The interval behind the deadline, in brackets; empty without one."""
    if found.ci95 is None:
        return ""
    early, late = found.ci95
    if early is None:
        return f" (at least by {_at(late)}; {open_end(found)})"
    return f" (95{NARROW}% interval: {_at(early)} to {_at(late)})"


def clearance_words(result: EvacuationResult) -> str:
    """When those who get out have arrived, with who is not among them, and how many turn back."""
    found, back = result.clearance_h, result.by_group[0].fates["turned back"]
    turned = f" {count(back)} people turn back in the mean." if back >= 0.5 else ""
    if result.departed.p95 < 0.5:
        return "Nobody leaves."
    if found is None:
        runs = "In most runs not all" if result.replicates > 1 else "Not all"
        return f"{runs} who leave have arrived within the simulated {hours(result.horizon_h)}.{turned}"
    who = "All who leave" if found.left_out is not None else "All who are not cut off"
    if found.left_out is not None and found.left_out >= 0.5:
        who = f"All but {count(found.left_out)} people who are cut off, not told or without means"
    late = f"in {percent(1 - found.cleared)} of runs not within {hours(result.horizon_h)}"
    if found.cleared == 1.0 and found.p95 is not None:
        late = f"{hours(found.p95)} in 19 of 20"
    return f"{who} have arrived {hours(found.p50)} after the order in the middle run, {late}.{turned}"


def _at(hour: float) -> str:
    return clock(hour) if hour >= 0 else f"{hours(-hour)} before T+00:00"
