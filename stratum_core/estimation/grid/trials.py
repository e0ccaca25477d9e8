"""The estimator tried on a known state: errors as stated, gross errors, meters that drop out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stratum_core.estimation.grid.measurements import Measurements
from stratum_core.estimation.grid.wls import Estimator, judge
from stratum_core.model.fields import Floats, Ints
from stratum_core.sectors.power.ac import AcFlow

_OF_BUSES = ("v", "angle", "p", "q")


@dataclass(frozen=True)
class GridTrial:
    """objective: mean J of all runs before anything is removed. Shares of runs: named (the first removed is the wrong one),
    detected,
    false alarms; None where there were none of that sort. coverage95: share of true magnitudes within their 95 % intervals.
    """

    objective: float
    named: float | None
    detected: float | None
    false_alarms: float | None
    coverage95: float | None


def exact(flow: AcFlow, reference: Ints, base_mva: float, sets: Sequence[str], sd: Mapping[str, float]) -> Measurements:
    """Every measurement of the kinds ``sets`` without error, at all buses or branches that carry voltage."""
    voltage = flow.voltage * np.exp(-1j * np.angle(flow.voltage[reference[0]]))
    values = {"v": np.abs(voltage), "angle": np.angle(voltage), "p": flow.injection.real, "q": flow.injection.imag,
              "p_from": flow.sent.real, "q_from": flow.sent.imag, "p_to": flow.received.real, "q_to": flow.received.imag}
    kinds, places, found, spread = [], [], [], []
    for kind in sets:
        column = values[kind] / (1.0 if kind in ("v", "angle") else base_mva)
        at = np.flatnonzero(np.isfinite(column) & (np.isfinite(voltage) if kind in _OF_BUSES else True))
        kinds += [kind] * len(at)
        places.append(at)
        found.append(column[at])
        spread.append(np.full(len(at), float(sd[kind])))
    return Measurements(tuple(kinds), np.concatenate(places), np.concatenate(found), np.concatenate(spread))


def grid_trial(
    given: Estimator, truth: Floats, *, runs: int, seed: int, noise: bool, gross_sigma: float, share: float
) -> GridTrial:
    """``runs`` sets of readings around the exact ones of ``given``; ``truth``: (buses,) magnitudes."""
    random, meters = np.random.default_rng(seed), given.measurements
    objectives, named, detected, alarms, covered = [], [], [], [], []
    for _ in range(runs):
        readings = meters.value + (random.standard_normal(len(meters)) * meters.sd if noise else 0.0)
        wrong = int(random.integers(len(meters)))
        readings[wrong] += gross_sigma * meters.sd[wrong]
        found = judge(given, readings, share=share)
        objectives.append(found.first.objective)
        if gross_sigma:
            named.append(found.removed[:1] == (wrong,))
            detected.append(bool(found.removed))
        else:
            alarms.append(bool(found.removed))
            live = given.pattern.live
            apart = np.abs(found.first.size - truth)[live] / found.first.size_sd[live]
            covered.append(float(np.mean(apart < ndtri(0.975))))
    return GridTrial(float(np.mean(objectives)), *(float(np.mean(kept)) if kept else None
                                                   for kept in (named, detected, alarms, covered)))
