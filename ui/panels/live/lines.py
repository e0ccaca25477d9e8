"""From a picture of the live city to rows of tables and the chart of a sensor. No Qt."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from stratum_core.estimation.alerts import Alert
from stratum_core.ingest.feed import SourceHealth
from stratum_core.model.city import City
from stratum_core.model.fields import Ints
from stratum_core.number_format import DASH, decimal, hours, whole, with_unit
from stratum_core.pipeline.situation.alerting import Watch, clock_of, passage_text, subject
from stratum_core.pipeline.situation.board import Picture
from stratum_core.pipeline.situation.observability import STALE, freshness
from stratum_core.pipeline.situation.pages import faults_of, tank_state
from stratum_core.pipeline.situation.tank_watch import TankSeen
from stratum_core.pipeline.situation.tracking import HOUR_US, TITLES, Track
from ui.charts.sensor_chart import Course, SensorPlot
from ui.names import unit_text
from ui.tables.plain_model import Heading, Line

SENSORS = (
    Heading("Sensor"),
    Heading("Reading", True, "the newest one at the moment that is looked at"),
    Heading("Estimate", True, "of what is measured, at that moment"),
    Heading("± sd", True, "standard deviation of the estimate"),
    Heading("Unit"),
    Heading("Age", True, "since the newest reading"),
    Heading("Data", False, "fresh, old (their weight has fallen below 37 %) or none"),
)
#: column of the newest reading
READING = 1
SOURCES = (
    Heading("Source"),
    Heading("State"),
    Heading("Rate", True, "records a second over ten seconds"),
    Heading("Stored", True),
    Heading("Refused", True, "in quarantine, each with its reason"),
    Heading("Lag", True, "age of its newest reading when it arrived"),
    Heading("Last error", False, "with its time; and files that were refused as a whole"),
)
ALERTS = (
    Heading("Alert"),
    Heading("Severity"),
    Heading("Since", True, "when it was raised, UTC"),
    Heading("Taken on by"),
)
PAST_H, AHEAD_H = 36.0, 12.0
_HALF_80 = 1.2816
#: chance from which it is told that a tank runs empty or full
_TOLD = 0.1
#: faults that do not depend on the model
_FAULTS = ("stuck", "drop-out", "replayed")
_RANK = {"Extreme": 0, "Severe": 1, "Moderate": 2, "Minor": 3}


def sensor_lines(city: City, picture: Picture) -> list[Line]:
    """One row a sensor, in the city's order."""
    weight, found = freshness(city, picture.age_h), []
    for at, id in enumerate(picture.sensors):
        value, mean = picture.value[at], picture.mean[at]
        spread = picture.sd[at] if picture.sd[at] > 0 else np.nan
        age = picture.age_h[at]
        state = "none yet" if np.isnan(age) else "fresh" if weight[at] >= STALE else "old"
        name = str(city.sensors.name[at] or subject(city, at))
        switch = city.sensors.quantity[at] == "status"
        texts = (name, number_text(float(value), switch), DASH if switch else number_text(float(mean)),
                 decimal(float(spread)) if spread == spread else DASH,
                 unit_text(str(city.sensors.unit[at])), _age(float(age)), state)
        found.append(Line(texts, (name, _key(value), _key(mean), _key(spread), texts[4], _key(age), state), str(id)))
    return [*found, *(_inferred_line(city, one) for one in picture.tanks if one.unseen is not None)]


def _inferred_line(city: City, seen: TankSeen) -> Line:
    """A tank without a gauge, by its id: its level as a share, from flows."""
    state = tank_state(city, 0, seen)
    name, level, sd = f"{state.name}, share full", state.level or 0.0, state.sd or 0.0
    return Line((name, DASH, decimal(level, 2), decimal(sd), DASH, DASH, "inferred"),
                (name, -np.inf, level, sd, "", -np.inf, "inferred"), state.tank)


def number_text(value: float, switch: bool = False) -> str:
    """A reading as it is shown; of a switch: on or off."""
    if not np.isfinite(value):
        return DASH
    return ("on" if value >= 0.5 else "off") if switch else decimal(value, 3)


