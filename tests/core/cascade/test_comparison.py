"""Two runs against each other."""

from __future__ import annotations

import pytest
from cascade_cities import scenario, waterworks

from stratum_core.cascade.comparison import compare
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.cascade import run_cascade


def run(chance: float, seed: int = 42) -> CascadeResult:
    outage = OutageSpec(("line",), at_h=1.0, lasts_h=30.0, probability=chance)
    return run_cascade(waterworks(), scenario(outage, replicates=80).with_settings({"run.seed": str(seed)}), threads=1)


def test_the_same_seed_is_compared_replicate_by_replicate() -> None:
    found = compare(run(0.4), run(0.6))
    assert found.paired
    water = found.people_peak["water"]
    assert water.change == pytest.approx(water.after - water.before)
    assert water.ci95 is not None
    assert water.ci95[0] < water.change < water.ci95[1]
    assert {moved.asset for moved in found.moved} >= {"line", "pump", "clinic"}
    assert all(moved.change > 0 for moved in found.moved)


def test_other_seeds_are_independent_and_their_interval_is_wider() -> None:
    paired, apart = compare(run(0.4), run(0.6)), compare(run(0.4), run(0.6, seed=7))
    assert not apart.paired
    widths = [one.people_peak["water"].ci95 for one in (paired, apart)]
    assert widths[0] is not None
    assert widths[1] is not None
    assert widths[1][1] - widths[1][0] > widths[0][1] - widths[0][0]


def test_a_run_against_itself_has_no_difference() -> None:
    one = run(0.5)
    assert compare(one, one).moved == ()
    assert compare(one, one).people_peak["water"].change == 0.0
