"""The rules that one reading after the other must pass, in one walk through a chunk."""

from __future__ import annotations

import numpy as np
from numba import njit

ACCEPTED, DUPLICATE, NO_TIME, NO_VALUE, NO_NUMBER, NO_SENSOR, NO_UNIT, RANGE, FUTURE, TOO_OLD, CONFLICT, RATE, LATE = range(13)
_UNREAD = np.iinfo(np.int64).min
_HOUR = 3.6e9  # in microseconds


@njit(cache=True, nogil=True)
def judge(sensor, time, value, empty, unit_known, low, high, most_rate, latest, earliest, last_time, last_value, lenient):
    """Verdict of each row, and what it was compared with: the value before it and the microseconds since then.

    ``last_time`` and ``last_value`` by sensor are carried on from row to row. A row before its sensor's last one is LATE:
    whoever called looks it up. lenient: rules of range, clock and rate are not applied.
    """
    verdict = np.empty(len(sensor), dtype=np.uint8)
    before = np.full(len(sensor), np.nan)
    gap = np.zeros(len(sensor), dtype=np.int64)
    for i in range(len(sensor)):
        s, t, v = sensor[i], time[i], value[i]
        if t == _UNREAD:
            verdict[i] = NO_TIME
        elif s < 0:
            verdict[i] = NO_SENSOR
        elif empty[i]:
            verdict[i] = NO_VALUE
        elif not np.isfinite(v):
            verdict[i] = NO_NUMBER
        elif not unit_known[i]:
            verdict[i] = NO_UNIT
        elif not lenient and (v < low[s] or v > high[s]):
            verdict[i] = RANGE
        elif not lenient and t > latest:
            verdict[i] = FUTURE
        elif t < earliest:
            verdict[i] = TOO_OLD
        else:
            before[i] = last_value[s]
            if t < last_time[s]:
                verdict[i] = LATE
            elif t == last_time[s]:
                verdict[i] = DUPLICATE if v == last_value[s] else CONFLICT
            else:
                gap[i] = t - last_time[s] if last_time[s] != _UNREAD else 0
                if not lenient and gap[i] > 0 and abs(v - last_value[s]) * _HOUR > most_rate[s] * gap[i]:
                    verdict[i] = RATE
                else:
                    verdict[i] = ACCEPTED
                    last_time[s], last_value[s] = t, v
    return verdict, before, gap
