"""When water over time reaches and leaves a threshold, and what it costs, replicate by replicate."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from stratum_core.random_numbers import LEVEL, THRESHOLD
from stratum_core.random_numbers.kernels import normal, triangular, uniform


@njit(cache=True, nogil=True)
def wet_depth(depth, error):
    """Depth with the replicate's level error; dry ground stays dry."""
    return max(depth + error, 0.0) if depth > 0.0 else 0.0


@njit(cache=True, nogil=True)
def crossing(times, depths, error, limit):
    """(first hour at which depth reaches ``limit``, last hour at which it falls below); (inf, inf) if never.

    Linear between frames; water that stays to the last frame never leaves (inf).
    """
    first, last = math.inf, math.inf
    previous = wet_depth(depths[0], error)
    if previous >= limit:
        first = times[0]
    for k in range(1, len(times)):
        depth = wet_depth(depths[k], error)
        if previous < limit <= depth:
            at = times[k - 1] + (limit - previous) / (depth - previous) * (times[k] - times[k - 1])
            first = min(first, at)
            last = math.inf
        elif depth < limit <= previous:
            last = times[k - 1] + (previous - limit) / (previous - depth) * (times[k] - times[k - 1])
        previous = depth
    return first, last


@njit(cache=True, nogil=True)
def sample_flood(seed, first, count, times, component, depths, height, low, mode, high, deviation):
    """Damage rows of ``count`` replicates: (offset, component, time, clear, depth above base, threshold).

    The threshold of each component is triangular (low, mode, high) above its equipment's base.
    """
    size = count * len(component)
    offset = np.zeros(count + 1, dtype=np.int64)
    which = np.empty(size, dtype=np.int64)
    when, clear, value, limit = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    n = 0
    for i in range(count):
        error = deviation * normal(seed, first + i, 0, LEVEL)
        for k in range(len(component)):
            threshold = triangular(uniform(seed, first + i, component[k], THRESHOLD), low[k], mode[k], high[k])
            start, end = crossing(times, depths[k], error, threshold + height[k])
            if start < math.inf:
                which[n], when[n], clear[n], limit[n] = component[k], start, end, threshold
                value[n] = wet_depth(depths[k].max(), error) - height[k]
                n += 1
        offset[i + 1] = n
    return offset, which[:n], when[:n], clear[:n], value[:n], limit[:n]


@njit(cache=True, nogil=True)
def flood_cost(seed, first, count, greatest, value, curve, curve_depth, shares, deviation):
    """Money lost in each of ``count`` replicates: sum of value times the share of its curve at the greatest depth."""
    cost = np.zeros(count)
    for i in range(count):
        error = deviation * normal(seed, first + i, 0, LEVEL)
        for k in range(len(greatest)):
            cost[i] += value[k] * np.interp(wet_depth(greatest[k], error), curve_depth, shares[curve[k]])
    return cost
