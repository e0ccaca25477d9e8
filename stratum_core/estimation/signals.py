"""Faults of a single signal: spike, stuck, drift, drop-out, and a stretch played again.

Each test states its threshold in terms of ``false_alarms``, the chance that a sound series of that length raises it, for
independent Gaussian errors around what a model foretells:

- spike: a standardised innovation beyond the two-sided normal limit, divided among the readings (Bonferroni);
- drift: a two-sided CUSUM of standardised innovations (Page 1954) with reference 0.5 and the decision interval whose average
  run length by Siegmund's approximation (1985) gives that chance over the series;
- of a signal that is on or off (a pump's flow) both are judged around the level that it is at, not by a filter;
- stuck: more equal readings in a row than chance makes in that share of cases, from how often neighbours are equal;
- drop-out: a gap between readings of more than ``gap`` times the usual step; no error model is needed;
- replayed: a stretch of at least ``least_replay`` readings that repeats an earlier one exactly while it moves. Readings rounded
  so coarsely that chance would repeat such a stretch are not tested.

Left out: faults that keep all of this intact, such as a slow scaling of readings; they need other sensors (``detection``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stratum_core.model.fields import Bools, Floats

REFERENCE = 0.5
_OVERSHOOT = 1.166
#: readings that either level of an on-off signal takes, and the gap between levels in terms of the wider of them
_LEAST_HELD, _PARTED = 10, 2.0


@dataclass(frozen=True)
class SignalSpec:
    """false_alarms: chance per series and test; gap: in usual steps; least_replay: shortest stretch played again."""

    false_alarms: float = 0.01
    gap: float = 3.0
    least_replay: int = 12


@dataclass(frozen=True)
class SignalFault:
    """kind; first and last reading of it, from 0; measure against threshold, and what it says in words."""

    kind: str
    first: int
    last: int
    measure: float
    threshold: float
    text: str


def signal_faults(times: Floats, values: Floats, standardised: Floats, spec: SignalSpec | None = None) -> tuple[SignalFault, ...]:
    """Faults of a series (t,), NaN where missing, whose standardised innovations (t,), NaN where unknown, a filter gave."""
    spec = spec or SignalSpec()
    drifting = drifts(standardised, spec)
    alone = [spike for spike in spikes(standardised, spec)
             if not any(drift.first <= spike.first <= drift.last for drift in drifting)]
    found = (*alone, *drifting, *stuck(values, spec), *drop_outs(times, values, spec), *replays(values, spec))
    return tuple(sorted(found, key=lambda fault: (fault.first, fault.kind)))


def two_levels(values: Floats) -> Floats | None:
    """(t,) errors in standard deviations of a signal that is on or off, around the level it is at; None of any other signal.

    The levels part where the largest gap between ordered readings is; both have to be many times narrower than that. The level
    and its spread are those of the first half of the readings there, so that a later drift is seen. The first reading
    after a switch may be taken on the way, and is not judged.
    """
    known = np.isfinite(values)
    ordered = np.sort(values[known])
    if len(ordered) < 4 * _LEAST_HELD:
        return None
    steps = np.diff(ordered)
    cut = int(steps.argmax())
    low, high = ordered[: cut + 1], ordered[cut + 1:]
    if min(len(low), len(high)) < _LEAST_HELD or steps[cut] < _PARTED * max(np.ptp(low), np.ptp(high)):
        return None
    on = values > (low[-1] + high[0]) / 2
    found = np.full(len(values), np.nan)
    for state in (False, True):
        there = np.flatnonzero(known & (on == state))
        first = values[there[: len(there) // 2]]
        middle = float(np.median(first))
        spread = 1.4826 * float(np.median(np.abs(first - middle)))
        if spread <= 0:
            return None
        found[there] = (values[there] - middle) / spread
    found[1:][on[1:] != on[:-1]] = np.nan
    return found


def spikes(standardised: Floats, spec: SignalSpec) -> list[SignalFault]:
    """Single readings far off, that are back with the next one: two in a row to the same side are no spike."""
    known = np.flatnonzero(np.isfinite(standardised))
    errors = standardised[known]
    limit = float(-ndtri(spec.false_alarms / (2 * max(len(known), 1))))
    far = np.where(np.abs(errors) > limit, np.sign(errors), 0.0)
    alone = far != 0
    alone[1:] &= far[1:] != far[:-1]
    alone[:-1] &= (far[:-1] != far[1:]) | (far[:-1] == 0)
    return [SignalFault("spike", int(i), int(i), float(standardised[i]), limit,
                        f"One reading {standardised[i]:+.1f} standard deviations off; {limit:.1f} is the limit.")
            for i in known[alone]]


def drifts(standardised: Floats, spec: SignalSpec) -> list[SignalFault]:
    """Stretches in which errors of one sign add up; what goes on adding up after an alarm is the same drift."""
    known = np.flatnonzero(np.isfinite(standardised))
    limit = decision_interval(len(known), spec.false_alarms)
    # an error counts at most 3, so that one spike is no drift
    errors = np.clip(standardised[known], -3.0, 3.0)
    alarms: list[tuple[int, int, int, float]] = []  # side, first and last place, sum
    up, down, begun = 0.0, 0.0, [0, 0]
    for place, error in enumerate(errors):
        up, down = up + error - REFERENCE, down - error - REFERENCE
        for side, total in enumerate((up, down)):
            if total <= 0:
                begun[side] = place + 1
        up, down = max(up, 0.0), max(down, 0.0)
        if max(up, down) > limit:
            side, total = (0, up) if up >= down else (1, down)
            first = begun[side]
            if alarms and alarms[-1][0] == side and first == alarms[-1][2] + 1:
                _, first, _, before = alarms.pop()
                total += before
            alarms.append((side, first, place, total))
            up, down, begun = 0.0, 0.0, [place + 1, place + 1]
    return [SignalFault("drift", int(known[first]), int(known[last]), total, limit,
                        f"Readings keep {'above' if side == 0 else 'below'} what the model foretells: their sum "
                        f"reached {total:.1f}, limit {limit:.1f}.") for side, first, last, total in alarms]


def decision_interval(readings: int, chance: float) -> float:
    """The limit of a two-sided CUSUM that a sound series of so many readings passes with ``chance``."""
    wanted = -max(readings, 1) / np.log1p(-chance) * 2.0  # average run length of one side
    low, high = 0.1, 50.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        reach = middle + _OVERSHOOT
        length = (np.expm1(2 * REFERENCE * reach) - 2 * REFERENCE * reach) / (2 * REFERENCE**2)
        low, high = (middle, high) if length < wanted else (low, middle)
    return high


def stuck(values: Floats, spec: SignalSpec) -> list[SignalFault]:
    """Runs of equal readings that are longer than chance makes of this series; one that never moves is stuck altogether."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 3:
        return []
    same = np.diff(values[known]) == 0
    runs = _runs(same)
    if same.all():
        return [SignalFault("stuck", int(known[0]), int(known[-1]), float(len(known)), 3.0, "It never moves.")]
    # how often two readings are equal, without the longest run, which may be the fault
    longest = max((high - low for low, high in runs), default=0)
    ordinary = max(int(same.sum()) - longest, 0) + 1
    chance = min(ordinary / max(len(same) - longest + 1, 1), 0.99)
    limit = int(np.ceil(np.log(spec.false_alarms / len(same)) / np.log(chance))) + 1
    return [SignalFault("stuck", int(known[low]), int(known[high]), float(high - low + 1), float(limit),
                        f"{high - low + 1} equal readings in a row; {limit} are still chance.")
            for low, high in runs if high - low + 1 > max(limit, 3)]


