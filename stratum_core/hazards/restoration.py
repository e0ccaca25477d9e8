"""Restoration: how long a damaged component stands still, and what its damage costs.

Hazus gives a normal distribution of the time to function for each damage state. Part of it lies below 0, which would
let a destroyed substation work at once; Stratum truncates it at 0 and renormalises:
F(t) = (Phi((t - m) / s) - Phi(-m / s)) / (1 - Phi(-m / s)), t >= 0. Expected functionality at t is
sum over states of P(DS = d) F_d(t), where F_0 = 1. The plain normal is given beside it for comparison with Hazus.
Numbers, marks and sources: ``resources/tables/restoration.csv``. Left out: crews, parts and access, which the cascade
adds; a restored component works as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from stratum_core.errors import InputError, unknown
from stratum_core.hazards.fragility import MARKS, STATES
from stratum_core.model.fields import Floats
from stratum_core.resource_files import table


@dataclass(frozen=True)
class Restoration:
    """Days to function (mean, sd) and share of the replacement value by state, (4,); NaN where a state does not exist."""

    name: str
    label: str
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    ratio: tuple[float, ...]
    source: str
    ratio_source: str


@cache
def classes() -> dict[str, Restoration]:
    """All classes of the table by name."""
    return {row["class"]: _restoration(row) for row in table("restoration")}


def restoration(name: str, *, where: str = "") -> Restoration:
    """The class called ``name``; raises InputError that offers the nearest."""
    if name not in classes():
        raise unknown("restoration class", name, classes(), where=where)
    return classes()[name]


def functional_share(days: npt.ArrayLike, mean: npt.ArrayLike, sd: npt.ArrayLike, *, truncated: bool = True) -> Floats:
    """Share of components of each state that work after ``days``: (n, 5), undamaged first; mean and sd (4,) in days.

    sd 0: all at the mean.
    """
    t = np.asarray(days, dtype=float)[..., None]
    m, s = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    _positive(m, s)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.where(s > 0, ndtr((t - m) / s), (t >= m).astype(float))
        below = np.where(s > 0, ndtr(-m / s), 0.0)
    if truncated:
        share = np.where(t < 0, 0.0, (share - below) / (1.0 - below))
    share = np.nan_to_num(share)  # a state that does not exist is never entered
    found: Floats = np.concatenate([np.ones((*share.shape[:-1], 1)), share], axis=-1)
    return found


def expected_functionality(states: npt.ArrayLike, share: Floats) -> Floats:
    """Expected share of function, (n,), of state probabilities (5,) and ``functional_share`` (n, 5)."""
    chance = np.asarray(states, dtype=float)
    found: Floats = share[..., : len(chance)] @ chance
    return found


def drawn_days(u: npt.ArrayLike, mean: npt.ArrayLike, sd: npt.ArrayLike) -> Floats:
    """Days to function at the quantiles ``u`` of the normal truncated at 0 (arrays of one shape)."""
    m, s = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    _positive(m, s)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        below = np.where(s > 0, ndtr(-m / s), 0.0)
        days = np.where(s > 0, m + s * ndtri(below + np.asarray(u, dtype=float) * (1.0 - below)), m)
    found: Floats = np.maximum(days, 0.0)
    return found


def _positive(mean: Floats, sd: Floats) -> None:
    if (mean < 0).any() or (sd < 0).any():
        raise InputError("a mean or standard deviation of restoration is below 0", where="restoration", repair="give days from 0")


def _restoration(row: dict[str, str]) -> Restoration:
    try:
        mean, sd, ratio = (tuple(float(row[f"{state}_{what}"] or "nan") for state in STATES) for what in ("mean", "sd", "ratio"))
        return Restoration(row["class"], row["label"], mean, sd, ratio, f"{row['source']} ({MARKS[row['mark']]})",
                           f"{row['ratio_source']} ({MARKS[row['ratio_mark']]})")
    except (KeyError, ValueError) as error:
        raise InputError(f"row '{row.get('class')}' cannot be read: {error}", where="resources/tables/restoration.csv",
                         repair="mend that row") from error
