"""The sample's tanks: by balance where that foretells better, inferred where the gauges are taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import numpy as np
import pyarrow.parquet as pq
import pytest

from stratum_core.graph import knowledge_graph
from stratum_core.model import City
from stratum_core.pipeline.projects import open_project
from stratum_core.pipeline.situation.board import Board, Picture
from stratum_core.pipeline.situation.pages import tank_state
from stratum_core.resource_files import resource

GAUGES = ("sensor/tank-south-level", "sensor/tank-north-level")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATUM_HOME", str(tmp_path_factory.mktemp("home")))
        with open_project("sample") as project:
            return project.city()


def kept(city: City, names: list[str]) -> City:
    """The city with those sensors only, by id."""
    rows = np.flatnonzero(np.isin(city.sensors.id.astype(str), names))
    columns = {name: value[rows] if isinstance(value, np.ndarray) else value for name, value in vars(city.sensors).items()}
    return replace(city, sensors=type(city.sensors)(**columns))


def board(city: City, until_h: float = 72.0) -> Board:
    table = pq.read_table(resource("sample/recording/readings.parquet")).to_pydict()
    time = np.array([int(moment.replace(tzinfo=UTC).timestamp()) for moment in table["time"]], dtype=np.int64) * 1_000_000
    ids = {f"sensor/{name.lower().replace(' ', '-')}": name for name in set(table["sensor"])}
    place = {ids[str(id)]: at for at, id in enumerate(city.sensors.id)}
    at = np.array([place.get(name, -1) for name in table["sensor"]])
    value = np.array(table["value"])
    on = (at >= 0) & (time < time[0] + until_h * 3.6e9)
    found = Board(knowledge_graph(city), ())
    found.take(at[on], time[on], value[on])
    return found


def look(one: Board) -> Picture:
    assert one.newest is not None
    return one.look(one.newest)


def test_the_balance_foretells_the_sample_better_than_the_gauge_alone(city: City) -> None:
    flows = ["sensor/pump-west-flow", "sensor/pump-north-flow"]
    one = board(kept(city, [*GAUGES, *flows]))
    picture = look(one)
    for seen in picture.tanks:
        state = tank_state(one.city, picture.at, seen)
        assert state.model == "balance"
        assert state.by_balance is not None
        assert state.by_gauge is not None
        assert state.by_balance.error < 0.6 * state.by_gauge.error
        assert state.by_balance.coverage80 > state.by_gauge.coverage80
        truth = picture.value[seen.plan.level]
        assert state.level == pytest.approx(truth, abs=0.04)
        assert seen.balance is not None
        marks = seen.balance.store.pumps.marks[0]
        assert marks.on == pytest.approx(3.0, abs=0.05)  # the recording switches at 0.6 and 0.9 of 5 m
        assert marks.off == pytest.approx(4.5, abs=0.05)
        assert seen.track is not None
        far = seen.track.forecast(picture.at, np.array([12.0, 24.0, 40.0]))
        assert (far.interval(0.8)[0] > 2.7).all()  # a walk would leave the marks
        assert (far.interval(0.8)[1] < 4.8).all()


@pytest.mark.parametrize("silent_h", [6.0, 30.0, 144.0, 1400.0])
def test_a_gauge_that_falls_silent_is_told_and_ends_nothing(city: City, silent_h: float) -> None:
    one = board(kept(city, [*GAUGES, "sensor/pump-west-flow", "sensor/pump-north-flow"]))
    assert one.newest is not None
    picture = one.look(one.newest + round(silent_h * 3.6e9))
    for seen in picture.tanks:
        state = tank_state(one.city, picture.at, seen)
        if silent_h <= 12.0:
            assert state.model == "balance"
        else:
            assert "silent for" in state.why
        assert state.level is None or 0.0 <= state.level <= 5.0
        if silent_h > 1000.0:
            assert state.level is None


def test_without_a_flow_of_the_pump_the_gauge_stands_alone_and_says_why(city: City) -> None:
    one = board(kept(city, [GAUGES[0]]))
    state = tank_state(one.city, 0, look(one).tanks[0])
    assert state.model == "gauge"
    assert "nothing tells what Pump West brings" in state.why


def test_a_tank_without_a_gauge_is_inferred_with_a_wider_band(city: City) -> None:
    sensors = ["sensor/pump-west-flow", "sensor/zone-south-demand"]
    hits, widths = [], []
    for until in range(24, 73, 8):
        truth = look(board(kept(city, [GAUGES[0]]), until)).value[0] / 5.0
        one = board(kept(city, sensors), until)
        picture = look(one)
        state = tank_state(one.city, picture.at, picture.tanks[0])
        assert state.model == "inferred"
        assert picture.observed.code[picture.tanks[0].plan.tank] == 1  # inferred
        assert state.low80 is not None
        assert state.high80 is not None
        hits.append(state.low80 <= truth <= state.high80)
        widths.append(state.high80 - state.low80)
    assert sum(hits) >= 5
    assert min(widths) > 0.1
