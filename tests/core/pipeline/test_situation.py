"""The live city: readings of a draining tank become a level with its uncertainty, a forecast, an alert and the start of a run."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from cascade_cities import scenario, waterworks

from stratum_core.errors import InputError
from stratum_core.estimation.alerts import Rule
from stratum_core.graph import knowledge_graph
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model import City
from stratum_core.model.tables import Sensors
from stratum_core.pipeline.cascade import run_cascade
from stratum_core.pipeline.situation.alerting import rules_of
from stratum_core.pipeline.situation.board import Board, Picture
from stratum_core.pipeline.situation.observability import WORDS
from stratum_core.pipeline.situation.start_state import Start, start_of, started
from stratum_core.pipeline.situation.tracking import track, tune, within

MINUTE, HOUR = 60_000_000, 3_600_000_000
START = 1_770_000_000_000_000
NOISE = 0.02


def town() -> City:
    """The waterworks with a level gauge of 0 to 4 m on its tank, and whether its power line is up."""
    sensors = Sensors(id=["gauge", "line is up"], component=["tank", "line"], quantity=["level", "status"], unit=["m", "1"],
                      noise=[NOISE, 0.0], low=[0.0, 0.0], high=[4.0, 1.0], interval=[600.0, 600.0])
    return replace(waterworks(), sensors=sensors)


def board(level: np.ndarray, runs: float = 1.0, rules: tuple[Rule, ...] | None = None) -> Board:
    """A reading of either sensor every ten minutes."""
    city = town()
    found = Board(knowledge_graph(city), rules_of(city_folder()) if rules is None else rules)
    times = START + 10 * MINUTE * np.arange(len(level))
    for at, values in ((0, level), (1, np.full(len(level), runs))):
        found.take(np.full(len(level), at), times, values)
    return found


def city_folder():
    from pathlib import Path

    return Path("/nowhere")


def draining(hours: float, seed: int = 1) -> np.ndarray:
    """From 3.6 m on, 0.1 m in an hour, with the gauge's noise."""
    steps = round(hours * 6)
    return 3.6 - np.arange(steps) / 60 + np.random.default_rng(seed).normal(0, NOISE, steps)


def now_of(one: Board) -> int:
    newest = one.newest
    assert newest is not None
    return newest


def test_a_steady_fall_is_followed_and_the_hour_of_empty_told() -> None:
    one = board(draining(24))
    picture = one.look(now_of(one))
    true = 3.6 - 143 / 60
    assert picture.mean[0] == pytest.approx(true, abs=4 * picture.sd[0])
    assert picture.sd[0] < NOISE
    track = picture.tracks[0]
    assert track.tuned.name == "local_trend"
    found = track.passage(picture.at, 0.2, below=True, horizon_h=24)
    assert found.p50 == pytest.approx((true - 0.2) / 0.1, rel=0.05)
    assert found.p10 is not None
    assert found.p90 is not None
    assert found.p10 < found.p50 < found.p90


def test_the_forecast_holds_what_comes() -> None:
    inside = []
    for seed in range(40):
        series = draining(30, seed)
        one = board(series[:144])
        coming = one.look(now_of(one), names=("local_trend",)).tracks[0].forecast(now_of(one), np.arange(1, 25) / 6)
        low, high = coming.interval(0.8)
        inside.append(np.mean((series[144:168] > low) & (series[144:168] < high)))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.08)


def test_uncertainty_grows_with_age_and_nothing_of_the_future_is_used() -> None:
    one = board(draining(24))
    now = now_of(one)
    early, later = one.look(now - 6 * HOUR, watch=False), one.look(now + 6 * HOUR, watch=False)
    assert early.last[0] <= now - 6 * HOUR
    assert early.mean[0] == pytest.approx(3.6 - (143 - 36) / 60, abs=4 * early.sd[0])
    assert later.sd[0] > one.look(now, watch=False).sd[0]
    assert later.age_h[0] == pytest.approx(6.0)
    assert later.mean[0] == pytest.approx(3.6 - (143 + 36) / 60, abs=4 * later.sd[0])


