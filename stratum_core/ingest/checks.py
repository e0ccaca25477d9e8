"""What makes a reading refused, each with its reason in plain words.

A reading is compared with the last one of its sensor that was accepted. One that comes late (before a newer one of its
sensor) is compared with the one before it in time, if that is stored and no more than a day older, and is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.ingest import kernels as rule
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.model.readings import NO_TIME, Codes
from stratum_core.model.tables import Sensors

RULES = {
    rule.NO_TIME: "unreadable time", rule.NO_VALUE: "no value", rule.NO_NUMBER: "no number", rule.NO_SENSOR: "unknown sensor",
    rule.NO_UNIT: "unit", rule.RANGE: "range", rule.FUTURE: "future", rule.TOO_OLD: "too old", rule.CONFLICT: "conflict",
    rule.RATE: "impossible rate",
}
#: rules that a person can take upon himself
VOUCHED = tuple(RULES[one] for one in (rule.RANGE, rule.FUTURE, rule.RATE))
#: time and value of what is stored at or before each (sensor, time)
Before = Callable[[Codes, Ints], tuple[Ints, Floats]]
FUTURE_S = 300.0  # how far ahead of this computer's clock a reading may be


@dataclass(frozen=True)
class Limits:
    """What is believed of each sensor, by its code in the store; unknown limits are infinite."""

    low: Floats
    high: Floats
    most_rate: Floats
    unit: Strings

    @classmethod
    def of(cls, sensors: Sensors, codes: Codes, size: int) -> Limits:
        """The limits of the project's sensors; ``codes`` are theirs among ``size``."""
        def by_code(column: Floats, unknown: float) -> Floats:
            found = np.full(size, unknown)
            found[codes] = np.where(np.isnan(column), unknown, column)
            return found

        unit = np.full(size, "", dtype=object)
        unit[codes] = sensors.unit
        return cls(by_code(sensors.low, -np.inf), by_code(sensors.high, np.inf), by_code(sensors.most_rate, np.inf), unit)


@dataclass(frozen=True)
class Verdicts:
    """The verdict of each row; ``late``: accepted ones that came after a newer one. before, gap: what it was compared with."""

    verdict: npt.NDArray[np.uint8]
    late: Bools
    before: Floats
    gap: Ints

    @property
    def accepted(self) -> Bools:
        """Rows to store."""
        return np.asarray(self.verdict == rule.ACCEPTED)

    @property
    def refused(self) -> Bools:
        """Rows for the quarantine."""
        return np.asarray(self.verdict > rule.DUPLICATE)


def check(
    sensor: Codes, time: Ints, value: Floats, empty: Bools, unit_known: Bools, limits: Limits, *, now: int, earliest: int,
    last_time: Ints, last_value: Floats, stored_before: Before, lenient: bool = False,
) -> Verdicts:
    """Verdicts on rows in the order of their arrival; ``stored_before`` looks rows that come late up.

    now, earliest: microseconds UTC. last_time, last_value: by sensor code, before these rows; they are not changed.
    """
    latest = now + int(FUTURE_S * 1e6)
    verdict, before, gap = rule.judge(
        sensor, time, value, empty, unit_known, limits.low, limits.high, limits.most_rate, latest, earliest,
        last_time.copy(), last_value.copy(), lenient)
    judged = Verdicts(verdict, np.zeros(len(sensor), dtype=bool), before, gap)
    late = np.flatnonzero(verdict == rule.LATE)
    if len(late):
        rate = np.full_like(limits.most_rate, np.inf) if lenient else limits.most_rate
        _look_up(late, judged, sensor, time, value, rate, stored_before)
        judged.late[late] = verdict[late] == rule.ACCEPTED
    return judged


def _look_up(late: Ints, judged: Verdicts, sensor: Codes, time: Ints, value: Floats, most_rate: Floats, before: Before) -> None:
    """Settle late rows: the first of a sensor and time wins, whether it is stored, in this chunk, or late itself."""
    verdict = judged.verdict
    rows = np.concatenate([np.flatnonzero(verdict == rule.ACCEPTED), late])
    is_late = np.arange(len(rows)) >= len(rows) - len(late)
    order = np.lexsort((is_late, time[rows], sensor[rows]))
    rows, is_late = rows[order], is_late[order]
    place = np.arange(len(rows))
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (sensor[rows][1:] != sensor[rows][:-1]) | (time[rows][1:] != time[rows][:-1])
    head = np.maximum.accumulate(np.where(new, place, 0))  # the first row of the same sensor and time
    last = np.maximum.accumulate(np.where(is_late, -1, place))  # the accepted row at or before it
    last = np.where((last >= 0) & (sensor[rows[last]] == sensor[rows]), last, -1)
    last = np.where(new | is_late[head], last, head)
    chosen = np.flatnonzero(is_late)
    mine, head, last = rows[chosen], rows[head[chosen]], last[chosen]
    when, what = before(sensor[mine], time[mine])
    nearer = (last >= 0) & (time[rows[last]] > when)
    when, what = np.where(nearer, time[rows[last]], when), np.where(nearer, value[rows[last]], what)
    repeats = (head != mine) & (when < time[mine])
    what = np.where(repeats, value[head], what)
    gap = time[mine] - np.where(when == NO_TIME, time[mine], when)
    same = np.where(what == value[mine], rule.DUPLICATE, rule.CONFLICT)
    fast = np.abs(value[mine] - what) / np.maximum(gap, 1) * 3.6e9 > most_rate[sensor[mine]]
    verdict[mine] = np.where(repeats | (when == time[mine]), same, np.where(fast & (gap > 0), rule.RATE, rule.ACCEPTED))
    judged.before[mine], judged.gap[mine] = what, gap


def reasons(rows: Ints, verdicts: Verdicts, sensor: Codes, time: Ints, value: Floats, limits: Limits, now: int) -> list[str]:
    """Why each of these refused rows was refused."""
    return [_reason(int(verdicts.verdict[row]), int(sensor[row]), int(time[row]), float(value[row]), float(verdicts.before[row]),
                    int(verdicts.gap[row]), limits, now) for row in rows]


def _reason(verdict: int, sensor: int, time: int, value: float, before: float, gap: int, limits: Limits, now: int) -> str:
    plain = {
        rule.NO_TIME: "its time is missing or cannot be read as the mapping says",
        rule.NO_VALUE: "it has no value",
        rule.NO_NUMBER: "its value is no number",
        rule.NO_SENSOR: "no sensor of the project has this tag",
        rule.NO_UNIT: "its unit is unknown or measures something else",
        rule.TOO_OLD: "it is older than the readings that are kept",
    }
    if verdict in plain:
        return plain[verdict]
    unit = "" if limits.unit[sensor] == "1" else f" {limits.unit[sensor]}"
    if verdict == rule.RANGE:
        return f"{_shown(value)} is outside {_shown(limits.low[sensor])} to {_shown(limits.high[sensor])}{unit}"
    if verdict == rule.FUTURE:
        return f"its time is {_duration(time - now)} ahead of the clock"
    if verdict == rule.CONFLICT:
        return f"{_shown(value)} conflicts with {_shown(before)}{unit}, which came first for the same time"
    return (f"from {_shown(before)} to {_shown(value)}{unit} in {_duration(gap)} is more than "
            f"{_shown(limits.most_rate[sensor])}{unit} an hour")


def _duration(microseconds: int) -> str:
    seconds = microseconds / 1e6
    for size, name in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} s"


def _shown(value: float) -> str:
    return f"{value:.6g}"
