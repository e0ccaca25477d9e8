"""EPANET in a process of its own: what is down is closed, what is cut off is isolated, and the process can be ended."""

from __future__ import annotations

import multiprocessing.spawn
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cascade_cities import scenario, two_lines, waterworks
from scipy.optimize import brentq

from stratum_core.errors import Cancelled, EngineError, InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.pipeline.cascade import cascade_job
from stratum_core.pipeline.hydraulics import replicate_hydraulics
from stratum_core.pipeline.validation import run_case
from stratum_core.ports import CancelToken
from stratum_core.sectors.water.epanet_model import epanet_model
from stratum_core.sectors.water.fire_flow import FireTest, available, spaced
from stratum_core.sectors.water.hydraulics import Outages, PressureSpec, nothing_down, simulate

#: a lake at 30 m over two pipes in a row to two taps of 1 l/s, and a pump to a third
TOWN = """[JUNCTIONS]
near 0 1
far 0 1
hill 20 1
[RESERVOIRS]
lake 30
[PIPES]
first lake near 100 300 130 0 Open
second near far 100 300 130 0 Open
[PUMPS]
pump near hill HEAD curve
[CURVES]
curve 1 20
[CONTROLS]
LINK pump OPEN AT TIME 2
[OPTIONS]
Units LPS
Headloss H-W
[END]
"""


def outages(hours: int, **down: list[int]) -> Outages:
    table = np.zeros((hours + 1, len(down)), dtype=np.bool_)
    for column, when in enumerate(down.values()):
        table[when, column] = True
    return Outages(tuple(down), table)


def test_what_is_down_is_closed_for_its_hours_and_what_it_cuts_off_is_isolated() -> None:
    whole, broken = simulate(TOWN, [nothing_down(5), outages(5, second=[1, 2], pump=[2, 3])])
    near, far, hill = (whole.nodes.index(name) for name in ("near", "far", "hill"))
    assert whole.share[:, [near, far, hill]] == pytest.approx(1.0, abs=1e-3)
    assert whole.pressure[0, near] == pytest.approx(30, abs=0.1)
    assert broken.isolated[:, far].tolist() == [False, True, True, False, False, False]
    assert broken.isolated[:, hill].tolist() == [False, False, True, True, False, False]
    assert broken.share[1:3, far].tolist() == [0, 0]
    assert broken.pressure[1, far] == 0
    assert broken.demand[:, far] == pytest.approx(1e-3)
    assert broken.flow[2, broken.links.index("pump")] == pytest.approx(0, abs=1e-6)
    assert broken.share[4, [near, far, hill]] == pytest.approx(1.0, abs=1e-3)


def test_without_its_source_a_town_is_dry_and_the_solver_is_not_asked() -> None:
    found, = simulate(TOWN, [outages(1, lake=[0, 1])])
    assert found.isolated[:, :3].all()
    assert (found.share[:, :3] == 0).all()
    assert found.balanced.all()


def test_low_pressure_serves_a_part() -> None:
    low = TOWN.replace("lake 30", "lake 5")
    driven, demanded = simulate(low, [nothing_down(0)])[0], simulate(low, [nothing_down(0)], PressureSpec(driven=False))[0]
    near = driven.nodes.index("near")
    assert driven.share[0, near] == pytest.approx(0.5, abs=0.01)
    assert demanded.share[0, near] == pytest.approx(1)
    assert PressureSpec().fraction(np.array([-1.0, 0, 5, 20, 50])).tolist() == [0, 0, 0.5, 1, 1]


def test_a_file_that_epanet_refuses_and_a_name_it_has_not_are_errors_in_words() -> None:
    with pytest.raises(EngineError, match="EPANET"):
        simulate(TOWN.replace("[RESERVOIRS]\nlake 30\n", ""), [nothing_down(0)])
    with pytest.raises(EngineError, match="'lode'"):
        simulate(TOWN, [outages(1, lode=[0])])


#: a lake at 30 m over 500 m of 100 mm pipe to a tap, and 400 m of the same on to a second one
HYDRANTS = """[JUNCTIONS]
near 0 1
far 0 1
[RESERVOIRS]
lake 30
[PIPES]
first lake near 500 100 130 0 Open
second near far 400 100 130 0 Open
[OPTIONS]
Units LPS
Headloss H-W
[END]
"""


def head_loss(length_m: float, flow: float) -> float:
    """Hazen-Williams at C 130 and 100 mm, m."""
    return 10.667 * length_m * (flow / 130) ** 1.852 / 0.1**4.871