def test_an_alert_comes_before_the_tank_is_empty_and_goes_when_it_fills() -> None:
    falling = np.linspace(3.6, 1.2, 144)
    filling = np.linspace(1.2, 3.6, 60)
    noise = np.random.default_rng(3).normal(0, NOISE, 204)
    one = board(np.concatenate([falling, filling]) + noise)
    at = START + 143 * 10 * MINUTE
    raised = {alert.rule: alert for alert in one.look(at).alerts}
    assert set(raised) == {"storage runs empty"}
    assert raised["storage runs empty"].text.startswith("tank, level falls below 0.20\u202fm at ")
    assert "80\u202f% between" in raised["storage runs empty"].text
    assert one.look(now_of(one)).alerts == ()


def test_silence_is_told() -> None:
    one = board(draining(24))
    now = now_of(one)
    assert "no data" not in {alert.rule for alert in one.look(now).alerts}
    later = {alert.rule for alert in one.look(now + 2 * HOUR).alerts}
    assert "no data" in later
    told = [alert.text for alert in one.look(now + 2 * HOUR).alerts if alert.rule == "no data"]
    assert told == ["tank, level has sent nothing for 2\u202fh.", "line, status has sent nothing for 2\u202fh."]


def words(picture: Picture, city: City) -> dict[str, str]:
    return {str(id): WORDS[code] for id, code in zip(city.component_ids, picture.observed.code, strict=True)}


def test_what_is_observed_inferred_and_blind() -> None:
    one = board(draining(24))
    seen = words(one.look(now_of(one)), one.city)
    assert {id: seen[id] for id in ("tank", "main", "tap", "line", "pump", "shore", "lake", "bus/1", "clinic")} == {
        "tank": "observed", "main": "inferred", "tap": "inferred", "line": "observed", "pump": "blind", "shore": "blind",
        "lake": "blind", "bus/1": "inferred", "clinic": "blind"}
    old = words(one.look(now_of(one) + 30 * HOUR, watch=False), one.city)
    assert (old["tank"], old["tap"]) == ("observed, old data", "blind")


def test_the_run_from_now_starts_at_the_estimated_level_and_without_what_is_out() -> None:
    one = board(draining(24), runs=0.0)
    picture = one.look(now_of(one))
    start = start_of(one.city, picture.mean, picture.sd, picture.at)
    share, spread = start.levels["tank"]
    assert share == pytest.approx(picture.mean[0] / 4)
    assert spread == pytest.approx(picture.sd[0] / 4)
    assert start.out == ("line",)
    assert Start.of(json.loads(json.dumps(asdict(start)))) == start
    question = scenario(OutageSpec(("clinic",), at_h=47.0, lasts_h=1.0), replicates=200)
    result = run_cascade(*started(one.city, question, start), threads=1)
    tap = result.assets.tolist().index("tap")
    assert result.time_to_failure_h[tap] == pytest.approx(share * 10, abs=0.3)  # 36 m3 at 1 l/s last 10 h


def test_too_few_readings_give_a_reading_and_no_estimate() -> None:
    one = board(draining(2))
    picture = one.look(now_of(one))
    assert np.isnan(picture.mean[0])
    assert np.isfinite(picture.value[0])


def test_late_and_doubled_readings_are_put_in_their_place() -> None:
    series = draining(24)
    times = START + 10 * MINUTE * np.arange(len(series))
    one, other = board(series), Board(knowledge_graph(town()), ())
    random = np.random.default_rng(5)
    order = random.permutation(np.repeat(np.arange(len(series)), 2))
    for part in np.array_split(order, 7):
        other.take(np.zeros(len(part), dtype=np.int64), times[part], series[part])
    assert other.look(now_of(one)).mean[0] == pytest.approx(one.look(now_of(one)).mean[0], rel=1e-6)


