"""The situation as pages: every sensor with its estimate, what comes and what is wrong with it; the alerts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import numpy as np

from stratum_core.errors import EngineError, InputError
from stratum_core.estimation.alerts import Alert
from stratum_core.estimation.consistency import Consistency
from stratum_core.estimation.signals import SignalSpec, signal_faults, two_levels
from stratum_core.model.city import City
from stratum_core.model.lifelines import lifeline_of
from stratum_core.pipeline.situation.alerting import Watch, passage_text, subject
from stratum_core.pipeline.situation.board import Board, Picture
from stratum_core.pipeline.situation.power_state import PowerState, power_state
from stratum_core.pipeline.situation.pressure_map import PressureMap
from stratum_core.pipeline.situation.tank_watch import TankSeen
from stratum_core.pipeline.situation.tanks import BalanceTrack
from stratum_core.pipeline.situation.tracking import HOUR_US, Track, within

#: hours ahead that the page foretells
AHEAD_H = (1.0, 3.0, 6.0, 12.0)
#: hours within which a tank is said to run empty or full, and half the width of 80 % in standard deviations
WITHIN_H, HALF_80 = 48.0, 1.2816


@dataclass(frozen=True)
class Ahead:
    """A coming reading: hours from the page's moment, mean, and the interval that holds 80 %."""

    hours: float
    mean: float
    low80: float
    high80: float


@dataclass(frozen=True)
class Crossing:
    """When a sensor first passes the threshold of a rule (in its unit) within so many hours; null: less likely than that by then.

    There are 80 % of cases between p10 and p90, times in UTC.
    """

    rule: str
    direction: str
    threshold: float
    within_h: float
    probability: float
    p10: str | None
    p50: str | None
    p90: str | None
    text: str


@dataclass(frozen=True)
class Fault:
    """A fault of the signal alone: spike, stuck, drift, drop-out or replayed, from its first to its last reading; measure
    against threshold."""

    kind: str
    first: str
    last: str
    measure: float
    threshold: float
    text: str


