"""Case kinds of hazards with other numbers than the committed ones, and with wrong ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.pipeline.validation import run_case


def run(kind: str, **inputs: Any) -> dict[str, Any]:
    return run_case({"kind": kind, "inputs": inputs})


def test_chances_may_differ_and_full_correlation_nests_them() -> None:
    found = run("correlated_failures", p=[0.1, 0.2, 0.3, 0.4], rho=1.0, replicates=40_000)
    nested = sum(min(a, b) for a in (0.1, 0.2, 0.3, 0.4) for b in (0.1, 0.2, 0.3, 0.4))
    assert found["variance"] == pytest.approx(nested - 1.0)
    assert found["drawn_variance"] == pytest.approx(nested - 1.0, rel=0.05)


def test_a_matrix_of_equal_correlations_is_the_equal_case() -> None:
    matrix = np.full((6, 6), 0.3) + 0.7 * np.eye(6)
    by_matrix = run("correlated_failures", p=0.2, matrix=matrix.tolist())
    assert by_matrix["variance"] == pytest.approx(run("correlated_failures", n=6, p=0.2, rho=0.3)["variance"], abs=1e-10)
    negative = run("correlated_failures", p=0.5, matrix=[[1, -0.5], [-0.5, 1]], replicates=40_000)
    assert negative["ratio_to_independent"] == pytest.approx(1 - 1 / 3)
    assert negative["drawn_variance"] == pytest.approx(negative["variance"], rel=0.05)


def test_certain_and_impossible_failures_have_no_spread() -> None:
    assert run("correlated_failures", n=3, p=0, rho=0.5)["variance"] == 0.0
    assert run("correlated_failures", n=3, p=1, rho=0.5, replicates=100)["drawn_mean"] == 3.0


def test_restoration_without_spread_is_a_step() -> None:
    found = run("restoration_curve", mean_days=[3], sd_days=[0], states=[0.5, 0.5], days=[0, 2.9, 3], replicates=10)
    assert found["truncated"] == found["plain"] == found["drawn"] == [0.5, 0.5, 1.0]


@pytest.mark.parametrize(("kind", "inputs", "words"), [
    ("correlated_failures", {"p": 0.1}, "n is not"), ("correlated_failures", {"n": 3, "p": [0.1]}, "n is not"),
    ("correlated_failures", {"p": 0.1, "matrix": [[1, 0.5], [0.5]]}, "2 by 2"),
    ("correlated_failures", {"p": 0.1, "matrix": [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]}, "positive definite"),
    ("correlated_failures", {"p": 0.1, "positions_km": [[0, 0]]}, "b_km"), ("correlated_failures", {"n": 2, "p": 1.5}, "p"),
    ("fragility", {"class": "substation_lo_anchored", "intensity": [1]}, "substation_low_anchored"),
    ("fragility", {"medians": [0.2], "betas": [0.1, 0.2], "intensity": [1]}, "one beta"),
    ("fragility", {"intensity": [1]}, "class or medians"), ("fragility", {"class": "well", "intensity": [-1]}, "intensity"),
    ("restoration_curve", {"restoration": "wel", "states": [1], "days": [1]}, "'well'"),
    ("restoration_curve", {"restoration": "well", "days": [1]}, "how damaged"),
    ("restoration_curve", {"restoration": "well", "states": [0.5], "days": [1]}, "sum to 0.5"),
    ("restoration_curve", {"mean_days": [3], "sd_days": [1, 2], "states": [1], "days": [0]}, "differ in number"),
    ("wind_damage", {"gust_ms": [50], "threshold_ms": 80}, "not below"),
])
def test_wrong_numbers_are_named(kind: str, inputs: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(kind, **inputs)
