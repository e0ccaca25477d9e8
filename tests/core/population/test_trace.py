"""The trace of a replicate: the same fates, nobody lost at any hour, and places that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest
from evacuation_city import PLAIN, asked, village

from stratum_core.errors import InputError
from stratum_core.pipeline.evacuation.tracing import replicate_of, write_trace
from stratum_core.population.behaviour import BehaviourSpec
from stratum_core.population.evacuation.outcome import FATES, groups
from stratum_core.population.evacuation.run import EvacuationJob
from stratum_core.population.evacuation.trace import DRIVING, HELD_UP, NO_WAY, NOT_WARNED, SAFE, STATES, STAYS
from stratum_core.population.evacuation.tracing import traced
from stratum_core.population.evacuation.world import Disruption, Outage, world_of
from stratum_core.ports import CancelToken

NOWHERE = np.empty((0, 2))


def _job(city, spec, disruption=None):
    return EvacuationJob(world_of(city, spec, 42, exposed=NOWHERE), lambda _: disruption or Disruption())


def _traced(city, spec, disruption=None, replicate=0):
    return traced(_job(city, spec, disruption), replicate, CancelToken())


def test_another_program_reads_what_is_written(tmp_path):
    _, trace = _traced(village(20), asked())
    files = write_trace(trace, tmp_path / "trace")
    assert [file.name for file in files] == ["entries.parquet", "people.parquet", "roads.parquet"]
    entries, people, roads = (pq.read_table(file).to_pydict() for file in files)
    assert len(entries["row"]) == 40  # 20 cars, two roads each
    names = np.array(roads["id"])[entries["link"]]
    first = np.array(entries["row"]) == 0
    assert names[first].tolist() == ["first", "second"]
    assert np.diff(np.array(entries["time_s"])[first])[0] == pytest.approx(100.0, abs=0.01)
    assert sum(people["people all"]) == 40
    assert set(people["destination"]) == {"out of town"}


def test_a_replicate_is_found_by_word_or_number():
    result = SimpleNamespace(stranded_by_replicate=np.array([9.0, 3.0, 5.0, 7.0, 1.0]))
    assert [replicate_of(result, word) for word in ("middle", "worst", "best", "3")] == [2, 0, 4, 3]
    for wrong in ("5", "-1", "mean"):
        with pytest.raises(InputError, match="no replicate"):
            replicate_of(result, wrong)


MIXED = replace(BehaviourSpec(), spread=True)


@pytest.fixture(scope="module")
def mixed():
    """A village in which people drive, walk, ride along, are fetched by a bus, stay, and stand before a closed road."""
    closed = ({"road": "second", "from_h": 0.9},)
    spec = asked(replace(MIXED, car_ownership=0.5, patience=60.0), horizon_h=6.0, closures=closed, fleet=("warden:1",))
    city = village(120, people=3.0, cars=0.6, beds=10)
    kinds = city.assets.kind.copy()
    kinds[3] = "fire_station"
    city = replace(city, assets=replace(city.assets, kind=kinds))
    return _job(city, spec), *traced(_job(city, spec), 3, CancelToken())


def test_the_run_with_the_log_on_is_the_replicate_itself(mixed):
    job, outcome, trace = mixed
    plain = job.run_chunk(3)
    assert np.array_equal(plain.fate, outcome.fate)
    assert np.array_equal(plain.arrived_at, outcome.arrived_at)
    safe = trace.people(trace.horizon_h)[SAFE]
    assert safe == pytest.approx(outcome.arrived, abs=1e-3)
    assert trace.there(trace.horizon_h) == pytest.approx(plain.arrived_at, abs=1e-3)
    at_end, fate = trace.people(trace.horizon_h), dict(zip(FATES, plain.fate[0], strict=True))
    assert at_end[NOT_WARNED] == pytest.approx(fate["not warned"], abs=1)
    assert at_end[STAYS] == pytest.approx(fate["stayed"], abs=1)
    assert at_end[NO_WAY] == pytest.approx(fate["no means"] + fate["turned back"], abs=1)
    assert fate["turned back"] > 0
    assert trace.fate.max() < len(FATES)
    hours = np.arange(len(plain.curve)) / 6.0
    curve = trace.curve(hours)
    assert np.abs(curve["arrived"] - plain.curve[:, 2]).max() < 1e-3
    assert np.abs(curve["departed"] - plain.curve[:, 1]).max() < 1e-3


def test_people_are_conserved_group_by_group_at_every_hour(mixed):
    job, _, trace = mixed
    for at, of in enumerate(groups(job.world).values()):
        for hour in np.linspace(0.0, trace.horizon_h, 97):
            assert trace.people(float(hour), at).sum() == pytest.approx(of.sum(), abs=1e-3)


def test_everybody_is_somewhere_on_the_map(mixed):
    _, _, trace = mixed
    for hour in np.linspace(0.0, trace.horizon_h, 25):
        now = trace.at(float(hour))
        assert np.isfinite(now.places).all()
        assert ((now.state >= 0) & (now.state < len(STATES))).all()


def test_a_lone_car_is_where_speed_and_time_put_it():
    """36 km/h over two roads of 1 km: 250 m after 25 s, 1,500 m after 150 s, 2 m to the right of the middle."""
    _, trace = _traced(village(1), asked())
    left = trace.departed[0]
    for seconds, x in ((25.0, 250.0), (150.0, 1500.0)):
        now = trace.at((left + seconds) / 3600.0)
        assert now.places[0] == pytest.approx([x, -2.0], abs=0.01)
        assert now.state[0] == DRIVING
    assert trace.at((left + 201.0) / 3600.0).state[0] == SAFE
    assert trace.goal[0] == pytest.approx([2000.0, 0.0])
    assert trace.at(0.0).places[0] == pytest.approx([0.0, 10.0])


def test_a_queue_is_held_up_and_flows_at_capacity():
    """100 cars into 900 an hour: 225 within the first quarter is more than there are, so all 100 passed, and 15 a minute do."""
    _, trace = _traced(village(100), asked())
    left = float(trace.departed[: trace.travellers].min()) / 3600.0
    early = trace.at(left + 0.02)
    assert (early.state == HELD_UP).sum() == pytest.approx(80, abs=3)
    flows = trace.flows(left + 0.05)
    first = trace.roads.link_ids.tolist().index("first")
    assert flows.vehicles[first] == pytest.approx(25, abs=1)
    assert flows.flow[first] == pytest.approx(0.05 * 900 / 0.25, abs=8)
    assert flows.density[first] == pytest.approx(
        _mean_vehicles(trace, first, left * 3600 - 120, left * 3600 + 180) / trace.roads.room[first], abs=1e-3)


def _mean_vehicles(trace, link, begin, end):
    """By looking every tenth of a second."""
    on = trace.link == link
    looks = np.arange(begin, end, 0.1)
    return np.mean([((trace.time[on] <= t) & (trace.leaves[on] > t)).sum() for t in looks])


def test_those_on_a_closed_road_stand_in_line_and_those_without_means_wait():
    shut = Outage(np.arange(4), np.full(4, 0.05), np.full(4, 99.0))
    _, trace = _traced(village(60), asked(), Disruption(roads=shut))
    at_end = trace.at(trace.horizon_h)
    stuck = at_end.state == HELD_UP
    assert stuck.sum() > 10
    assert len(np.unique(at_end.places[stuck].round(2), axis=0)) == stuck.sum()
    _, trace = _traced(village(50, cars=0.0), asked(replace(PLAIN, ride_share=0.0)))
    assert trace.people(trace.horizon_h)[NO_WAY] == 100
    silent = Outage(np.arange(50), np.zeros(50), np.full(50, 99.0))
    _, trace = _traced(village(50), asked(replace(PLAIN, siren_battery=0.0, battery_radio=0.0)), Disruption(silent, silent))
    assert trace.people(trace.horizon_h)[NOT_WARNED] == 100
