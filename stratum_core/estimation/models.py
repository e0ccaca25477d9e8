"""Linear Gaussian state-space models: x' = F x + w, z = H x + v, w ~ N(0, Q), v ~ N(0, R).

Structural models as in Harvey (1989) and Durbin & Koopman (2012, chapter 3). One step is the unit of time; variances are
per step. Over k whole steps the process covariance is the sum that k steps give, so a gap equals missing values; a part of a
step counts in proportion, F(d) and d Q. All start values of a structural model are diffuse: nothing is assumed of them.
Left out: nonlinear and non-Gaussian models (``particle``), correlation between process and observation errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Bools, Floats

Step = Callable[[float], tuple[Floats, Floats]]


@dataclass(frozen=True)
class StateSpace:
    """A model: step(d) gives F and Q over d steps; observation H (m, n); noise R (m, m).

    mean (n,) and covariance (n, n): the state before the first reading; diffuse (n,): entries of which nothing is known.
    """

    step: Step
    observation: Floats
    noise: Floats
    mean: Floats
    covariance: Floats
    diffuse: Bools
    name: str = "matrices"
    states: tuple[str, ...] = ()


def matrices(
    transition: Floats, process: Floats, observation: Floats, noise: Floats, mean: Floats, covariance: Floats | None
) -> StateSpace:
    """A model of given matrices; covariance None: diffuse. Raises InputError where they do not fit each other."""
    f, q, h, r = (np.atleast_2d(np.asarray(value, dtype=np.float64)) for value in (transition, process, observation, noise))
    x, n, m = np.atleast_1d(np.asarray(mean, dtype=np.float64)), len(f), len(h)
    p = np.zeros((n, n)) if covariance is None else np.atleast_2d(np.asarray(covariance, dtype=np.float64))
    for name, value, shape in (("F", f, (n, n)), ("Q", q, (n, n)), ("H", h, (m, n)), ("R", r, (m, m)), ("x0", x, (n,)),
                               ("P0", p, (n, n))):
        if value.shape != shape:
            raise InputError(f"{name} is {_shape(value)} where F and H ask for {' x '.join(map(str, shape))}", where=name,
                             repair="give matrices as lists of rows that fit each other")
    for name, value in (("Q", q), ("R", r), ("P0", p)):
        if not _covariance(value):
            raise InputError(f"{name} is no covariance", where=name,
                             repair="give a symmetric matrix without negative eigenvalues")
    return StateSpace(partial(_repeated, f, q), h, r, x, p, np.full(n, covariance is None))


def _shape(value: Floats) -> str:
    return " x ".join(map(str, value.shape))


def _covariance(value: Floats) -> bool:
    scale = float(np.abs(value).max(initial=0.0))
    return bool(np.allclose(value, value.T, rtol=1e-9, atol=1e-12 * scale)
                and np.linalg.eigvalsh(value).min(initial=0.0) >= -1e-9 * scale)


def _repeated(transition: Floats, process: Floats, steps: float) -> tuple[Floats, Floats]:
    """F and Q over whole steps; raises InputError for a part of a step, which matrices do not tell."""
    count = round(steps)
    if abs(steps - count) > 1e-9 or count < 0:
        raise InputError(f"the model of given matrices has no step of {steps:g}", where="times", repair="give whole steps")
    return _over(transition, process, count)


def _over(transition: Floats, process: Floats, steps: int) -> tuple[Floats, Floats]:
    """F and Q over so many steps, by doubling."""
    f, q = np.eye(len(transition)), np.zeros_like(process)
    while steps:
        if steps % 2:
            f, q = transition @ f, transition @ q @ transition.T + process
        transition, process = transition @ transition, transition @ process @ transition.T + process
        steps //= 2
    return f, q


@dataclass(frozen=True)
class Structure:
    """A structural model by name: its variances, and how they make a StateSpace; period and harmonics of a season."""

    name: str
    variances: tuple[str, ...]
    build: Callable[[Mapping[str, float]], StateSpace]
    settings: Mapping[str, float] = field(default_factory=dict)


def _structural(
    name: str, states: tuple[str, ...], turn: Callable[[float], Floats], q: Floats, h: Floats, r: float
) -> StateSpace:
    def step(steps: float) -> tuple[Floats, Floats]:
        whole, part = divmod(steps, 1.0)
        if part > 1.0 - 1e-9:
            whole, part = whole + 1.0, 0.0
        covariance = _over(turn(1.0), q, int(whole))[1]
        if part > 1e-9:
            covariance = turn(part) @ covariance @ turn(part).T + part * q
        return turn(steps), covariance

    n = len(states)
    return StateSpace(step, h.reshape(1, n), np.array([[r]]), np.zeros(n), np.zeros((n, n)), np.ones(n, dtype=np.bool_), name,
                      states)


def local_level(q: float, r: float) -> StateSpace:
    """A level that walks at random: level' = level + w, Var w = q; z = level + v, Var v = r."""
    return _structural("local_level", ("level",), lambda d: np.eye(1), np.array([[q]]), np.ones(1), r)


