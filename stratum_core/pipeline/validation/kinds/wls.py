"""Case kind: the state of an AC grid from measurements, given or made from its own AC solution, by weighted least squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import EngineError, InputError
from stratum_core.estimation.grid.measurements import Measurements
from stratum_core.estimation.grid.trials import exact, grid_trial
from stratum_core.estimation.grid.wls import Estimator, estimator, judge
from stratum_core.estimation.grid.wording import blind_text, verdict_text
from stratum_core.model.results import jsonable
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.matpower_case import read_ac
from stratum_core.sectors.power.ac import AcFlow, AcProblem, ac_flow

_OF_BUSES = ("v", "angle", "p", "q")


@KINDS.register("wls")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Observability first; then the state and its bad data, and with ``simulate`` the same over many runs."""
    grid, problem = read_ac(inputs, folder)
    buses, base = [name.rsplit("/", 1)[-1] for name in grid.buses], float(inputs.get("base_mva", 100.0))
    flow = None
    if "simulate" in inputs:
        flow = ac_flow(problem)
        if not flow.converged:
            raise EngineError("The AC flow of the case finds no solution to simulate from.")
        meters, names = _simulated(inputs["simulate"], problem, flow, base, buses)
    else:
        meters, names = _given(inputs["measurements"], buses, len(problem.start))
    ready = estimator(problem, meters, base)
    blind = [bus for bus, seen, live in zip(buses, ready.observable, ready.pattern.live, strict=True) if live and not seen]
    found: dict[str, Any] = {"observable": not blind, "unobservable_buses": blind, "measurements": len(meters),
                             "states": ready.pattern.states}
    if blind:
        nothing = dict.fromkeys(("converged", "iterations", "voltage_pu", "angle_deg"))
        return {**found, **nothing, "statement": blind_text(blind)}
    return dict(jsonable(found | _state(inputs, ready, buses, names, flow)))


def _state(
    inputs: Mapping[str, Any], ready: Estimator, buses: Sequence[str], names: Sequence[str], flow: AcFlow | None
) -> dict[str, Any]:
    asked, share = inputs.get("simulate", {}), float(inputs.get("share", 0.99))
    value, seed = ready.measurements.value, int(asked.get("seed", 42))
    if asked.get("noise", "simulate" in inputs):
        value = value + np.random.default_rng(seed).standard_normal(len(value)) * ready.measurements.sd
    verdict = judge(ready, value, share=share, remove=bool(inputs.get("remove_bad", True)))
    last, first = verdict.last, verdict.first
    found = {
        "converged": last.converged, "iterations": first.steps, "voltage_pu": _by(buses, last.size),
        "angle_deg": _by(buses, np.rad2deg(last.angle)), "voltage_sd": _by(buses, last.size_sd),
        "degrees_of_freedom": last.degrees, "objective": last.objective, "objective_limit": verdict.objective_limit, "suspect":
        verdict.suspect,
        "removed": [names[i] for i in verdict.removed], "ambiguous": [names[i] for i in verdict.alike],
        "largest_normalised_residual": float(np.nanmax(first.normalised, initial=0.0)), "residual_limit": verdict.limit,
        "normalised_residuals": _by(names, first.normalised),
        "critical": [name for name, is_so in zip(names, last.critical, strict=True) if is_so],
        "statement": verdict_text(verdict, names),
    }
    if flow is None:
        return found
    turned = flow.voltage * np.exp(-1j * np.angle(flow.voltage[ready.pattern.reference[0]]))
    found["error_max"] = float(np.nanmax(np.abs(last.size * np.exp(1j * last.angle) - turned)))
    tried = grid_trial(ready, np.abs(flow.voltage), runs=int(asked.get("runs", 1)), seed=seed, share=share,
                       noise=bool(asked.get("noise", True)), gross_sigma=float(asked.get("gross_sigma", 0.0)))
    return found | {"objective_mean": tried.objective, "named_share": tried.named, "detected_share": tried.detected,
                    "false_alarm_share": tried.false_alarms, "coverage95": tried.coverage95}


def _by(names: Sequence[str], values: Any) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _simulated(
    asked: Mapping[str, Any], problem: AcProblem, flow: AcFlow, base: float, buses: Sequence[str]
) -> tuple[Measurements, list[str]]:
    lacking = [kind for kind in asked["sets"] if kind not in asked["sd"]]
    if lacking:
        raise InputError(f"there is no deviation for {lacking[0]}", where="inputs.simulate.sd",
                         repair="give one for each of sets")
    made = exact(flow, np.flatnonzero(problem.reference), base, asked["sets"], asked["sd"])
    names = [_name(kind, int(at), buses) for kind, at in zip(made.kind, made.place, strict=True)]
    gone = set(asked.get("leave_out", ()))
    for name in sorted(gone - set(names)):
        raise InputError(f"there is no measurement '{name}'", where="inputs.simulate.leave_out",
                         repair=f"known: {', '.join(names[:5])}, ...")
    kept = np.array([i for i, name in enumerate(names) if name not in gone], dtype=np.int64)
    meters = Measurements(tuple(made.kind[i] for i in kept), made.place[kept], made.value[kept], made.sd[kept])
    return meters, [names[i] for i in kept]


def _given(rows: Sequence[Mapping[str, Any]], buses: Sequence[str], branches: int) -> tuple[Measurements, list[str]]:
    place, kinds, at, names = {name: i for i, name in enumerate(buses)}, [], [], []
    for number, row in enumerate(rows):
        of_bus, where = row["kind"] in _OF_BUSES, f"inputs.measurements[{number}]"
        key = "bus" if of_bus else "branch"
        if key not in row or (str(row[key]) not in place if of_bus else row[key] > branches):
            raise InputError(f"there is no {key} {row.get(key, 'named')} in the case", where=where,
                             repair=f"give the number of a {key}")
        kinds.append(row["kind"])
        at.append(place[str(row["bus"])] if of_bus else int(row["branch"]) - 1)
        names.append(str(row.get("name", _name(row["kind"], at[-1], buses))))
    values, sd = (np.array([float(row[key]) for row in rows]) for key in ("value", "sd"))
    if len(set(names)) < len(names):
        names = [f"{name}#{i + 1}" for i, name in enumerate(names)]
    return Measurements(tuple(kinds), np.array(at, dtype=np.int64), values, sd), names


def _name(kind: str, at: int, buses: Sequence[str]) -> str:
    """As v/3 for bus 3, p_from/7 for branch 7."""
    return f"{kind}/{buses[at] if kind in _OF_BUSES else at + 1}"
