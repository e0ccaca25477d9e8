"""Parameters of a structural model by maximum likelihood (Harvey 1989, 4.2), start values left out.

Variances are sought on a logarithmic scale between 1e-10 and 1e4 of the variance of the steps of the series, by L-BFGS-B from
three starts and Nelder and Mead's simplex after it. A variance that ends at the lower bound is given as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import minimize

from stratum_core.errors import EngineError, InputError
from stratum_core.estimation.models import StateSpace, Structure
from stratum_core.estimation.series import likelihood_of
from stratum_core.model.fields import Floats

_LOW, _HIGH = np.log(1e-10), np.log(1e4)
#: share of the likelihood below which a step of the first search no longer counts; the simplex goes on from the best start
_COARSE = 1e-6
#: log-likelihood by which another start may be worse at first and still be followed, and the distance at which it is another
_CLOSE, _OTHER = 1.0, 0.5


@dataclass(frozen=True)
class Fit:
    """A model with its variances by name; free: those that were sought."""

    model: StateSpace
    parameters: dict[str, float]
    free: tuple[str, ...]


def fit(chosen: Structure, times: Floats, values: Floats, given: Mapping[str, float]) -> Fit:
    """The variances that are not ``given``; raises InputError where there are too few readings to tell."""
    free = tuple(name for name in chosen.variances if name not in given)
    known = {name: float(given[name]) for name in chosen.variances if name in given}
    if known and not free and not any(known.values()):
        raise InputError("a series that nothing changes and that is read without error has no estimate", where="--set",
                         repair="give one of the variances a value above 0")
    if not free:
        return Fit(chosen.build(known), known, free)
    readings = values[np.isfinite(values)]
    least = len(chosen.build(dict.fromkeys(chosen.variances, 1.0)).mean) + 2 * len(free)
    if len(readings) < least:
        raise InputError(f"{len(readings)} readings are too few to find {', '.join(free)}", where="series",
                         repair=f"give {least} readings or --set {free[0]}=...")
    scale = float(np.var(np.diff(readings))) or float(np.var(readings)) or 1.0

    def variances(logs: Floats) -> dict[str, float]:
        return known | {name: scale * float(np.exp(x)) for name, x in zip(free, logs, strict=True)}

    def build(found: Floats) -> StateSpace:
        return chosen.build(known | dict(zip(free, found.tolist(), strict=True)))

    likelihood = likelihood_of(build, len(free), times, values)

    def loss(logs: Floats) -> float:
        return -likelihood(scale * np.exp(logs))

    bounds = [(_LOW, _HIGH)] * len(free)
    starts = [np.array(start) for start in product((-6.0, -1.0), repeat=len(free))]
    tries = [minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": _COARSE}) for start in starts]
    best = min((found for found in tries if np.isfinite(found.fun)), key=lambda found: float(found.fun), default=None)
    if best is None:
        raise EngineError("The likelihood of this series is not finite anywhere; give the variances by --set.")
    near = [found.x for found in tries if found.fun < best.fun + _CLOSE]
    best = min((minimize(loss, x, method="L-BFGS-B", bounds=bounds) for x in _apart(near)), key=lambda found: float(found.fun))
    best = minimize(loss, best.x, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 2000})
    found = variances(best.x)
    for name, x in zip(free, best.x, strict=True):
        if x <= _LOW + 0.5:
            found[name] = 0.0
    ordered = {name: found[name] for name in chosen.variances}
    return Fit(chosen.build(ordered), ordered, free)


def _apart(places: list[Floats]) -> list[Floats]:
    """Places that are not close to one before."""
    found: list[Floats] = []
    for place in places:
        if all(np.abs(place - other).max() > _OTHER for other in found):
            found.append(place)
    return found
