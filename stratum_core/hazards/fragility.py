"""Fragility: the chance that shaking of a given strength brings a component to a damage state, or beyond it.

P(DS >= d | im) = Phi(ln(im / theta_d) / beta_d), d = 1 slight, 2 moderate, 3 extensive, 4 complete (Hazus; numbers and
sources in ``resources/tables/fragility.csv``). Where the intensity is itself lognormal about a median m with standard
deviation s of its logarithm, P = Phi(ln(m / theta) / sqrt(beta^2 + s^2)).

Curves with different beta cross. The rule: going from the low state to the high one, an exceedance is never above
that of the state before (running minimum); state probabilities are its differences, so none is negative and they sum
to 1. A state that a class lacks below one it has is reached with that one; above the last there is nothing.
Valid where the curves were derived, roughly 0.05 to 2 g; beyond, they are extrapolated. Ground failure is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Floats
from stratum_core.resource_files import table

STATES = ("slight", "moderate", "extensive", "complete")
UNKNOWN_V = 110e3
NINE_IN_TEN = 1.6448536269514722  # standard normal numbers lie within it, below and above, 9 times in 10
#: what the marks of the tables mean, for print
MARKS = {
    "P": "published",
    "M": "commonly quoted, check before claiming",
    "A": "assumed by Stratum",
}


@dataclass(frozen=True)
class Curves:
    """Lognormal curves of one class: medians in ``unit`` of ``measure``, infinite where a state does not exist; betas."""

    name: str
    label: str
    measure: str
    unit: str
    median: tuple[float, float, float, float]
    beta: tuple[float, float, float, float]
    restoration: str
    source: str
    mark: str

    @property
    def told_source(self) -> str:
        """The source with its mark, for print."""
        return f"{self.source} ({MARKS[self.mark]})"


@cache
def classes() -> dict[str, Curves]:
    """All classes of the table by name."""
    return {row["class"]: _curves(row) for row in table("fragility")}


def curves(name: str, *, where: str = "") -> Curves:
    """The class called ``name``; raises InputError that offers the nearest."""
    if name not in classes():
        raise unknown("fragility class", name, classes(), where=where)
    return classes()[name]


def class_of(family: str, variants: Sequence[str], voltage: float) -> Curves:
    """The class of a family for one of ``variants`` (a row without a variant fits all) and a voltage in V.

    An unknown voltage (NaN) counts as ``UNKNOWN_V``, which Hazus calls low.

    Raises InputError for a family that no row has.
    """
    fitting = [row for row in table("fragility") if row["family"] == family and row["variant"] in ("", *variants)]
    fitting = [row for row in fitting if float(row["voltage_from"] or 0) <= np.nan_to_num(voltage, nan=UNKNOWN_V)]
    if not family or not fitting:
        raise unknown("fragility family", family, {row["family"] for row in table("fragility")} - {""})
    best = max(fitting, key=lambda row: float(row["voltage_from"] or 0))
    return classes()[best["class"]]


def exceedance(im: npt.ArrayLike, median: npt.ArrayLike, beta: npt.ArrayLike, spread: npt.ArrayLike = 0.0) -> Floats:
    """P(DS >= d), (n, 4), of intensities (n,); medians and betas (4,) or (n, 4); spread: s of ln(im), () or (n,).

    Never rises from one state to the next. Raises InputError for medians or betas that are not above 0.
    """
    theta, width = np.asarray(median, dtype=float), np.asarray(beta, dtype=float)
    if not (theta > 0).all() or not (width > 0).all():
        raise InputError("a median or beta is not above 0", where="fragility", repair="give positive medians and betas")
    total = np.sqrt(width**2 + np.asarray(spread, dtype=float)[..., None] ** 2)
    with np.errstate(divide="ignore"):
        distance = np.log(np.asarray(im, dtype=float))[..., None] - np.log(theta)
    found: Floats = np.minimum.accumulate(ndtr(distance / total), axis=-1)
    return found


def state_probabilities(beyond: Floats) -> Floats:
    """P(DS = 0 to 4), (n, 5), of exceedances (n, 4): differences, none negative, summing to 1."""
    ends = np.ones((*beyond.shape[:-1], 1))
    found: Floats = np.concatenate([ends, beyond], axis=-1) - np.concatenate([beyond, 0 * ends], axis=-1)
    return found


def drawn_state(strength: Floats, im: Floats, median: Floats, beta: Floats) -> npt.NDArray[np.int8]:
    """Damage states of components whose strength is the standard normal number ``strength``.

    DS >= d where im > theta_d exp(beta_d z), for d and all states below it: the running minimum of ``exceedance`` again.
    strength, im: (..., n); median, beta: (n, 4).
    """
    state = np.zeros(np.broadcast_shapes(strength.shape, im.shape), dtype=np.int8)
    reached = np.ones_like(state, dtype=np.bool_)
    with np.errstate(divide="ignore"):
        level = np.log(im)
    for d in range(4):
        reached &= level - np.log(median[:, d]) > beta[:, d] * strength
        state += reached
    return state


def capacity(strength: Floats, state: npt.NDArray[np.int8], median: Floats, beta: Floats) -> Floats:
    """Intensity at which a component of this strength reaches ``state`` (1 to 4): theta_d exp(beta_d z); all arrays by row."""
    rows, column = np.arange(len(state)), state.astype(np.int64) - 1
    found: Floats = median[rows, column] * np.exp(beta[rows, column] * strength)
    return found


def four(values: Sequence[float], fill: float) -> tuple[float, float, float, float]:
    """Values of up to four states as four; states that do not exist get ``fill``."""
    padded = [*values, *[fill] * (4 - len(values))]
    return padded[0], padded[1], padded[2], padded[3]


def _curves(row: dict[str, str]) -> Curves:
    try:
        medians = [float(row[state] or "inf") for state in STATES]
        betas = [float(row[f"{state}_beta"] or 1.0) for state in STATES]
    except (KeyError, ValueError) as error:
        raise InputError(f"row '{row.get('class')}' cannot be read: {error}", where="resources/tables/fragility.csv",
                         repair="mend that row") from error
    if not all(m > 0 for m in medians) or not all(b > 0 for b in betas):
        raise InputError(f"row '{row['class']}' has a median or beta that is not above 0",
                         where="resources/tables/fragility.csv", repair="mend that row")
    return Curves(row["class"], row["label"], row["measure"], row["unit"], four(medians, np.inf), four(betas, 1.0),
                  row["restoration"], row["source"], row["mark"])
