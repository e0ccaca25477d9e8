"""Water from few sensors: level, inflow and demand of a tank by its storage balance; pressures from runs of the hydraulic model.

Tank: A dh/dt = inflow - demand (the balance that the cascade keeps for a zone), with both flows walking at random. A level alone
tells their difference, not each of them; then their variances grow without bound, which is the honest answer, while the level,
its forecast and the hour at which the tank is empty stay determined. Inlet and overflow limits, and areas that change with the
level, are left out. Pressures: the ensemble of runs carries the sensitivities, so no derivative of EPANET is needed; the answer
is linear in the readings and holds as far as the drawn demands cover the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.errors import InputError
from stratum_core.estimation.ensemble import analysis
from stratum_core.estimation.models import StateSpace
from stratum_core.model.fields import Bools, Floats, Ints

STATES = ("level", "inflow", "demand")
_SECONDS = 3600.0


@dataclass(frozen=True)
class Tank:
    """area (m2); inflow_walk, demand_walk: variance by which a flow changes in an hour, (m3/s)^2.

    level_sd, inflow_sd, demand_sd: of the sensors, 0: there is none; level_walk: variance of what the balance misses, m2/h.
    """

    area: float
    inflow_walk: float
    demand_walk: float
    level_sd: float
    inflow_sd: float = 0.0
    demand_sd: float = 0.0
    level_walk: float = 1e-8


def tank_model(tank: Tank, start: Floats, start_variance: Floats) -> StateSpace:
    """The tank as a model whose step is an hour; readings in the order of STATES, those with a sensor."""
    deviations = np.array([tank.level_sd, tank.inflow_sd, tank.demand_sd])
    if tank.area <= 0 or tank.level_sd <= 0 or (deviations < 0).any():
        raise InputError("a tank needs an area and a level sensor with a deviation above 0", where="tank", repair="give both")
    seen = np.flatnonzero(deviations > 0)
    rate = _SECONDS / tank.area
    drift = np.zeros((3, 3))
    drift[0, 1], drift[0, 2] = rate, -rate
    walk = np.diag([tank.level_walk, tank.inflow_walk, tank.demand_walk])

    def step(hours: float) -> tuple[Floats, Floats]:
        # exp(A d) = I + A d, since A A = 0; the covariance is its integral, term by term
        across = drift @ walk
        q = hours * walk + hours**2 / 2 * (across + across.T) + hours**3 / 3 * (drift @ walk @ drift.T)
        return np.eye(3) + drift * hours, q

    return StateSpace(step, np.eye(3)[seen], np.diag(deviations[seen] ** 2), np.asarray(start, dtype=np.float64),
                      np.diag(np.asarray(start_variance, dtype=np.float64)), np.zeros(3, dtype=np.bool_), "tank", STATES)


@dataclass(frozen=True)
class Pressures:
    """mean and sd (nodes,) after the readings; prior_sd before; observed: nodes whose uncertainty they at least halve."""

    mean: Floats
    sd: Floats
    prior_sd: Floats

    @property
    def observed(self) -> Bools:
        """(nodes,) whether the readings at least halve the uncertainty."""
        found: Bools = self.sd <= 0.5 * self.prior_sd
        return found


def estimate_pressures(members: Floats, at: Ints, readings: Floats, sd: float, *, seed: int = 42) -> Pressures:
    """Pressures everywhere from ``readings`` at nodes ``at``; members (runs, nodes): the hydraulic model under drawn demands."""
    if len(members) < 10:
        raise InputError(f"{len(members)} runs are too few", where="members", repair="give 10 or more, 50 for a start")
    known = np.isfinite(readings)
    chosen = np.eye(members.shape[1])[at[known]]
    after = analysis(members, chosen, np.full(int(known.sum()), sd**2), readings[known], 1.0, None, np.random.default_rng(seed))
    return Pressures(after.mean(axis=0), after.std(axis=0, ddof=1), members.std(axis=0, ddof=1))
