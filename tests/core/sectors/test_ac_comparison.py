"""The cascade's power model against AC on cities whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from cascade_cities import two_lines, waterworks

from stratum_core.errors import InputError
from stratum_core.model.spec import CascadeSpec
from stratum_core.pipeline.ac_comparison import compare_with_ac


def test_a_meshed_grid_differs_by_what_reactive_power_and_voltage_add() -> None:
    found = compare_with_ac(two_lines(60.0), CascadeSpec())
    assert found.converged
    assert found.loading == pytest.approx([50 / 60] * 2)
    assert (found.loading_ac > found.loading).all()
    assert found.loading_difference < 0.1
    assert np.isnan(found.voltage).all()
    assert found.voltage_difference == 0


def test_after_an_outage_the_other_line_carries_all() -> None:
    found = compare_with_ac(two_lines(60.0), CascadeSpec(), out=["one"])
    assert found.links.tolist() == ["two"]
    assert found.loading == pytest.approx([100 / 60])


def test_what_is_cut_off_is_in_neither() -> None:
    found = compare_with_ac(waterworks(), CascadeSpec(), out=["line"])
    assert found.nodes.tolist() == ["bus/0"]


def test_an_unknown_component_is_refused() -> None:
    with pytest.raises(InputError, match="three"):
        compare_with_ac(two_lines(60.0), CascadeSpec(), out=["three"])
