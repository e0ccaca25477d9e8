"""Draws that lean on one another: a Gaussian copula, equal for all pairs or falling with distance.

Damage: component i fails where Phi(z_i) < p_i, with z_i standard normal and corr(z_i, z_j) = rho, or
rho exp(-3 h / b) at a distance h. Each p_i, and so the mean, stays as it is; the variance of a count becomes
sum p_i (1 - p_i) + sum_{i != j} (Phi2(z_i, z_j; rho_ij) - p_i p_j). Source of the distance law: Jayaram & Baker 2009,
Earthquake Engineering & Structural Dynamics 38:1687 (b = 8.5 km for peak acceleration where site conditions vary,
40.7 km where they come in clusters; commonly quoted).

Up to ``MOST_PLACES`` different positions are correlated exactly. Where there are more, those in one square cell share a
draw; cells are b / 20 wide (across one the law falls to 0.86), and doubled until at most that many are occupied.
``Places.cell_km`` says how wide they became. Left out: anisotropy, and correlation that differs between kinds of components.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cholesky
from scipy.special import ndtr, ndtri

from stratum_core.errors import InputError
from stratum_core.hazards.draws import normals
from stratum_core.hazards.kernels import lower_product
from stratum_core.model.fields import Floats, Ints
from stratum_core.random_numbers import DAMAGE, SHARED, SHARED_PLACE

MOST_PLACES = 1500
_CELLS_A_LENGTH = 20
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)


@dataclass(frozen=True)
class Places:
    """Which of the correlated places each component stands at, and the factor that correlates them.

    place: (n,) index; columns: (places, places), row k is the k-th column of the lower Cholesky factor;
    cell_km: width of the cells, 0 where each component is a place of its own.
    """

    place: Ints
    columns: Floats
    cell_km: float = 0.0

    def draw(self, seed: int, first: int, count: int, stream: int) -> Floats:
        """(count, n) standard normal numbers, correlated by place."""
        own = normals(seed, first, count, np.arange(len(self.columns)), stream)
        found: Floats = lower_product(self.columns, own)[:, self.place]
        return found


def places(points: Floats, length_km: float) -> Places:
    """Places of ``points`` ((n, 2) in m) whose correlation is ``distance_law`` with b = ``length_km``."""
    spots, place = np.unique(points, axis=0, return_inverse=True)
    width = 0.0
    while len(spots) > MOST_PLACES:
        width = 2.0 * width or length_km * 1000.0 / _CELLS_A_LENGTH
        cells, place = np.unique(np.floor(points / width), axis=0, return_inverse=True)
        spots = cells * width
    return Places(place.reshape(-1).astype(np.int64), _columns(distance_law(spots, length_km)), width / 1000.0)


def distance_law(points: Floats, length_km: float) -> Floats:
    """exp(-3 h / b) between all pairs of ``points`` ((n, 2) in m); ``length_km`` is b."""
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).T)
    found: Floats = np.exp(-3.0 * apart / (length_km * 1000.0))
    return found


def places_of(matrix: Floats) -> Places:
    """Each component a place of its own, correlated by ``matrix``.

    Raises InputError where it is no correlation matrix.
    """
    if not np.allclose(np.diag(matrix), 1.0) or not np.allclose(matrix, matrix.T) or (np.abs(matrix) > 1.0 + 1e-9).any():
        raise InputError("this is no correlation matrix", where="correlation",
                         repair="give a symmetric matrix with 1 on its diagonal and values from -1 to 1")
    return Places(np.arange(len(matrix)), _columns(matrix))


def _columns(matrix: Floats) -> Floats:
    """Rows that are the columns of the lower factor of ``matrix``; a hair is added where rounding made it singular."""
    for nugget in (0.0, 1e-12, 1e-9):
        try:
            return np.ascontiguousarray(cholesky(matrix + nugget * np.eye(len(matrix)), lower=False))
        except LinAlgError:
            continue
    raise InputError("the correlations contradict each other: the matrix is not positive definite", where="correlation",
                     repair="give smaller correlations, or those of a distance law")


@dataclass(frozen=True)
class Copula:
    """The draws that decide damage: correlation ``rho`` between all, or between places; the rest is each one's own."""

    rho: float = 0.0
    places: Places | None = field(default=None)

    def draw(self, seed: int, first: int, count: int, component: Ints) -> Floats:
        """(count, components) standard normal numbers; ``component`` numbers the random streams."""
        own = normals(seed, first, count, component, DAMAGE)
        if self.rho <= 0.0:
            return own
        if self.places is None:
            common = normals(seed, first, count, np.zeros(1, dtype=np.int64), SHARED)
        else:
            common = self.places.draw(seed, first, count, SHARED_PLACE)
        found: Floats = math.sqrt(self.rho) * common + math.sqrt(1.0 - self.rho) * own
        return found


def copula(points: Floats, rho: float, length_km: float) -> Copula:
    """The copula of components at ``points``; ``length_km`` 0: the same correlation at any distance."""
    return Copula(rho, places(points, length_km) if rho > 0.0 and length_km > 0.0 and len(points) else None)


def joint_probability(first: npt.ArrayLike, second: npt.ArrayLike, rho: npt.ArrayLike) -> Floats:
    """Chance that both fail, Phi2(z1, z2; rho), of failure chances and correlations (broadcast).

    Plackett's integral over the angle asin(rho), by 96-point Gauss-Legendre quadrature.
    """
    h, k = np.broadcast_arrays(ndtri(first), ndtri(second))
    angle = np.arcsin(np.clip(rho, -1.0, 1.0))
    theta = angle[..., None] * (1.0 + _NODES) / 2.0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        power = -(h[..., None] ** 2 + k[..., None] ** 2 - 2.0 * h[..., None] * k[..., None] * np.sin(theta))
        inner = np.exp(power / (2.0 * np.cos(theta) ** 2))
    inner = np.where(np.isfinite(inner), inner, 0.0)
    total: Floats = ndtr(h) * ndtr(k) + (inner @ _WEIGHTS) * angle / (4.0 * math.pi)
    return total


def count_variance(probability: Floats, matrix: Floats) -> float:
    """Variance of the number of failures among n components with failure chances (n,) and correlations (n, n)."""
    p = np.asarray(probability, dtype=float)
    total = float((p * (1.0 - p)).sum())
    for i in range(1, len(p)):
        total += 2.0 * float((joint_probability(p[i], p[:i], matrix[i, :i]) - p[i] * p[:i]).sum())
    return total


def equal_count_variance(size: int, probability: float, rho: float) -> tuple[float, float]:
    """(variance, P11) of ``size`` components with one failure chance and one correlation."""
    both = float(joint_probability(probability, probability, rho))
    return size * probability * (1 - probability) + size * (size - 1) * (both - probability**2), both