def test_a_hydrant_gives_what_the_pipes_leave_at_the_residual_pressure() -> None:
    fire = FireTest(("near", "far"), flow=0.008, residual_m=14.0)
    whole, broken = simulate(HYDRANTS, [replace(nothing_down(1), fire_hour=1), replace(outages(1, second=[1]), fire_hour=1)],
                             fire=fire)
    static = 30 - head_loss(500, 0.002)
    assert whole.fire[0] == pytest.approx([static, static - head_loss(400, 0.001)], abs=0.01)
    left = 30 - head_loss(500, 0.010)
    assert whole.fire[1] == pytest.approx([left, left - head_loss(400, 0.009)], abs=0.02)
    given = available(whole.fire, fire)
    exact = brentq(lambda flow: 30 - head_loss(500, 0.002 + flow) - 14, 0, 0.1)
    assert given[0] == pytest.approx(exact, rel=0.05)  # the formula takes the other demand as drawn with the hydrant
    assert (given >= fire.flow).tolist() == (whole.fire[1] >= 14).tolist()
    assert np.isnan(broken.fire[:, 1]).all()
    assert available(broken.fire, fire)[1] == 0
    # after the test the hour goes on as if nothing had been drawn
    assert whole.share[1, :2] == pytest.approx(1.0, abs=1e-3)


def test_tested_junctions_are_few_and_evenly_spaced() -> None:
    assert spaced(0) == []
    assert spaced(3) == [0, 1, 2]
    assert (len(spaced(1000)), spaced(1000)[0], spaced(1000)[-1]) == (40, 0, 999)


def test_it_can_be_ended_at_any_moment() -> None:
    token = CancelToken()
    started = time.perf_counter()

    def stop(done: int, total: int, note: str = "") -> None:
        token.cancel()

    with pytest.raises(Cancelled):
        simulate(TOWN, [nothing_down(500)] * 200, progress=stop, cancel=token)
    assert time.perf_counter() - started < 60


def test_a_city_becomes_a_network_and_its_replicate_is_compared_with_the_storage_balance() -> None:
    works = waterworks()
    works = replace(works, assets=replace(works.assets, z=np.array([0, 0, 0, 10.0, 5.0, 40.0, 5.0, 0])))
    job = cascade_job(works, scenario(OutageSpec(("line",), at_h=0.0, lasts_h=100.0)))
    found, = replicate_hydraulics(job, [0])
    tap = found.nodes.tolist().index("tap")
    # 36 m3 last ten hours at 1 l/s in both
    assert found.storage[:10, tap].all()
    assert not found.storage[10:, tap].any()
    assert found.share[2, tap] == pytest.approx(1, abs=0.01)
    assert found.share[20, tap] < 0.05
    assert found.people[20] == pytest.approx(90, rel=0.05)
    assert found.people_storage[20] == 90
    assert found.differing.max() <= 1
    assert abs(found.demand_difference) < 0.1
    assert found.unbalanced == 0
    assert found.fire.hour == 10  # the tank is empty; a dry tap counts as one without fire flow
    assert found.fire.nodes.tolist() == ["tap"]
    assert found.fire.share(found.fire.available) == 0
    assert found.fire.people.tolist() == [90]


def test_a_city_without_water_and_a_replicate_that_is_not_there_are_refused() -> None:
    with pytest.raises(InputError, match="water"):
        epanet_model(two_lines(60.0))
    job = cascade_job(waterworks(), scenario(OutageSpec(("line",))))
    with pytest.raises(InputError, match="replicate 1"):
        replicate_hydraulics(job, [1])


@pytest.mark.parametrize(("inputs", "words"), [
    ({"inp": "missing.inp"}, "missing.inp"), ({"inp": "wntr:Net7"}, "Net7"), ({"inp": "wntr:Net1", "nodes": ["xyz"]}, "xyz"),
    ({"inp": "wntr:Net1", "hours": [5], "duration_h": 2}, "duration_h"), ({}, "inp or pressures_m"),
])
def test_a_case_that_cannot_run_names_what_is_wrong(inputs: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run_case({"kind": "wds_pressure", "inputs": inputs}, Path())


def test_a_section_cut_off_in_a_real_file_is_counted() -> None:
    inputs = {"inp": "wntr:Net3", "down": ["10", "335", "101"], "nodes": ["10", "15"]}
    found = run_case({"kind": "wds_pressure", "inputs": inputs})
    assert found["isolated_nodes"] == [2]
    assert found["unbalanced_hours"] == 0


def test_a_process_that_dies_at_its_start_is_told_however_large_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is asked for is more than a pipe holds, so that handing it over would never end."""
    monkeypatch.setattr(multiprocessing.spawn, "_python_exe", b"/bin/false")
    told: list[object] = []

    def ask() -> None:
        with pytest.raises(EngineError, match="ended without an answer") as error:
            simulate("[TITLE]\n" + "x" * 1_000_000, [nothing_down(0)])
        told.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    assert told
