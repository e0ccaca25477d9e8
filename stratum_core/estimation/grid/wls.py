"""The state of a power grid from its measurements by weighted least squares, with a test for bad data.

min sum ((z - h(x)) / sd)^2 by Gauss-Newton in polar coordinates from a flat start; residuals normalised by their own covariance
R - H G^-1 H' (Abur & Expósito 2004, 2.4-2.6 and 5.6-5.8). The largest normalised residual names the wrong measurement, one at a
time. What it cannot do is said: the residual of a critical measurement is always 0, so no error in it can be seen; of two with
the
same residual either may be wrong. The topology is taken as known, loads are balanced over the phases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import SuperLU, splu
from scipy.special import ndtri
from scipy.stats import chi2

from stratum_core.errors import EngineError
from stratum_core.estimation.grid import kernels
from stratum_core.estimation.grid.measurements import SYMMETRIC, Measurements, Pattern, pattern
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.sectors.power.ac import AcProblem

SETTLED = 1e-9
MOST_STEPS = 40
BLOCK = 512
#: share of its own variance that a residual keeps, below which the measurement is critical
CRITICAL = 1e-6
#: regularisation, and the share of the inverse that it then makes up, by which an unknown counts as not observed
_SMALL, _BLIND = 1e-10, 1e-4


@dataclass(frozen=True)
class Estimator:
    """A grid and a set of meters, made ready once for any number of readings; observable: (buses,) voltage determined."""

    pattern: Pattern
    measurements: Measurements
    observable: Bools

    @property
    def complete(self) -> bool:
        """Whether the whole state is determined."""
        return bool(self.observable[self.pattern.live].all())


@dataclass(frozen=True)
class GridState:
    """angle (rad), size (pu), size_sd: (buses,), NaN where there is no voltage. residual, normalised: (m,), NaN where removed
    or critical.

    objective: J over what was kept, with its degrees of freedom; critical: (m,); converged, steps: of Gauss-Newton.
    """

    angle: Floats
    size: Floats
    size_sd: Floats
    residual: Floats
    normalised: Floats
    critical: Bools
    objective: float
    degrees: int
    converged: bool
    steps: int


@dataclass(frozen=True)
class Verdict:
    """first: with all measurements; last: after ``removed``, in order. alike: others with the same residual as one removed.

    limit: of a normalised residual; objective_limit: of the first J; suspect: whether J was above it.
    """

    first: GridState
    last: GridState
    removed: tuple[int, ...]
    alike: tuple[int, ...]
    limit: float
    objective_limit: float
    suspect: bool


def estimator(problem: AcProblem, measurements: Measurements, base_mva: float) -> Estimator:
    """Prepare; raises InputError for a measurement where there is no voltage."""
    ready = pattern(problem, measurements, base_mva)
    return Estimator(ready, measurements, observable(ready))


def observable(ready: Pattern) -> Bools:
    """(buses,) whether the measurements determine both parts of a voltage, at the flat start.

    The inverse of the scaled gain plus a small multiple of one stays small along what is observed and grows to that multiple's
    inverse along what is not.
    """
    value, derivative = np.empty(len(ready.part)), np.empty(len(ready.state))
    flat = np.ones(len(ready.angle_state))
    _evaluate(ready, 0 * flat, flat, value, derivative)
    h = ready.jacobian(derivative)
    size = np.sqrt(np.asarray(h.multiply(h).sum(axis=1))).ravel()
    scaled = csc_matrix(h.multiply(1.0 / np.maximum(size, 1e-12)[:, None]))
    column = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=0))).ravel()
    scaled = scaled.multiply(1.0 / np.maximum(column, 1e-12)[None, :])
    gained = (scaled.T @ scaled + _SMALL * identity(ready.states, format="csc")).tocsc()
    inverse = _inverse_diagonal(splu(gained, **SYMMETRIC), ready.states)
    blind = (inverse * _SMALL > _BLIND) | (column < 1e-12)
    seen = ready.live.copy()
    for of in (ready.angle_state, ready.size_state):
        there = of >= 0
        seen[there] &= ~blind[of[there]]
    return seen


def _inverse_diagonal(factors: SuperLU, size: int) -> Floats:
    found = np.empty(size)
    for low in range(0, size, BLOCK):
        high = min(low + BLOCK, size)
        unit = np.zeros((size, high - low))
        unit[np.arange(low, high), np.arange(high - low)] = 1.0
        found[low:high] = factors.solve(unit)[np.arange(low, high), np.arange(high - low)]
    return found


def _evaluate(ready: Pattern, angle: Floats, size: Floats, value: Floats, derivative: Floats) -> None:
    kernels.evaluate(ready.part, ready.own, ready.ptr, ready.column, ready.admittance, angle, size, value, derivative)


def solve(given: Estimator, value: Floats, removed: Ints | None = None, *, test: bool = True) -> GridState:
    """The state for readings ``value`` (m,); ``test`` gives deviations and normalised residuals. The state must be observable."""
    ready, variance = given.pattern, given.measurements.sd**2
    kept = np.ones(len(variance), dtype=np.bool_)
    kept[removed if removed is not None else []] = False
    angle, size = np.zeros(len(ready.live)), np.ones(len(ready.live))
    seen, derivative = np.empty(len(variance)), np.empty(len(ready.state))
    factors, steps, converged = _iterate(ready, value, np.where(kept, 1.0 / variance, 0.0), angle, size, seen, derivative)
    residual = np.where(kept, _apart(ready, value, seen), np.nan)
    left, spread = np.full(len(value), np.nan), np.full(ready.states, np.nan)
    if test:
        left, spread = variance - _explained(ready, derivative, factors), _inverse_diagonal(factors, ready.states)
    critical = kept & (left < CRITICAL * variance)
    dark = ~ready.live
    angle[dark], size[dark] = np.nan, np.nan
    return GridState(
        angle=angle, size=size, size_sd=np.where(ready.live, np.sqrt(spread[ready.size_state]), np.nan), residual=residual,
        normalised=np.where(critical, np.nan, np.abs(residual) / np.sqrt(np.where(kept & ~critical, left, 1.0))),
        critical=critical,
        objective=float(np.nansum(residual**2 / variance)), degrees=int(kept.sum()) - ready.states,
        converged=converged, steps=steps,
    )


def _iterate(
    ready: Pattern, value: Floats, weight: Floats, angle: Floats, size: Floats, seen: Floats, derivative: Floats
) -> tuple[SuperLU, int, bool]:
    """Gauss-Newton in place of ``angle`` and ``size``: (factors of the last gain matrix, steps, whether it settled)."""
    gained, right = np.empty(len(ready.indices)), np.empty(ready.states)
    turning, sized = np.flatnonzero(ready.angle_state >= 0), np.flatnonzero(ready.size_state >= 0)
    steps, converged = 0, False
    _evaluate(ready, angle, size, seen, derivative)
    while True:
        kernels.gain(ready.start, ready.state, derivative, weight, _apart(ready, value, seen), ready.pair, gained, right)
        factors = _factorised(ready, gained)
        change = factors.solve(right)
        angle[turning] += change[ready.angle_state[turning]]
        size[sized] += change[ready.size_state[sized]]
        steps, converged = steps + 1, bool(np.abs(change).max(initial=0.0) < SETTLED)
        _evaluate(ready, angle, size, seen, derivative)
        if converged or steps == MOST_STEPS or not np.isfinite(change).all() or np.abs(size).max() > 1e3:
            return factors, steps, converged


def _apart(ready: Pattern, value: Floats, seen: Floats) -> Floats:
    apart = value - seen
    turn = ready.part == kernels.ANGLE
    apart[turn] = (apart[turn] + np.pi) % (2 * np.pi) - np.pi
    found: Floats = apart
    return found


def _factorised(ready: Pattern, gained: Floats) -> SuperLU:
    matrix = csc_matrix((gained, ready.indices, ready.indptr), shape=(ready.states, ready.states))
    try:
        return splu(matrix, **{**SYMMETRIC, "permc_spec": "NATURAL"})
    except RuntimeError as error:
        raise EngineError("The gain matrix is singular; the measurements do not determine the state.") from error


def _explained(ready: Pattern, derivative: Floats, factors: SuperLU) -> Floats:
    """diag(H G^-1 H'), in blocks of measurements."""
    h = ready.jacobian(derivative)
    found = np.empty(h.shape[0])
    for low in range(0, h.shape[0], BLOCK):
        block = h[low:low + BLOCK].toarray().T
        found[low:low + BLOCK] = np.einsum("ij,ij->j", block, factors.solve(block))
    return found


def judge(given: Estimator, value: Floats, *, share: float = 0.99, remove: bool = True) -> Verdict:
    """The state with bad data removed: the largest normalised residual, one at a time, until none is above its limit.

    A right set raises no alarm with probability ``share`` or more: limits are chi-square for J, and two-sided normal for
    residuals, divided among the measurements (Bonferroni).
    """
    first = last = solve(given, value)
    limit = float(-ndtri((1.0 - share) / (2.0 * len(value))))
    objective_limit = float(chi2.ppf(share, first.degrees)) if first.degrees > 0 else float("nan")
    removed: list[int] = []
    alike: list[int] = []
    while remove and np.nanmax(last.normalised, initial=0.0) > limit:
        worst = int(np.nanargmax(last.normalised))
        same = np.abs(last.normalised - last.normalised[worst]) < 1e-4 * last.normalised[worst]
        alike += [int(i) for i in np.flatnonzero(same) if i != worst]
        removed.append(worst)
        last = solve(given, value, np.array(removed, dtype=np.int64))
    return Verdict(first, last, tuple(removed), tuple(alike), limit, objective_limit, first.objective > objective_limit)
