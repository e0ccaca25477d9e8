"""The triangular fundamental diagram: flow as a function of density, from three figures.

Newell 1993, Transportation Research B 27:281-313. Below capacity vehicles drive at free speed u (m/s); above it flow falls
linearly to zero at jam density kj (veh/m), with the speed w of the wave that runs backwards. Valid for one stretch of road
of the same kind; a drop of capacity after breakdown and slow first vehicles are not in it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Floats


def capacity(speed: npt.ArrayLike, jam_density: npt.ArrayLike, reaction_time: npt.ArrayLike) -> Floats:
    """Greatest flow of a lane (veh/s): u kj / (1 + u tau kj), with the reaction time tau (s)."""
    u, kj, tau = (np.asarray(a, dtype=float) for a in (speed, jam_density, reaction_time))
    found: Floats = u * kj / (1.0 + u * tau * kj)
    return found


def wave_speed(speed: npt.ArrayLike, jam_density: npt.ArrayLike, flow: npt.ArrayLike) -> Floats:
    """Speed of the backward wave (m/s) of the diagram with that capacity: q / (kj - q / u). The capacity is below u kj."""
    u, kj, q = (np.asarray(a, dtype=float) for a in (speed, jam_density, flow))
    found: Floats = q / (kj - q / u)
    return found


def capacity_at(speed: npt.ArrayLike, jam_density: npt.ArrayLike, wave: npt.ArrayLike) -> Floats:
    """Greatest flow (veh/s) where free speed and wave speed are known: kj u w / (u + w)."""
    u, kj, w = (np.asarray(a, dtype=float) for a in (speed, jam_density, wave))
    found: Floats = kj * u * w / (u + w)
    return found


def shock_speed(flow: tuple[float, float], density: tuple[float, float]) -> float:
    """Speed (m/s) of the front between two states up- and downstream: difference of flow over difference of density."""
    return (flow[1] - flow[0]) / (density[1] - density[0])


def greenshields(density: npt.ArrayLike, speed: float, jam_density: float) -> Floats:
    """Flow u k (1 - k / kj) (Greenshields 1935, Highway Research Board 14:448); for comparison only."""
    k = np.asarray(density, dtype=float)
    found: Floats = speed * k * (1.0 - k / jam_density)
    return found
