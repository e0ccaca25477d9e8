"""Inoperability: the share of its usual output that an industry does not make, and how it spreads and heals.

Static (Haimes & Jiang 2001, J. of Infrastructure Systems 7:1): q = A* q + c*, no industry loses more than all. Dynamic (Lian &
Haimes 2006, Systems Engineering 9:241): q' = K (A* q + c*(t) - q), solved exactly for c* that is constant by parts; inventories
of finished goods hide an industry's loss from its customers until they are used up (Barker & Santos 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from stratum_core.errors import InputError
from stratum_core.model.fields import Floats

_ROUNDS, _CLOSE = 100_000, 1e-13


def static(interdependency: Floats, perturbation: Floats) -> Floats:
    """(n,) q = min(1, A q + c), the least solution from 0 on, so that a capped industry passes on no more than all it makes.

    Where nothing is capped it is (I - A)^-1 c. Raises InputError for c outside 0 to 1 or A below 0.
    """
    a, c = np.asarray(interdependency, dtype=float), np.asarray(perturbation, dtype=float)
    if not ((c >= 0) & (c <= 1)).all() or (a < 0).any() or a.shape != (len(c), len(c)):
        raise InputError("inoperability begins with shares from 0 to 1 and needs from 0", where="inoperability",
                         repair="give a square matrix from 0 on and a share for each industry")
    q = np.zeros(len(c))
    for _ in range(_ROUNDS):  # from below, so that it ends at the least solution
        after = np.minimum(a @ q + c, 1.0)
        risen, q = float((after - q).max(initial=0.0)), after
        if risen < _CLOSE:
            break
    free = q < 1.0 - 1e-9
    q[~free] = 1.0
    rest = np.eye(int(free.sum())) - a[np.ix_(free, free)]
    q[free] = np.linalg.solve(rest, c[free] + a[np.ix_(free, ~free)].sum(axis=1))  # the last digits
    return q


def resilience(start: Floats, end: Floats, time: Floats, self_need: Floats) -> Floats:
    """(n,) k = ln(q0 / qT) / (T (1 - a*_ii)) per unit of time: how fast an industry that fell to q0 is back at qT after T.

    Raises InputError for shares that do not fall, or no time.
    """
    if not ((start > end) & (end > 0) & (time > 0) & (self_need < 1)).all():
        raise InputError("recovery needs a share that falls to one above 0 in some time", where="recovery",
                         repair="give q0 > qT > 0 and T > 0")
    found: Floats = np.log(start / end) / (time * (1.0 - self_need))
    return found


@dataclass(frozen=True)
class Recovery:
    """times (t,), q (t, n) shares of output that are not made, and lost (n,): their integral over time, in units of time."""

    times: Floats
    q: Floats
    lost: Floats


def dynamic(
    interdependency: Floats, rates: Floats, start: Floats, steps: Floats, perturbations: Floats, inventory: Floats | None = None,
    falls: Floats | None = None,
) -> Recovery:
    """q over time from ``start`` (n,). steps (s,): lengths of stretches; perturbations (s, n): c* in each; rates (n,): k.

    inventory (n,): units of time for which finished goods hide all of an industry's loss from its customers. falls (s, n): what
    each loses at once, at the least, when a stretch begins. q is kept from 0 to 1; within a stretch it is exact while no bound
    is met. The value at an edge is that before what is lost at once there.
    """
    a, k = np.asarray(interdependency, dtype=float), np.asarray(rates, dtype=float)
    n = len(k)
    left = np.zeros(n) if inventory is None else np.asarray(inventory, dtype=float).copy()
    q, seen, lost = np.clip(np.asarray(start, dtype=float), 0.0, 1.0), [], np.zeros(n)
    seen.append(q.copy())
    at_once = np.zeros((len(steps), n)) if falls is None else np.asarray(falls, dtype=float)
    for length, c, least in zip(steps, np.asarray(perturbations, dtype=float), at_once, strict=True):
        q = np.maximum(q, least)
        hidden = left > 0
        felt = np.where(hidden, 0.0, 1.0)
        system = k[:, None] * (a * felt[None, :] + np.diag(np.diag(a) * (1 - felt)) - np.eye(n))
        after, integral = _stretch(system, k * c, q, float(length))
        lost += integral
        left = np.maximum(left - integral, 0.0)
        q = np.clip(after, 0.0, 1.0)
        seen.append(q.copy())
    return Recovery(np.concatenate([[0.0], np.cumsum(steps)]), np.array(seen), lost)


def _stretch(system: Floats, driven: Floats, q: Floats, length: float) -> tuple[Floats, Floats]:
    """(q at the end, its integral) of q' = M q + d over ``length``, by one exponential of the system with both in it."""
    n = len(q)
    whole = np.zeros((2 * n + 1, 2 * n + 1))
    whole[:n, :n], whole[:n, 2 * n] = system, driven
    whole[n:2 * n, :n] = np.eye(n)
    moved = expm(whole * length) @ np.concatenate([q, np.zeros(n), [1.0]])
    return moved[:n], moved[n:2 * n]