def source_lines(sources: Iterable[SourceHealth]) -> list[Line]:
    """One row a source."""
    found = []
    for one in sources:
        state = "ended" if one.ended else "connected" if one.connected else "waiting"
        lag = _age(one.lag_s / 3600) if one.lag_s is not None else DASH
        rate = f"{whole(one.rate_per_s)}\u202f/s" if one.connected and not one.ended else DASH
        files = f"{whole(one.refused_parts)} refused as a whole. {' '.join(one.refusals)}" if one.refused_parts else ""
        told = " ".join(filter(None, (one.last_error, files)))
        texts = (one.name, state, rate, whole(one.stored), whole(one.quarantined), lag, told)
        found.append(Line(texts, (one.name, state, one.rate_per_s, one.stored, one.quarantined, one.lag_s or 0.0, told),
                          one.name))
    return found


def _age(age_h: float) -> str:
    if not np.isfinite(age_h):
        return DASH
    return hours(age_h) if age_h >= 1 / 60 else "now"


def _key(value: float) -> float:
    return float(value) if np.isfinite(value) else -np.inf


def alert_lines(alerts: tuple[Alert, ...]) -> list[Line]:
    """Open alerts, the worst first."""
    return [Line((one.text, one.severity, clock_of(one.raised, 0.0), one.acknowledged_by or "nobody yet"),
                 (one.text, _RANK[one.severity], one.raised, one.acknowledged_by), one.id) for one in alerts]


def plot_of(city: City, picture: Picture, at: int, watches: tuple[Watch, ...]) -> SensorPlot:
    """The chart of sensor ``at``."""
    track = picture.tracks.get(at)
    thresholds = tuple({(watch.threshold, watch.rule.name) for watch in watches
                        if watch.sensor == at and watch.rule.watches != "age"})
    if track is None:
        return SensorPlot(picture.at, PAST_H, AHEAD_H, thresholds=thresholds)
    mean, sd = track.course()
    kept = np.isfinite(mean) & np.isfinite(sd)
    estimate = Course(track.time[kept], mean[kept], (mean - _HALF_80 * sd)[kept], (mean + _HALF_80 * sd)[kept])
    least, most = float(city.sensors.low[at]), float(city.sensors.high[at])
    coming = None if at in picture.silent else _coming(track, picture.at, least, most)
    return SensorPlot(picture.at, PAST_H, AHEAD_H, track.time, track.value, estimate, coming, thresholds)


def _coming(track: Track, now: int, least: float, most: float) -> Course:
    ahead = np.linspace(0.0, AHEAD_H, 49)
    times: Ints = (now + ahead * HOUR_US).astype(np.int64)
    return Course(times, *track.coming(now, ahead, least, most))


_FIT = {True: "fits its readings", False: "does not quite fit its readings", None: "too early to judge"}


def sensor_text(city: City, picture: Picture, at: int, watches: tuple[Watch, ...]) -> tuple[str, str]:
    """Model of a sensor, whether it fits, and when the sensor passes what its rules watch; and what speaks against the model."""
    track, name = picture.tracks.get(at), subject(city, at)
    if track is None:
        return f"{name}: too few readings for an estimate, or all alike.", ""
    verdict = track.tuned.verdict
    faults = [one for one in faults_of(track) if one.kind in _FAULTS]
    if at in picture.silent:
        return f"{name}: read too long ago to say what it is now.", ""
    told = [f"Model: {TITLES[track.tuned.name]}, {_FIT[verdict.consistent]}."]
    for watch in watches:
        if watch.sensor == at and watch.rule.watches == "forecast":
            found = track.passage(picture.at, watch.threshold, below=watch.rule.falling, horizon_h=watch.rule.within_h)
            side = "Below" if watch.rule.falling else "Above"
            limit = with_unit(watch.threshold, unit_text(str(city.sensors.unit[at])))
            told.append(f"{side} {limit} {passage_text(found, picture.at)}.")
    for seen in picture.tanks:
        if seen.plan.level == at:
            state = tank_state(city, picture.at, seen)
            told += [f"{when.text[0].upper()}{when.text[1:]}." for when in (state.empty, state.full)
                     if when is not None and when.probability >= _TOLD]
            told.append(f"Level {state.why}.")
    if faults:
        told.append(f"Since {faults[-1].first[11:16]}Z of {faults[-1].first[:10]}: {faults[-1].text.rstrip('.')}.")
    return " ".join([*told, "Bands hold 80\u202f%; times in UTC."]), verdict.text
