"""Evacuations in a project: kept once, read back as they were, found by their disaster, and named if damaged."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from evacuation_city import asked, village

from stratum_core.briefing.leaving import group_rows, lines
from stratum_core.errors import InputError
from stratum_core.ledger.canonical import result_digest
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.result import assemble
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.world import Disruption, world_of
from stratum_core.store.project import Project


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
