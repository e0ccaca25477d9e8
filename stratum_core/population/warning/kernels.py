"""How a warning spreads through households, minute by minute."""

from __future__ import annotations

from numba import njit

from stratum_core.random_numbers.kernels import uniform


@njit(cache=True, nogil=True)
def spread(minutes, told, on, rate, slow, neighbour, cell, knowing, homes, needed, heard, aware_at, channel, now,
           seed, replicate, stream):
    """One step of ``minutes``; returns how many became aware.

    Each household that is told (its order is out) hears with the rate of every channel that reaches it, and of neighbours as
    far as those of its cell know: dR/dt = (a1 + a2 R)(N - R), Rogers & Sorensen 1988. It is aware once the sum over time
    exceeds its own exponential draw ``needed``. told: (n,); on: (n, channels) reached now; rate: per minute; slow: (n,)
    factor of channels, not of neighbours. knowing, homes: by cell, aware and all. Of aware_at (min) and channel (the last is
    neighbours) those of the newly aware are written; knowing is brought up to date at the end of the step.
    """
    found = 0
    channels = len(rate)
    for i in range(len(needed)):
        if aware_at[i] == aware_at[i] or not told[i]:
            continue
        official = 0.0
        for c in range(channels):
            if on[i, c]:
                official += rate[c]
        official *= slow[i]
        total = official + neighbour * knowing[cell[i]] / homes[cell[i]]
        if total <= 0.0:
            continue
        before = heard[i]
        heard[i] += total * minutes
        if heard[i] < needed[i]:
            continue
        aware_at[i] = now + (needed[i] - before) / total
        found += 1
        left = uniform(seed, replicate, i, stream) * total
        channel[i] = channels
        for c in range(channels):
            if on[i, c]:
                left -= rate[c] * slow[i]
                if left < 0.0:
                    channel[i] = c
                    break
    for i in range(len(needed)):
        if now <= aware_at[i] < now + minutes:
            knowing[cell[i]] += 1
    return found
