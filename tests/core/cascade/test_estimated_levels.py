"""Stores whose level is an estimate: it is drawn in every replicate, cut off at empty and full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cascade_cities import NAN, scenario, waterworks
from scipy.stats import norm

from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import City
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.cascade import run_cascade

DRAWN = 2000


def run(level: float, sd: float, threads: int = 1) -> CascadeResult:
    """The waterworks without its pump from the start: full, the tank lasts 10 h."""
    works = waterworks()
    columns = {"level": [NAN] * 5 + [level, NAN, NAN], "level_sd": [NAN] * 5 + [sd, NAN, NAN]}
    city: City = replace(works, assets=works.assets.with_columns(**{k: np.array(v) for k, v in columns.items()}))
    question = scenario(OutageSpec(("pump",), lasts_h=48.0), replicates=DRAWN).with_settings({"run.step_h": "0.0166666667"})
    return run_cascade(city, question, threads=threads)


def test_a_tank_runs_empty_when_its_drawn_level_says() -> None:
    result = run(0.5, 0.1)
    tap = result.assets.tolist().index("tap")
    assert result.time_to_failure_h[tap] == pytest.approx(5.0, abs=4 / np.sqrt(DRAWN))
    dry = result.down_share_by_hour[tap]
    for hour in (4, 5, 6):
        expected = norm.cdf((hour / 10 - 0.5) / 0.1)  # the tap is dry at this hour if the level was below hour / 10
        assert dry[hour] == pytest.approx(expected, abs=4 * np.sqrt(0.25 / DRAWN) + 0.02)


def test_a_level_beyond_empty_or_full_is_empty_or_full() -> None:
    result = run(0.9, 0.5)
    tap = result.assets.tolist().index("tap")
    assert result.down_share_by_hour[tap][0] == pytest.approx(norm.cdf(-0.9 / 0.5), abs=0.02)
    assert result.down_share_by_hour[tap][11] == 1.0


def test_threads_change_nothing() -> None:
    assert run(0.5, 0.1).digest == run(0.5, 0.1, threads=2).digest
