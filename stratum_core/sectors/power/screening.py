"""Screening of single branch outages by line outage distribution factors.

F' = F + LODF[:, k] F_k, LODF[:, k] = h / (1 - h_k), with h the flows of one unit sent from the one end of
branch k to the other (Wood & Wollenberg, Power Generation, Operation and Control, 2nd ed. 1996, section 11.3.2).
A bridge has no factor: its outage splits the grid.
"""

from __future__ import annotations

import numpy as np

from stratum_core.model.fields import Floats
from stratum_core.sectors.power.dc_flow import Grid, dc_flow, solve


def outage_factors(problem: Grid, branch: int) -> Floats:
    """LODF column of ``branch``: the share of its flow that every other branch takes over; -1 for itself."""
    dc = problem.dc
    susceptance = np.where(problem.usable, problem.susceptance, 0.0)
    reference = dc_flow(problem).reference
    pinned = np.zeros(len(problem.buses), dtype=np.bool_)
    pinned[reference] = True
    pinned |= np.bincount(np.concatenate([dc.branch_from, dc.branch_to]), np.tile(susceptance != 0, 2), len(pinned)) == 0
    sent = np.zeros(len(pinned))
    sent[dc.branch_from[branch]] += 1.0
    sent[dc.branch_to[branch]] -= 1.0
    angle = solve(dc, susceptance, sent, pinned)
    taken = susceptance * (angle[dc.branch_from] - angle[dc.branch_to])
    factors: Floats = taken / (1.0 - taken[branch])
    factors[branch] = -1.0
    return factors


def screened_flow(problem: Grid, base: Floats, branch: int) -> Floats:
    """Flows (MW) after the outage of ``branch``, from the flows before it; the branch is no bridge."""
    flows: Floats = base + outage_factors(problem, branch) * base[branch]
    flows[branch] = 0.0
    return flows
