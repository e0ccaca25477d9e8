"""The plain rule beside every search: add what takes away most for its cost, one option at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stratum_core.model.fields import Bools, Floats

#: (n, options) portfolios -> (n,) of what is to be small
Measure = Callable[[Bools], Floats]
#: (n, options) portfolios -> (n,) whether each is allowed
Allowed = Callable[[Bools], Bools]


def greedy_path(cost: Floats, measure: Measure, allowed: Allowed, start: Bools, *, to_the_end: bool = False) -> Bools:
    """(steps, options) portfolios from ``start`` (options,) on; each adds the option that lowers ``measure`` most for its cost.

    Ends where no allowed option lowers it; ``to_the_end``: where none is left.
    """
    path, now = [start.copy()], float(measure(start[None])[0])
    while True:
        new = np.flatnonzero(~path[-1])
        tried = np.repeat(path[-1][None], len(new), axis=0)
        tried[np.arange(len(new)), new] = True
        fits = allowed(tried)
        new, tried = new[fits], tried[fits]
        if not len(new):
            return np.array(path)
        found = measure(tried)
        gain = (now - found) / np.maximum(cost[new], 1e-12)
        best = int(gain.argmax())
        if not to_the_end and not gain[best] > 0:
            return np.array(path)
        path.append(tried[best])
        now = float(found[best])
