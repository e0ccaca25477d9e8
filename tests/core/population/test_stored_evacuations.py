"""Evacuations in a project: kept once, read back as they were, found by their disaster, and named if damaged."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from evacuation_city import asked, village

from app.cli.pages import schemas
from stratum_core.briefing.leaving import group_rows, lines
from stratum_core.errors import InputError
from stratum_core.ledger.canonical import result_digest, result_page
from stratum_core.model.json_schema import labelled
from stratum_core.model.people_results import EvacuationComparison, EvacuationResult
from stratum_core.model.statistics import spread
from stratum_core.number_format import NARROW
from stratum_core.pipeline.evacuation.answers import evacuation_lines, headline
from stratum_core.pipeline.evacuation.comparing import _variant, comparison_lines
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.deadline import clearance_words
from stratum_core.population.evacuation.result import assemble
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.world import Disruption, world_of
from stratum_core.store.project import Project
from stratum_core.store.result_pages import typed_result


def _result(seed: int = 1, cascade: str = ""):
    city = village(30)
    world = world_of(city, asked(BehaviourSpec(), horizon_h=2.0), seed, exposed=np.empty((0, 2)))
    job = EvacuationJob(world, lambda _: Disruption())
    return assemble(world, [job.run_chunk(0), job.run_chunk(1)], scenario="flood", spec_digest="spec", cascade=cascade,
                    warnings=(), threads=1, seconds=0.1)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "village.stratum", village(30)) as opened:
        yield opened


def test_it_is_read_back_as_it_was_and_kept_once(project):
    result = _result()
    for _ in range(2):
        project.evacuations.save(result, {}, "2026-01-01T00:00:00+00:00")
    assert project.evacuations.ids() == [result.run]
    again = project.evacuations.result(result.run[:5])
    assert result_digest(again) == result.digest
    assert np.array_equal(again.not_safe, result.not_safe, equal_nan=True)
    assert again.by_group == result.by_group


def test_the_newest_with_the_outages_of_a_cascade_is_found(project):
    city = _result().city_digest
    first, felt, last = _result(1), _result(2, "run of the day"), _result(3)
    for hour, result in enumerate((first, felt, last)):
        project.evacuations.save(result, {"disaster": "flood"}, f"2026-01-01T0{hour}:00:00+00:00")
    find = project.evacuations.newest
    assert find("flood", city, "run of the day").digest == felt.digest
    assert find("flood", city, "another").digest == last.digest
    assert find("quake", city, "another") is None
    assert find("flood", "another city", "another") is None


def test_a_damaged_one_is_named(project):
    result = _result()
    project.evacuations.save(result, {}, "2026-01-01T00:00:00+00:00")
    with sqlite3.connect(project.folder / "project.sqlite") as database:
        database.execute("UPDATE evacuations SET columns = substr(columns, 1, 60)")
    with pytest.raises(InputError, match=f"the stored evacuation {result.run} is damaged"):
        project.evacuations.result(result.run)
    with pytest.raises(InputError, match="unknown evacuation 'ffff'"):
        project.evacuations.result("ffff")


def test_a_briefing_tells_of_it():
    rows, said = group_rows(_result()), " ".join(lines(_result()))
    assert rows[0][:2] == ("All", "60")
    assert "Told to go: 60 people (everybody), with all power and phones working." in said
    assert "with the outages of this run" in " ".join(lines(_result(cascade="run of the day")))
    assert (lines(None), group_rows(None)) == ((), ())


def _nulls(clears):
    """Three replicates of which so many clear, of homes without cars; nobody is on the roads."""
    world = world_of(village(30, cars=0.0), asked(BehaviourSpec(), horizon_h=2.0), 1, exposed=np.empty((0, 2)))
    job = EvacuationJob(world, lambda _: Disruption(arrival_h=5.0))
    outcomes = [replace(job.run_chunk(at), clearance_h=1.0 + at if at < clears else np.nan, left_out=7,
                        travel_h=np.full(3, np.nan)) for at in range(3)]
    return assemble(world, outcomes, scenario="flood", spec_digest="spec", cascade="", warnings=(), threads=1, seconds=0.1)


@pytest.mark.parametrize("clears", [0, 1, 2, 3])
def test_what_is_not_known_is_null_fits_the_schema_and_is_told_in_words(project, clears):
    result = _nulls(clears)
    page = json.loads(json.dumps(result_page(result), allow_nan=False))
    jsonschema.validate(page, schemas()["evacuation"])
    assert page["travel_h"] == dict.fromkeys(("p05", "p50", "p95"))
    assert page["clearance_h"] == {
        2: {"p50": 2.0, "p95": None, "ci95": None, "cleared": 2 / 3, "left_out": 7.0},
        3: {"p50": 2.0, "p95": 3.0, "ci95": pytest.approx([0.8684, 3.1316], abs=1e-4), "cleared": 1.0, "left_out": 7.0},
    }.get(clears)
    project.evacuations.save(result, {}, "2026-01-01T00:00:00+00:00")
    assert result_digest(project.evacuations.result(result.run)) == result.digest
    beside = EvacuationComparison("flood", 1, 3, tuple(_variant(name, {}, result, result) for name in ("as it is", "again")))
    jsonschema.validate(labelled(beside, "stratum.evacuation_comparison/1"), schemas()["evacuation_comparison"])
    said = " ".join([*evacuation_lines(result), *headline(result), *lines(result), *comparison_lines(beside)])
    assert not re.search(r"\b(nan|null|none|inf)\b", said, re.IGNORECASE)
    assert sum(f"No clearance time in {3 - clears} of 3 replicates" in text for text in result.warnings) == (clears < 3)


def test_one_that_was_stored_before_anybody_counted_who_is_left_out_is_still_read():
    result = _nulls(3)
    page = json.loads(json.dumps(result_page(result)))
    del page["clearance_h"]["left_out"]
    found = typed_result(EvacuationResult, page, {name: getattr(result, name) for name in EvacuationResult.COLUMNS})
    assert found.clearance_h == replace(result.clearance_h, left_out=None)
    assert clearance_words(found).startswith("All who are not cut off have arrived")


def test_the_sentence_on_clearance_says_who_is_not_in_it():
    result = _nulls(3)
    leaving = spread(np.array([9.0, 9.0]), "people")
    result = replace(result, clearance_h=replace(result.clearance_h, cleared=0.9), departed=leaving)
    result.by_group[0].fates["turned back"] = 18.2
    assert clearance_words(result) == (
        "All but 7 people who are cut off, not told or without means have arrived 2 h after the order in the middle run, in 10 % "
        "of runs not within 2 h. 18 people turn back in the mean.").replace("2 h", f"2{NARROW}h").replace("10 %", f"10{NARROW}%")
    assert "not all who leave have arrived within the simulated" in clearance_words(replace(result, clearance_h=None))
    assert clearance_words(replace(result, departed=spread(np.zeros(2), "people"))) == "Nobody leaves."


def test_where_nobody_is_told_to_go_the_answer_is_who_stays():
    """Thirty households of two are told to stay, and all do."""
    zone = {"name": "All", "polygon": [[-50, -50], [50, -50], [50, 50], [-50, 50]], "stay": True}
    world = world_of(village(30), asked(replace(BehaviourSpec(), shadow=0.0), zones=(zone,)), 1, exposed=np.empty((0, 2)))
    job = EvacuationJob(world, lambda _: Disruption(arrival_h=5.0))
    result = assemble(world, [job.run_chunk(0), job.run_chunk(1)], scenario="flood", spec_digest="spec", cascade="",
                      warnings=(), threads=1, seconds=0.1)
    jsonschema.validate(json.loads(json.dumps(result_page(result))), schemas()["evacuation"])
    said = evacuation_lines(result)
    assert said[0] == "Nobody is told to go (All)."
    assert headline(result) == ("Nobody is told to go. In 9 of 10 runs 60 people who are told to stay do so (middle run 60).",
                                "Nobody leaves.")
    assert lines(result)[0].startswith("Nobody is told to go (All), with all power and phones working. 60 (9 in 10 runs) people")
    assert not any(line.startswith(("In the mean", "The hazard")) for line in said)
    beside = EvacuationComparison("flood", 1, 2, (_variant("stay", {}, result, result),))
    assert "60 stay as they are told" in comparison_lines(beside)[0]