def local_trend(q: float, q_slope: float, r: float) -> StateSpace:
    """A level with a slope, both walking at random: variances q and q_slope per step."""
    return _structural("local_trend", ("level", "slope"), _trend, np.diag([q, q_slope]), np.array([1.0, 0.0]), r)


def _trend(steps: float) -> Floats:
    return np.array([[1.0, steps], [0.0, 1.0]])


def seasonal(q: float, q_season: float, r: float, period: float, harmonics: int) -> StateSpace:
    """A local level and trigonometric harmonics of ``period`` steps, whose coefficients walk with variance q_season."""
    angles = 2.0 * np.pi * np.arange(1, harmonics + 1) / period
    states = ("level", *(f"{part}{j + 1}" for j in range(harmonics) for part in ("season", "quadrature")))
    if abs(2.0 * harmonics - period) < 1e-9:  # the fastest harmonic of a whole period has a cosine only
        states = states[:-1]
    n = len(states)

    def turn(steps: float) -> Floats:
        f = np.eye(2 * harmonics + 1)
        for j, angle in enumerate(angles * steps):
            c, s, at = np.cos(angle), np.sin(angle), 1 + 2 * j
            f[at:at + 2, at:at + 2] = [[c, s], [-s, c]]
        return f[:n, :n]

    h = np.zeros(n)
    h[0] = 1.0
    h[1::2] = 1.0
    return _structural("seasonal", states, turn, np.diag([q, *[q_season] * (n - 1)]), h, r)


STRUCTURES = {
    "local_level": Structure("local_level", ("q", "r"), lambda s: local_level(s["q"], s["r"])),
    "local_trend": Structure("local_trend", ("q", "q_slope", "r"), lambda s: local_trend(s["q"], s["q_slope"], s["r"])),
    "seasonal": Structure(
        "seasonal", ("q", "q_season", "r"),
        lambda s: seasonal(s["q"], s["q_season"], s["r"], s["period"], int(s["harmonics"])),
        {"period": 24.0, "harmonics": 3.0},
    ),
}


def structure(name: str, settings: Mapping[str, float]) -> Structure:
    """The structural model of that name, its season set; raises InputError for an unknown name or setting."""
    if name not in STRUCTURES:
        raise unknown("model", name, STRUCTURES)
    found = STRUCTURES[name]
    known = (*found.variances, *found.settings)
    for key, value in settings.items():
        if key not in known:
            raise unknown(f"setting of {name}", key, known)
        if not (np.isfinite(value) and value >= 0):
            raise InputError(f"{key} is {value:g}", where=key, repair="give a number from 0")
    merged = {**found.settings, **{k: v for k, v in settings.items() if k in found.settings}}
    if "period" in merged:
        whole = merged["harmonics"] == int(merged["harmonics"])
        if not (merged["period"] >= 2 and whole and 1 <= merged["harmonics"] <= merged["period"] / 2):
            raise InputError(f"{merged['harmonics']:g} harmonics do not fit a period of {merged['period']:g} steps",
                             where="harmonics", repair="give a period from 2 and harmonics from 1 to half of it")
    return Structure(found.name, found.variances, lambda s: found.build({**merged, **s}), merged)
