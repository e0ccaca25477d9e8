"""Portfolios against whole runs with the change built in: every shared course is what a run of its own gives."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from cascade_cities import scenario, waterworks, with_roads

from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.pipeline.cascade import baseline, cascade_job
from stratum_core.pipeline.scenario import Scenario
from stratum_core.policy import actions
from stratum_core.policy.effects import Effect
from stratum_core.policy.effects.crews import MoreCrews, Staging
from stratum_core.policy.effects.elevate import Elevate
from stratum_core.policy.effects.feed import Feed
from stratum_core.policy.effects.mend import Mend
from stratum_core.policy.effects.prevent import Prevent
from stratum_core.policy.effects.reserve import Reserve
from stratum_core.policy.effects.store import Store
from stratum_core.policy.evaluation import Courses
from stratum_core.policy.interventions import Option, Price
from stratum_core.policy.what_if import Baseline

HITS = (OutageSpec(("line",), at_h=1.0, lasts_h=25.0, probability=0.4),
        OutageSpec(("main",), at_h=3.0, lasts_h=9.0, probability=0.4))
RUNS = 40


def option(base: Baseline, effect: Effect, target: str, cost: float = 1.0, **rest: tuple[str, ...]) -> Option:
    kind = type(effect).__name__
    return Option(id=f"{kind}:{target}", intervention=kind.lower(), name=target, target=target,
                  component=base.job.compiled.city.index.get(target, -1), price=Price(cost, cost, cost, 0.0, "EUR", 2023),
                  lead_d=10.0, life_y=20.0, needs=rest.get("needs", ()), excludes=rest.get("excludes", ()), source="test",
                  limits="", effect=effect)


@pytest.fixture(scope="module")
def question() -> Scenario:
    return scenario(*HITS, replicates=RUNS, repair=True)


@pytest.fixture(scope="module")
def base(question: Scenario) -> Baseline:
    return baseline(cascade_job(waterworks(), question), threads=1)


def column(courses: Courses, found: np.ndarray, name: str) -> np.ndarray:
    return found[..., courses.measures.names.index(name)]


def test_every_portfolio_is_what_a_whole_run_of_it_gives(base: Baseline, question: Scenario) -> None:
    line, main, pump, clinic = (base.job.compiled.city.index[name] for name in ("line", "main", "pump", "clinic"))
    options = [option(base, Prevent(1.0), "line"), option(base, Prevent(1.0), "main"), option(base, Reserve(6.0), "pump"),
               option(base, Reserve(20.0, "water"), "clinic")]
    ways = [actions.Protect(line), actions.Protect(main), actions.Reserve(pump, 6.0), actions.Reserve(clinic, 20.0)]
    portfolios = np.array(list(product((False, True), repeat=4)))
    courses = Courses(base, options, lambda city: question.prepare(city))
    found = courses.outcomes(portfolios)
    for portfolio, values in zip(portfolios, found, strict=True):
        chosen = [way for way, taken in zip(ways, portfolio, strict=True) if taken]
        whole = baseline(actions.altered(base.job, chosen), threads=1).rows.sums
        assert np.array_equal(column(courses, values, "people_hours"), whole.people_hours.sum(axis=1))
        assert np.array_equal(column(courses, values, "down"), whole.size)
    assert courses.runs < 0.6 * RUNS * len(portfolios)  # most courses are shared
    before = courses.runs
    assert np.array_equal(courses.outcomes(portfolios[::-1])[::-1], found)
    assert courses.runs == before


def test_hardening_holds_in_its_share_of_the_damages_and_a_greater_share_wherever_a_lesser_one_does(base: Baseline) -> None:
    rows = np.flatnonzero(base.drawn.damage.component == base.job.compiled.city.index["line"])
    weak, strong = (np.isinf(Prevent(share).later(base, rows, 0, tuple)) for share in (0.3, 0.8))
    assert (strong | ~weak).all()
    many = baseline(base.job.of(2000), threads=2)
    rows = np.flatnonzero(many.drawn.damage.component == base.job.compiled.city.index["line"])
    share = np.isinf(Prevent(0.3).later(many, rows, 0, tuple)).mean()
    assert share == pytest.approx(0.3, abs=4 * (0.21 / len(rows)) ** 0.5)


def test_a_bigger_tank_and_quicker_repair_are_run_as_a_city_that_has_them(base: Baseline, question: Scenario) -> None:
    city = waterworks()
    bigger = city.with_table("assets", city.assets.with_columns(capacity=np.where(city.assets.id == "tank", 72.0,
                                                                                   city.assets.capacity)))
    whole = baseline(cascade_job(bigger, question), threads=1).rows.sums.people_hours.sum(axis=1)
    courses = Courses(base, [option(base, Store(2.0), "tank"), option(base, Mend(0.5), "pump")], question.prepare)
    found = column(courses, courses.outcomes(np.array([[True, False], [False, True]])), "people_hours")
    assert np.array_equal(found[0], whole)
    assert (found[0] <= base.rows.sums.people_hours.sum(axis=1) + 1e-9).all()
    assert np.array_equal(found[1], base.rows.sums.people_hours.sum(axis=1))  # the pump is never damaged here


def test_a_second_feed_keeps_the_pump_running(base: Baseline, question: Scenario) -> None:
    courses = Courses(base, [option(base, Feed(supplier="bus/0"), "pump"), option(base, Prevent(1.0), "line")], question.prepare)
    fed, protected = column(courses, courses.outcomes(np.eye(2, dtype=bool)), "people_hours")
    # nothing hangs on the line but the pump, so a second feed from the bus before it is as good as a line that stands
    assert np.array_equal(fed, protected)
    assert fed.sum() < base.rows.sums.people_hours.sum()


def test_what_cannot_be_changed_says_so(base: Baseline) -> None:
    compiled = base.job.compiled
    with pytest.raises(InputError, match="stores nothing"):
        Store().compiled(compiled, compiled.city.index["tap"])
    with pytest.raises(InputError, match="does not need gas"):
        Reserve(service="gas").compiled(compiled, compiled.city.index["pump"])
    with pytest.raises(InputError, match="does not count the crews"):
        MoreCrews().compiled(compiled, -1)
    with pytest.raises(InputError, match="line or pipe"):
        Elevate().city(compiled.city, compiled.city.index["line"])


def test_the_first_crew_of_each_skill_is_staged_and_the_others_start_from_where_they_did() -> None:
    city, street = with_roads(0.0)
    counted = scenario(street).with_settings({"repair.crews.water": "4", "repair.crews.power": "2"})
    compiled = cascade_job(city, counted).compiled
    staged = Staging().compiled(compiled, city.index["corner"]).crews
    assert staged.start.tolist() == [city.index["corner"], city.index["entry"]]
    assert sorted(staged.depot.tolist()) == [0, 0, 0, 1, 1, 1]
    works = cascade_job(waterworks(), scenario(HITS[0]).with_settings({"repair.crews.water": "1"})).compiled
    with pytest.raises(InputError, match="no road into town"):
        Staging().compiled(works, 0)