@dataclass(frozen=True)
class SensorState:
    """One sensor at the page's moment; null: not known. value and time: its newest reading; estimate: of what is measured, with
    its standard deviation; model: '' where readings are too few or all alike, status where the last word counts; silent: spoke
    too long ago to say anything of now.

    Spikes and drifts are judged by the model: where consistency says that it is wrong, they may be the model's.
    """

    sensor: str
    name: str
    component: str
    quantity: str
    unit: str
    time: str | None
    value: float | None
    age_h: float | None
    estimate: float | None
    sd: float | None
    model: str
    silent: bool
    consistency: Consistency | None
    forecast: tuple[Ahead, ...]
    crossings: tuple[Crossing, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class ForecastScores:
    """Of forecasts 1 to 12 h ahead on the newest third of the readings: mean CRPS and mean absolute error in the unit of the
    level, and the share of readings within the 80 % interval.
    """

    crps: float
    error: float
    coverage80: float


@dataclass(frozen=True)
class TankState:
    """A water tank; null: not known. model: balance, gauge (alone), inferred (no gauge) or ''; why: for which reason.

    level with sd and the interval that holds 80 %: in ``unit``, the gauge's, or as a share of the tank (1) where inferred.
    empty, full: when it is, within 48 h. by_balance, by_gauge: how both models foretell, where both are there.
    """

    tank: str
    name: str
    sensor: str | None
    model: str
    why: str
    unit: str
    level: float | None
    sd: float | None
    low80: float | None
    high80: float | None
    empty: Crossing | None
    full: Crossing | None
    by_balance: ForecastScores | None
    by_gauge: ForecastScores | None


@dataclass(frozen=True)
class SituationPage:
    """Sensors and water tanks at ``at``, and the share of components that is observed, inferred or blind.

    power: the state of the grid, null where one sensor is asked for or ``power_missing`` says why there is none.
    pressures: of all junctions of the water network, where they are asked for.
    fault_tests: what faults are tested against: chance of a false alarm in each series and test, gap in usual steps, shortest
    stretch played again.
    """

    at: str
    sensors: tuple[SensorState, ...]
    tanks: tuple[TankState, ...]
    power: PowerState | None
    power_missing: str
    pressures: PressureMap | None
    observability: dict[str, float]
    fault_tests: SignalSpec


@dataclass(frozen=True)
class AlertRow:
    """An alert, of what in which lifeline ('': of none); times in UTC, null where it has not come to that."""

    id: str
    severity: str
    lifeline: str
    rule: str
    sensor: str
    about: str
    text: str
    chance: float
    raised: str
    acknowledged: str | None
    acknowledged_by: str
    escalated: str | None
    ended: str | None


@dataclass(frozen=True)
class AlertsPage:
    """Open alerts at ``at``, the worst first, and those that this look raised, escalated or ended."""

    at: str
    open: tuple[AlertRow, ...]
    moved: tuple[AlertRow, ...]


def situation_page(board: Board, picture: Picture, sensor: int | None = None) -> SituationPage:
    """All sensors of a picture, or the one at that place."""
    chosen = range(len(board.city.sensors)) if sensor is None else [sensor]
    spec = SignalSpec()
    states = tuple(_state(board, picture, at, spec) for at in chosen)
    tanks = [one for one in picture.tanks if sensor is None or one.plan.level == sensor]
    return SituationPage(iso(picture.at), states, tuple(tank_state(board.city, picture.at, one) for one in tanks),
                         *(grid_state(board.city, picture) if sensor is None else (None, "")), None,
                         picture.observed.shares(), spec)


def grid_state(city: City, picture: Picture) -> tuple[PowerState | None, str]:
    """The state of the power grid by the picture's estimates, or why there is none."""
    try:
        found = power_state(city, picture.mean, picture.sd)
    except EngineError as error:
        return None, str(error)
    return found, "" if found is not None else "No sensor tells a voltage or a power of the grid."


def tank_state(city: City, now: int, seen: TankSeen) -> TankState:
    """One tank of a picture at ``now``."""
    plan, rows, track = seen.plan, city.sensors, seen.track
    gauged = plan.level >= 0
    unit = str(rows.unit[plan.level]) if gauged else "1"
    state = TankState(
        tank=str(city.assets.id[plan.tank]), name=str(city.assets.name[plan.tank] or city.assets.id[plan.tank]),
        sensor=str(rows.id[plan.level]) if gauged else None, model="", why=seen.why, unit=unit, level=None, sd=None, low80=None,
        high80=None, empty=None, full=None, by_balance=None, by_gauge=None)
    if seen.balance is not None:
        state = replace(state, by_balance=ForecastScores(**asdict(seen.balance.scores)),
                        by_gauge=ForecastScores(**asdict(seen.balance.own)))
    if seen.unseen is not None:
        low, high = np.quantile(seen.unseen.drawn, [0.1, 0.9])
        return replace(state, model="inferred", unit="1", level=seen.unseen.mean, sd=seen.unseen.sd, low80=float(low),
                       high80=float(high))
    if track is None:
        return state
    mean, sd = within(*track.at(now), plan.empty, plan.full)
    empty, full = (_reached(track, now, value, unit, name) for value, name in ((plan.empty, "empty"), (plan.full, "full")))
    return replace(state, model="balance" if isinstance(track, BalanceTrack) else "gauge", level=mean, sd=sd,
                   low80=mean - HALF_80 * sd, high80=mean + HALF_80 * sd, empty=empty, full=full)


def _reached(track: Track, now: int, value: float, unit: str, name: str) -> Crossing | None:
    """When a tank is empty or full within 48 h; None where that is unlikely or its range is not known."""
    if not np.isfinite(value):
        return None
    below = name == "empty"
    # paths stop at the ends of the tank, which they reach to the last bit or not at all
    found = track.passage(now, value + (1e-6 if below else -1e-6), below=below, horizon_h=WITHIN_H)
    p10, p50, p90 = (None if t is None else iso(now + round(t * HOUR_US)) for t in (found.p10, found.p50, found.p90))
    return Crossing(name, "below" if below else "above", value, WITHIN_H, found.probability, p10, p50, p90,
                    f"{name} {passage_text(found, now)}")


def alerts_page(city: City, at: int, opened: Iterable[Alert], moved: Iterable[Alert] = ()) -> AlertsPage:
    """Alerts in the order they come in."""
    return AlertsPage(iso(at), *(tuple(alert_row(city, one) for one in some) for some in (opened, moved)))


def alert_row(city: City, alert: Alert) -> AlertRow:
    """One alert; of a sensor that is gone with its id alone."""
    places = np.flatnonzero(city.sensors.id == alert.sensor)
    about, lifeline = alert.sensor, ""
    if len(places):
        about = subject(city, int(places[0]))
        sectors = dict(zip(city.component_ids, [*city.assets.sector, *city.links.sector], strict=True))
        lifeline = lifeline_of(str(sectors.get(city.sensors.component[places[0]], "")))
    moments = (None if one is None else iso(one) for one in (alert.acknowledged, alert.escalated, alert.ended))
    acknowledged, escalated, ended = moments
    return AlertRow(alert.id, alert.severity, lifeline, alert.rule, alert.sensor, about, alert.text, alert.chance,
                    iso(alert.raised), acknowledged, alert.acknowledged_by, escalated, ended)


def open_alert(alerts: Iterable[Alert], id: str) -> Alert:
    """The open alert of that id, or of an id that alone begins so. Raises InputError."""
    opened = [one for one in alerts if one.is_open]
    found = [one for one in opened if one.id == id] or [one for one in opened if id and one.id.startswith(id)]
    if len(found) != 1:
        told = "is the beginning of several open alerts" if found else "is no open alert"
        raise InputError(f"'{id}' {told}", where="alerts", repair="'main.py alerts PROJECT' lists the open ones")
    return found[0]


def iso(moment: int) -> str:
    """Microseconds UTC as ISO 8601, to the second."""
    return f"{datetime.fromtimestamp(moment // 1_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _state(board: Board, picture: Picture, at: int, spec: SignalSpec) -> SensorState:
    rows, track = board.city.sensors, picture.tracks.get(at)
    heard = picture.last[at] >= 0
    model = track.tuned.name if track is not None else "status" if heard and rows.quantity[at] == "status" else ""
    watched = [watch for watch in board.watched if watch.sensor == at and watch.rule.watches != "age"]
    unit = str(rows.unit[at])
    state = SensorState(
        sensor=str(rows.id[at]), name=subject(board.city, at), component=str(rows.component[at]), quantity=str(rows.quantity[at]),
        unit=unit, time=iso(int(picture.last[at])) if heard else None, value=_known(picture.value[at]),
        age_h=_known(picture.age_h[at]), estimate=_known(picture.mean[at]), sd=_known(picture.sd[at]), model=model,
        silent=at in picture.silent, consistency=None, forecast=(), crossings=(), faults=())
    if track is None:
        return state
    if at in picture.silent:
        return replace(state, consistency=track.tuned.verdict, faults=faults_of(track, spec))
    return replace(state, consistency=track.tuned.verdict, faults=faults_of(track, spec),
                   forecast=_ahead(track, picture.at, float(rows.low[at]), float(rows.high[at])),
                   crossings=tuple(_crossing(track, watch, picture.at, unit) for watch in watched))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _ahead(track: Track, now: int, least: float, most: float) -> tuple[Ahead, ...]:
    coming = track.coming(now, np.array(AHEAD_H), least, most)
    return tuple(Ahead(*map(float, cells)) for cells in zip(AHEAD_H, *coming, strict=True))


def _crossing(track: Track, watch: Watch, now: int, unit: str) -> Crossing:
    rule, side = watch.rule, "below" if watch.rule.falling else "above"
    found = track.passage(now, watch.threshold, below=rule.falling, horizon_h=rule.within_h)
    p10, p50, p90 = (None if t is None else iso(now + round(t * HOUR_US)) for t in (found.p10, found.p50, found.p90))
    when = "now" if found.p90 == 0 else passage_text(found, now)
    return Crossing(rule.name, side, watch.threshold, rule.within_h, found.probability, p10, p50, p90,
                    f"{side} {watch.threshold:.3g}{'' if unit == '1' else f' {unit}'} {when}")


def faults_of(track: Track, spec: SignalSpec | None = None) -> tuple[Fault, ...]:
    """Spikes, drifts, stuck and missing stretches and replays of a sensor's readings, the earliest first."""
    filtered = track.filtered
    held = two_levels(track.value)
    scaled = held if held is not None else filtered.innovations[:, 0] / np.sqrt(filtered.innovation_covariance[:, 0, 0])
    moments = [iso(int(time)) for time in track.time]
    return tuple(Fault(one.kind, moments[one.first], moments[one.last], one.measure, one.threshold, one.text)
                 for one in signal_faults(filtered.times, track.value, scaled, spec))
