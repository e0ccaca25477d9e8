"""Philox 4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as easy as 1, 2, 3") as scalar kernels."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, uint32, uint64

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


@njit(cache=True, nogil=True)
def philox(c0, c1, c2, c3, k0, k1):
    """The four 32-bit words of counter (c0..c3) under key (k0, k1)."""
    for _ in range(10):
        p0 = _M0 * uint64(c0)
        p1 = _M1 * uint64(c2)
        c0, c1, c2, c3 = (
            uint32((p1 >> _SHIFT) ^ uint64(c1) ^ uint64(k0)),
            uint32(p1 & _LOW),
            uint32((p0 >> _SHIFT) ^ uint64(c3) ^ uint64(k1)),
            uint32(p0 & _LOW),
        )
        k0 = uint32(k0 + _W0)
        k1 = uint32(k1 + _W1)
    return c0, c1, c2, c3


@njit(cache=True, nogil=True)
def uniform(seed, replicate, component, stream):
    """One number in the open interval (0, 1) with 53 random bits."""
    s = uint64(seed)
    a, b, _, _ = philox(uint32(replicate), uint32(component), uint32(stream), uint32(0), uint32(s & _LOW), uint32(s >> _SHIFT))
    high = uint64(a) >> np.uint64(5)
    low = uint64(b) >> np.uint64(6)
    return (float(high) * 67108864.0 + float(low) + 0.5) / 9007199254740992.0


@njit(cache=True, nogil=True)
def normal(seed, replicate, component, stream):
    """One standard normal number (Box and Muller 1958, on the two halves of one Philox block)."""
    s = uint64(seed)
    a, b, _, _ = philox(uint32(replicate), uint32(component), uint32(stream), uint32(1), uint32(s & _LOW), uint32(s >> _SHIFT))
    u = (float(a) + 0.5) / 4294967296.0
    v = (float(b) + 0.5) / 4294967296.0
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@njit(cache=True, nogil=True)
def triangular(u, low, mode, high):
    """The quantile ``u`` of the triangular distribution; low == high gives that value."""
    if high <= low:
        return low
    split = (mode - low) / (high - low)
    if u < split:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


@njit(cache=True, nogil=True)
def lognormal(z, mean, deviation):
    """The lognormal number of given mean and standard deviation at standard normal ``z``."""
    if mean <= 0.0:
        return 0.0
    variance = math.log(1.0 + (deviation / mean) ** 2)
    return math.exp(math.log(mean) - 0.5 * variance + math.sqrt(variance) * z)
