"""A search over options on a city small enough to look through, end to end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
from cascade_cities import scenario, waterworks

from stratum_core.briefing import measures
from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.ledger.canonical import result_page
from stratum_core.model.city import City
from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.pipeline.optimising import optimise
from stratum_core.pipeline.optimising.answers import optimise_lines
from stratum_core.pipeline.optimising.leaving import Leaving
from stratum_core.pipeline.optimising.plans import _years
from stratum_core.pipeline.optimising.study import Asked
from stratum_core.policy.interventions import Intervention
from stratum_core.policy.interventions.reading import as_data, as_toml, intervention, interventions, write_intervention
from stratum_core.ports import CancelToken
from stratum_core.resource_files import resource
from stratum_core.store.result_pages import typed_result

QUESTION = scenario(OutageSpec(("line",), at_h=1.0, lasts_h=25.0, probability=0.5),
                    OutageSpec(("main",), at_h=3.0, lasts_h=9.0, probability=0.5), replicates=40, repair=True)


def measure(id: str, says: str, effect: dict[str, object], names: list[str], cost: float, **rest: object) -> Intervention:
    return intervention(id, {
        "schema": "stratum.intervention/1", "name": id, "says": says, "lead_d": 30, "life_y": 20, "limits": "", **rest,
        "effect": effect, "targets": {"names": names}, "cost": {
            "low": cost / 2, "mode": cost, "high": cost * 2, "currency": "EUR", "price_year": 2023, "source": "by hand"}}, id)


MEASURES = {one.id: one for one in (
    measure("bury", "Bury {target}", {"does": "prevent", "share": 1.0}, ["line", "main"], 100.0),
    measure("backup", "Back up {target} for {hours:g} h", {"does": "reserve", "hours": 60.0, "service": "power"}, ["pump"], 60.0),
    measure("cistern", "A cistern at {target}", {"does": "reserve", "hours": 40.0, "service": "water"}, ["clinic"], 30.0),
)}


def asked(**changes: object) -> Asked:
    return replace(Asked(budget=160.0, objectives=("people_hours",), evaluations=60, futures=10, future_replicates=5, years=2),
                   **changes)


@pytest.fixture(scope="module")
def city() -> City:
    return waterworks()


@pytest.fixture(scope="module")
def found(city: City) -> OptimiseResult:
    return optimise(city, QUESTION, asked(), MEASURES, threads=1)


def test_the_front_is_the_exact_one(found: OptimiseResult) -> None:
    assert found.evaluations <= 2 ** len(found.options)
    costs = [plan.cost for plan in found.front]
    values = [plan.objectives_in["people_hours"].value for plan in found.front]
    assert costs == sorted(costs)
    assert values == sorted(values, reverse=True)
    assert costs[-1] <= 160.0
    # a backed up pump and a buried main: whoever has no water of the main has none of the pump either
    assert set(found.front[-1].options) == {"bury:main", "backup:pump"}
    assert values[-1] == 0.0
    nothing = found.baselines["do nothing"]
    assert (nothing.cost, nothing.options) == (0.0, ())
    assert all(plan.change["people_hours"].before == nothing.objectives_in["people_hours"].value for plan in found.front)


def test_what_changes_nothing_is_left_out_and_said(found: OptimiseResult) -> None:
    assert "cistern:clinic" not in {option.id for option in found.options}  # nobody is counted at the clinic
    assert any("A cistern" in text and "none of the objectives changes" in text for text in found.left_out)


def test_the_same_on_any_number_of_threads_and_after_storing(city: City, found: OptimiseResult) -> None:
    schema = resource("schemas/optimise.schema.json").read_text(encoding="utf-8")
    jsonschema.validate(result_page(found), json.loads(schema))
    again = optimise(city, QUESTION, asked(), MEASURES, threads=2)
    assert again.digest == found.digest
    assert typed_result(OptimiseResult, result_page(found), {}) == replace(found, seconds=found.seconds, threads=found.threads)


def test_a_schedule_spends_no_year_before_its_money_is_there(found: OptimiseResult) -> None:
    steps = found.front[-1].schedule
    spent = np.cumsum([step.cost for step in steps])
    assert [step.year for step in steps] == [1 if total <= 80.0 else 2 for total in spent]
    assert steps[-1].after == found.front[-1].objectives_in["people_hours"].value


def test_plans_are_tried_with_other_numbers_and_in_futures(found: OptimiseResult) -> None:
    tried = [plan for plan in found.front if plan.objectives_out]
    assert tried
    assert found.futures is not None
    assert len(next(iter(found.futures.values.values()))["people_hours"]) == 10
    best = min(plan.regret["people_hours"] for plan in tried)
    assert best >= 0.0
    assert found.recommendation[0].startswith("Look first at")
    assert not any("optimal" in line for plan in found.front for line in plan.says)
    assert any("do nothing" in line for line in optimise_lines(found))


def test_must_and_must_not_are_kept(city: City) -> None:
    found = optimise(city, QUESTION, asked(must=("backup",), must_not=("bury:line",), futures=0), MEASURES, threads=1)
    assert all("backup:pump" in plan.options and "bury:line" not in plan.options for plan in found.front)
    assert found.futures is None
    assert found.front[0].objectives_out == {}
    assert found.baselines["do nothing"].options == ()
    assert found.baselines["what must be in"].options == ("backup:pump",)
    idle = measure("idle", "Idle at {target}", {"does": "mend", "factor": 0.5}, ["pump"], 10.0)  # which is never damaged
    forced = optimise(city, QUESTION, asked(budget=12.0, must=("idle",)), {**MEASURES, "idle": idle}, threads=1)
    assert not forced.recommendation[0].startswith("Look first at do nothing")


def test_a_prerequisite_that_moves_no_objective_is_kept_and_paid(city: City) -> None:
    survey = measure("survey", "A survey", {"does": "repair_order", "order": "people"}, [], 20.0)
    survey = replace(survey, targets=replace(survey.targets, where="city"))
    buried = replace(MEASURES["bury"], needs=("survey",))
    found = optimise(city, QUESTION, asked(futures=0), {"survey": survey, "bury": buried}, threads=1)
    assert any("bury:main" in plan.options for plan in found.front)
    for plan in (*found.front, *found.baselines.values()):
        assert not plan.options or "survey" in plan.options
        assert [step.option for step in plan.schedule][:1] in ([], ["survey"])
    lost = optimise(city, QUESTION, asked(futures=0), {"backup": MEASURES["backup"], "bury": replace(buried, needs=("crews",)),
                                                       "crews": replace(survey, id="crews", targets=buried.targets.__class__(
                                                           where="bottleneck"))}, threads=1)
    assert {option.intervention for option in lost.options} == {"backup"}
    assert any("it needs crews" in text for text in lost.left_out)


def test_needs_in_a_circle_are_refused(tmp_path: Path) -> None:
    harden = as_data(interventions()["harden"])
    write_intervention(tmp_path, "one", harden | {"needs": ["two"]})
    write_intervention(tmp_path, "two", harden | {"needs": ["one"]})
    with pytest.raises(InputError, match="Break the circle"):
        interventions([tmp_path])


def test_a_search_goes_on_and_can_be_ended(city: City, found: OptimiseResult) -> None:
    enough = CancelToken()
    enough.cancel()
    short = optimise(city, QUESTION, asked(futures=0), MEASURES, threads=1, enough=enough)
    assert short.stopped
    on = optimise(city, QUESTION, asked(futures=0), MEASURES, threads=1, start=[plan.options for plan in short.front])
    assert [plan.options for plan in on.front] == [plan.options for plan in found.front]


@pytest.mark.parametrize(("changes", "words"), [
    ({"objectives": ("casualties",)}, "not modelled"), ({"objectives": ("people_hour",)}, "people_hours"),
    ({"objectives": ("damage",)}, "nothing in the city has one"), ({"must": ("bury",), "budget": 50.0}, "more than the budget"),
])
def test_a_question_that_cannot_be_answered_says_why(city: City, changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        optimise(city, QUESTION, asked(**changes), MEASURES, threads=1)


def test_every_shipped_intervention_is_read_and_written_back(tmp_path: Path) -> None:
    shipped = interventions()
    assert len(shipped) >= 16
    for id, one in shipped.items():
        write_intervention(tmp_path, id, as_data(one))
    assert interventions([tmp_path]) == shipped


def test_a_wrong_file_names_the_key(tmp_path: Path) -> None:
    data = as_data(interventions()["harden"])
    for change, words in ((("effect", {"does": "prevent", "shar": 0.5}), "did you mean 'share'|share"),
                          (("effect", {"does": "magic"}), "unknown effect"),
                          (("cost", data["cost"] | {"mode": 99.0}), "does not rise"),
                          (("says", "Harden {what}"), "has not"), (("schema", "x"), "schema is 'x'"), (("lead_d", -1), "lead_d"),
                          (("cost", data["cost"] | {"source": ""}), "no source")):
        with pytest.raises(InputError, match=words):
            intervention("mine", data | dict([change]), "mine.toml")
    (tmp_path / "bad.toml").write_text("name = ")
    with pytest.raises(InputError, match="this is no TOML"):
        interventions([tmp_path])
    assert 'kinds = ["' in as_toml(data)


def test_a_briefing_prints_the_recommendation_and_the_plans_that_were_tried(found: OptimiseResult) -> None:
    assert measures.lines(None) == measures.rows(None) == measures.headings(None) == ()
    assert measures.lines(found)[0] == found.recommendation[0]
    rows = measures.rows(found)
    assert rows[0][:2] == ("Do nothing", "€0")
    tried = {plan.decision for plan in (*found.front, *found.baselines.values()) if plan.objectives_out}
    assert len(rows) == len(tried)
    assert all(len(row) == len(measures.headings(found)) for row in rows)


@pytest.mark.parametrize(("cost", "needs", "years"), [
    ([21, 6, 5, 28], [], [2, 1, 1, 3]),  # 20 a year: the first waits for its money, cheaper ones do not wait for it
    ([15, 15, 5, 25], [], [1, 2, 1, 3]),
    ([21, 6, 5, 28], [(1, 0)], [2, 2, 1, 3]),  # the second needs the first
    ([60], [], [3]),
])
def test_a_measure_is_begun_as_early_as_its_money_and_needs_allow(
    cost: list[float], needs: list[tuple[int, int]], years: list[int],
) -> None:
    groups = [[[before] for after, before in needs if after == at] for at in range(len(cost))]
    assert _years(np.array(cost, dtype=float), 20.0, 3, groups).tolist() == years


def test_costs_in_the_money_of_two_countries_are_refused_and_of_two_years_told(city: City) -> None:
    dollars = replace(MEASURES["bury"], cost=replace(MEASURES["bury"].cost, currency="USD"))
    with pytest.raises(InputError, match="EUR and USD"):
        optimise(city, QUESTION, asked(futures=0), MEASURES | {"bury": dollars}, threads=1)
    shares = replace(dollars, cost=replace(dollars.cost, per="value"))
    priced = replace(city, currency="EUR", price_year=2023)
    found = optimise(priced, QUESTION, asked(futures=0), MEASURES | {"bury": shares}, threads=1)
    assert {option.intervention for option in found.options} == {"backup"}
    assert any("USD, the city's money is EUR" in text for text in found.left_out)
    old = replace(MEASURES["bury"], cost=replace(MEASURES["bury"].cost, price_year=1999))
    found = optimise(city, QUESTION, asked(futures=0), MEASURES | {"bury": old}, threads=1)
    assert any("1999 and 2023" in text for text in found.warnings)


def test_a_target_named_twice_is_one_option(city: City) -> None:
    twice = replace(MEASURES["backup"], targets=replace(MEASURES["backup"].targets, names=("pump", "pump")))
    found = optimise(city, QUESTION, asked(futures=0), {"backup": twice}, threads=1)
    assert [option.id for option in found.options] == ["backup:pump"]


def test_what_no_plan_changes_takes_no_part_in_good_enough(city: City) -> None:
    priced = replace(city, currency="EUR", price_year=2023,
                     assets=city.assets.with_columns(value=np.full(len(city.assets), 1000.0)))
    only_power = {"backup": MEASURES["backup"]}
    found = optimise(priced, QUESTION, asked(objectives=("people_hours", "damage")), only_power, threads=1)
    assert found.futures is not None
    assert set(found.futures.limits) == {"people_hours"}
    both = asked(objectives=("people_hours", "damage"), limits={"damage": 1.0})
    named = optimise(priced, QUESTION, both, only_power, threads=1)
    assert named.futures is not None
    assert set(named.futures.limits) == {"people_hours", "damage"}


def test_of_a_road_that_is_full_in_both_directions_the_worse_one_is_given_lanes() -> None:
    leaving = Leaving(waterworks(), QUESTION, threads=1, cancel=CancelToken())
    leaving._known[()] = SimpleNamespace(bottlenecks=[SimpleNamespace(road=name) for name in ("a/back", "b", "a", "c", "c/back")])
    assert leaving.bottlenecks == ["a/back", "b", "c"]