def drop_outs(times: Floats, values: Floats, spec: SignalSpec) -> list[SignalFault]:
    """Gaps between readings, also at the end."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 3:
        return []
    apart = np.diff(times[known])
    usual = float(np.median(apart))
    gaps = [(int(known[i]), int(known[i + 1]), float(apart[i])) for i in np.flatnonzero(apart > spec.gap * usual)]
    if times[-1] - times[known[-1]] > spec.gap * usual:
        gaps.append((int(known[-1]), len(values) - 1, float(times[-1] - times[known[-1]])))
    return [SignalFault("drop-out", low, high, length / usual, spec.gap, f"No reading for {length / usual:.1f} usual steps.")
            for low, high, length in gaps]


def replays(values: Floats, spec: SignalSpec) -> list[SignalFault]:
    """The longest stretches that repeat an earlier one reading by reading while they move."""
    size, found, end = spec.least_replay, [], 0
    if len(values) < 2 * size:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(values, size)
    moving = np.isfinite(windows).all(axis=1) & (np.ptp(np.nan_to_num(windows), axis=1) > 0)
    distinct = len(np.unique(values[np.isfinite(values)]))
    if _chance_of_repeat(values, size) > spec.false_alarms or distinct < 3:
        return []
    seen: dict[bytes, int] = {}
    for start in range(len(windows)):
        if not moving[start]:
            continue
        key = np.ascontiguousarray(windows[start]).tobytes()
        earlier = seen.setdefault(key, start)
        if start >= end and earlier + size <= start:
            length = size
            while start + length < len(values) and values[start + length] == values[earlier + length]:
                length += 1
            end = start + length
            found.append(SignalFault("replayed", start, end - 1, float(length), float(size),
                                     f"{length} readings repeat those from {earlier} on exactly."))
    return found


def _chance_of_repeat(values: Floats, size: int) -> float:
    """That chance repeats some stretch of ``size``: pairs of starts, times the chance of two steps being equal at each place."""
    steps = np.diff(values)
    steps = np.round(steps[np.isfinite(steps)], 9)
    if not len(steps):
        return 1.0
    share = np.unique(steps, return_counts=True)[1] / len(steps)
    return float(len(values) ** 2 / 2 * float((share**2).sum()) ** (size - 1))


def _runs(on: Bools) -> list[tuple[int, int]]:
    """First and last element joined by each run of True between neighbours."""
    edges = np.diff(np.concatenate([[0], on.astype(np.int64), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
