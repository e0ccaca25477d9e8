"""Orders for the damage of a cascade: the plan tells what the cascade does, every method is judged, and bad questions."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from cascade_cities import NAN, scenario

from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import Assets, Blocks, City, Links, Services
from stratum_core.pipeline.cascade import cascade_job
from stratum_core.pipeline.restoring.answering import Question, crews_from, restore
from stratum_core.pipeline.restoring.damage import damage_of
from stratum_core.pipeline.restoring.judging import JudgingJob
from stratum_core.pipeline.restoring.lines import restoration_lines
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy.restoration.orders import carried_out

CABLES = ("bar_a", "a_b", "bar_c", "c_d")
PEOPLE = {"a": 100.0, "b": 900.0, "c": 400.0, "d": 50.0}


def town() -> City:
    """Two feeders of two cables each, people behind every end; roads of 30 km to one side, so that crews drive an hour."""
    nodes = ["bar", "a", "b", "c", "d"]
    assets = Assets(
        id=["grid", *nodes, "entry", "corner"],
        sector=["power"] * 6 + ["roads"] * 2,
        kind=["external_grid"] + ["bus"] * 5 + ["road_entry", "crossing"],
        node=["bar"] + [""] * 7,
        voltage=[20e3] * 6 + [NAN] * 2,
        demand=[NAN, NAN, 1e5, 1e5, 1e5, 1e5, NAN, NAN],
        unit=["W"] * 6 + [""] * 2,
        x=[0.0, 0.0, 30_000.0, 30_000.0, 0.0, 0.0, 0.0, 30_000.0],
        y=[0.0] * 8,
    )
    links = Links(
        id=[*CABLES, "street"],
        sector=["power"] * 4 + ["roads"],
        kind=["cable"] * 4 + ["road"],
        start=["bar", "a", "bar", "c", "entry"],
        end=["a", "b", "c", "d", "corner"],
        resistance=[0.01] * 4 + [NAN],
        reactance=[0.01] * 4 + [NAN],
        voltage=[20e3] * 4 + [NAN],
        length=[NAN] * 4 + [30_000.0],
    )
    return City(
        "town",
        assets=assets,
        links=links,
        blocks=Blocks(id=list(PEOPLE), x=[0.0] * 4, y=[0.0] * 4, residents=list(PEOPLE.values())),
        services=Services(id=[f"s{n}" for n in PEOPLE], block=list(PEOPLE), service=["power"] * 4, supplier=list(PEOPLE)),
    )


def question(crews: int, *more: OutageSpec, replicates: int = 3) -> Scenario:
    base = scenario(OutageSpec(CABLES, at_h=0.0, lasts_h=0.0), *more, replicates=replicates, repair=True)
    return base.with_settings({"repair.crews.power": str(crews), "run.horizon_h": "300"})


@pytest.mark.parametrize("crews", [1, 2])
def test_the_plan_tells_the_people_hours_of_every_order_as_the_cascade_counts_them(crews: int) -> None:
    work = JudgingJob(cascade_job(town(), question(crews)), np.arange(3))
    for replicate in range(3):
        _, plan = work.planned(replicate)
        assert [str(work.job.compiled.city.component_ids[c]) for c in plan.component] == list(CABLES)
        for order in permutations(range(4)):
            found = carried_out(plan.given, np.array(order))
            sums = work._ranked(plan, found).run_replicates(np.array([replicate]), work.stop).sums
            assert float(sums.people_hours.sum()) == pytest.approx(found.people_hours, rel=1e-9)


def test_people_wait_for_every_cable_above_them() -> None:
    work = JudgingJob(cascade_job(town(), question(1)), np.arange(1))
    _, plan = work.planned(0)
    assert {group.jobs: group.people for group in plan.groups} == {(0,): 100.0, (0, 1): 900.0, (2,): 400.0, (2, 3): 50.0}


def test_repair_hours_are_those_that_the_cascade_draws() -> None:
    job = cascade_job(town(), question(4))
    damage = damage_of(job, 1)
    step = job.compiled.timing.step
    down = [float(job.run_replicates(np.array([1]), job.stop).sums.hours_down[c]) for c in damage.component]
    drive = [1.0 if float(x) > 15_000 else 0.0 for x in job.compiled.city.positions()[damage.component][:, 0]]
    assert down == pytest.approx(np.ceil((damage.hours + drive) / step) * step)


def test_a_job_can_begin_when_a_road_leads_there() -> None:
    closed = OutageSpec(("street",), at_h=0.0, lasts_h=20.0)
    work = JudgingJob(cascade_job(town(), question(1, closed)), np.arange(1))
    _, plan = work.planned(0)
    reopened = damage_of(work.job, 0).mended.max()
    assert reopened > 20.0
    far = work.job.compiled.city.positions()[plan.component][:, 0] > 15_000
    assert plan.given.ready[0, far] == pytest.approx(np.ceil(reopened * 6 - 1e-9) / 6)
    assert plan.given.ready[0, ~far] == pytest.approx(0.0)


def test_every_method_is_judged_and_the_lowest_is_recommended() -> None:
    asked = question(1, replicates=12)
    found = restore(cascade_job(town(), asked), asked, Question({}), threads=2)
    by_name = {method.name: method for method in found.methods}
    assert set(by_name) == {
        "no crews", "people downstream", "first come", "smith", "greedy", "learned", "local search", "exact",
    }  # fmt: skip
    assert by_name["exact"].people_hours.mean == pytest.approx(by_name["exact"].told)
    assert by_name["exact"].people_hours.mean == min(m.people_hours.mean for m in found.methods)
    assert by_name["no crews"].people_hours.mean == pytest.approx(1450 * found.horizon_h)
    assert by_name["no crews"].unrestored == 12
    assert by_name[found.lowest].people_hours.mean == pytest.approx(by_name["exact"].people_hours.mean)
    assert found.recommended in (found.lowest, "people downstream")
    assert sum(sum(step.served.values()) for step in found.steps) == 1450
    assert (found.replicates, found.to_order, found.crews) == (12, 12, {"power": 1})
    words = "\n".join(restoration_lines(found))
    assert "owest of the 7 ways tried" in words
    assert "optimal" not in words


def test_the_same_question_has_the_same_digest_on_any_number_of_threads() -> None:
    asked = question(2, replicates=6)
    job = cascade_job(town(), asked)
    first, second = (restore(job, asked, Question({}), threads=threads) for threads in (1, 2))
    assert first.digest == second.digest


def test_crews_that_nobody_counts_are_assumed_and_said() -> None:
    asked = question(0)
    found = restore(cascade_job(town(), asked), asked, Question({}, replicates=2))
    assert found.crews_assumed
    assert found.crews["power"] == 2
    assert "assumed" in restoration_lines(found)[1]


def test_nothing_to_put_in_order_and_no_repair_are_said_in_a_sentence() -> None:
    one = scenario(OutageSpec(("bar_a",), at_h=0.0, lasts_h=0.0), repair=True)
    with pytest.raises(InputError, match="nothing to put in order"):
        restore(cascade_job(town(), one), one, Question({"power": 1}))
    none = replace(one, spec=replace(one.spec, repair=replace(one.spec.repair, enabled=False)))
    with pytest.raises(InputError, match="nothing is repaired"):
        restore(cascade_job(town(), none), none, Question({}))
    with pytest.raises(InputError, match="not among 0 to 0"):
        restore(cascade_job(town(), one), one, Question({}, replicate=5))


def test_crews_are_read_as_a_number_or_by_sector() -> None:
    assert crews_from(["2", "power=5"])["power"] == 5
    assert crews_from(["2"])["gas"] == 2
    for text, words in (("0", "no number of crews"), ("power=x", "no number of crews"), ("powr=2", "power")):
        with pytest.raises(InputError, match=words):
            crews_from([text])


def test_a_job_that_no_road_ever_leads_to_is_left_out() -> None:
    gone = OutageSpec(("street",), at_h=0.0, lasts_h=1e6)
    work = JudgingJob(cascade_job(town(), question(1, gone)), np.arange(1))
    _, plan = work.planned(0)
    assert [str(work.job.compiled.city.component_ids[c]) for c in plan.cut_off] == ["a_b"]
    assert {group.jobs: group.people for group in plan.groups} == {(0,): 100.0, (1,): 400.0, (1, 2): 50.0}
