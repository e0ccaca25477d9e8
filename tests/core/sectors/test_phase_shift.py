"""A phase shifter drives a flow round the loop in which it lies, as the DC equations say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cascade_cities import scenario, two_lines

from stratum_core.hazards.outage import OutageSpec
from stratum_core.pipeline.cascade import run_cascade
from stratum_core.sectors.power.dc_flow import dc_flow, grid


def test_the_engine_and_the_direct_solution_agree_with_the_hand() -> None:
    city = two_lines(rating_mw=200.0)
    links = city.links.with_columns(shift=np.array([2.0, 0.0]))
    city = replace(city, links=links)
    susceptance = links.voltage[0] ** 2 / links.reactance[0] / 1e6  # MW per rad
    driven = susceptance * np.deg2rad(2.0) / 2
    expected = [50.0 - driven, 50.0 + driven]
    assert sorted(np.abs(dc_flow(grid(city)).flow)) == pytest.approx(sorted(np.abs(expected)))
    result = run_cascade(city, scenario(OutageSpec(assets=("town",)), trips=False))
    loading = result.base_loading[[city.index[id] for id in links.id]]
    assert loading * 200.0 == pytest.approx(np.abs(expected))