def test_a_rule_on_a_sensor_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="gauge"):
        board(draining(1), rules=(Rule("x", "estimate", "Minor", below=1.0, sensor="gaug"),))


def test_an_on_off_signal_is_foretold_by_its_levels_and_every_forecast_ends_at_the_range() -> None:
    random = np.random.default_rng(4)
    hours = np.arange(200)
    time = (hours * HOUR // 4).astype(np.int64)
    on = (hours // 8) % 2 == 1
    flow = np.where(on, 8.0, 0.0) + random.normal(0, 0.05, 200)
    tuned = tune(time, flow, noise=0.05)
    assert tuned is not None
    found = track(tuned, time, flow)
    assert found is not None
    mean, low, high = found.coming(int(time[-1]), np.array([1.0, 12.0]), -0.5, 10.0)
    assert low == pytest.approx([0.0, 0.0], abs=0.2)
    assert high == pytest.approx([8.0, 8.0], abs=0.2)
    assert mean == pytest.approx([flow.mean()] * 2)
    walk = np.cumsum(random.normal(0, 1, 200))
    wandering = track(tune(time, walk, noise=0.1), time, walk)
    ends = walk[-1] - 0.5, walk[-1] + 0.5
    _, low, high = wandering.coming(int(time[-1]), np.array([12.0]), *ends)
    assert (low[0], high[0]) == pytest.approx(ends)


def test_a_gauge_that_fell_silent_says_nothing_and_raises_no_alarm() -> None:
    """58 days after its last word the level may be anywhere: no estimate, no start of a run, no alert but that of its age."""
    one = board(draining(10))
    later = now_of(one) + 1400 * HOUR
    picture = one.look(later)
    assert 0 in picture.silent
    assert np.isnan(picture.mean[0])
    assert np.isnan(picture.as_read(one.city.sensors.noise).mean[0])
    assert start_of(one.city, picture.mean, picture.sd, later).levels == {}
    assert {alert.sensor for alert in picture.alerts} <= {"gauge", "line is up"}
    assert all("sent nothing" in alert.text for alert in picture.alerts)


def test_what_was_known_then_leaves_out_what_arrived_later() -> None:
    """The last hour of readings arrived six hours late: at its time only those before it were known."""
    one = Board(knowledge_graph(town()), ())
    level = draining(10)
    times = START + 10 * MINUTE * np.arange(len(level))
    came = times + np.where(times > times[-7], 6 * HOUR, 0)
    one.take(np.zeros(len(level), dtype=np.int64), times, level, came)
    late, known = one.look(int(times[-1])), one.look(int(times[-1]), known_by=int(times[-1]))
    assert (late.last[0], known.last[0]) == (times[-1], times[-7])
    assert known.sd[0] > late.sd[0]
    assert one.look(int(times[-1]), known_by=int(times[-1] + 6 * HOUR)).last[0] == times[-1]


def test_estimates_lie_within_the_range_of_the_sensor() -> None:
    one = board(draining(36))  # at 0 m for a while already, as the trend has it
    for ahead in (0, 1, 3, 10):
        picture = one.look(now_of(one) + ahead * HOUR)
        assert 0 in picture.silent or 0.0 <= picture.mean[0] <= 4.0


def test_moments_of_a_state_within_bounds() -> None:
    assert within(2.0, 0.1, np.nan, np.nan) == (2.0, 0.1)
    assert within(2.0, 0.01, 0.0, 4.0) == pytest.approx((2.0, 0.01))
    assert within(0.0, 1.0, 0.0, np.nan) == pytest.approx((np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)))  # half-normal
    assert within(2.0, 100.0, 0.0, 4.0) == pytest.approx((2.0, 4 / np.sqrt(12)), rel=1e-3)  # uniform
    assert within(-7.0, 0.0, 0.0, 4.0) == (0.0, 0.0)
