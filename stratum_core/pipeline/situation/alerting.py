"""What the rules see of each sensor, in numbers and in a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.estimation.alerts import Evidence, Rule, read_rules
from stratum_core.estimation.forecasts import Passage
from stratum_core.model.city import City
from stratum_core.number_format import hours, percent, with_unit
from stratum_core.pipeline.situation.tracking import HOUR_US, Track
from stratum_core.resource_files import resource

FILE = "alerts.toml"
#: interval of sensors that state none, seconds
_INTERVAL_S = 900.0


@dataclass(frozen=True)
class Watch:
    """A rule laid on one sensor: its thresholds in the unit of the reading, or in hours."""

    rule: Rule
    sensor: int
    threshold: float
    end: float


def rules_of(folder: Path) -> tuple[Rule, ...]:
    """The rules of a project's folder, else those of the program. Raises InputError for a file that cannot be read."""
    own = folder / FILE
    path = own if own.is_file() else resource(FILE)
    try:
        return read_rules(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"it is no TOML: {error}", where=str(path), repair="correct it, or remove it") from error


def watches(city: City, rules: Sequence[Rule]) -> tuple[Watch, ...]:
    """Every rule on every sensor that it names; one in shares of a range leaves out sensors that state none.

    Raises InputError for a rule on a sensor that is not there.
    """
    rows, known = city.sensors, set(city.sensors.id)
    kinds = dict(zip(city.component_ids, [*city.assets.kind, *city.links.kind], strict=True))
    found = []
    for rule in rules:
        if rule.sensor and rule.sensor not in known:
            raise unknown("sensor", rule.sensor, known, where=f"alert rule '{rule.name}'")
        for at in range(len(rows)):
            asked = (("sensor", rows.id[at]), ("kind", kinds.get(rows.component[at], "")))
            if any(getattr(rule, key) not in ("", value) for key, value in asked):
                continue
            if rule.quantity and rows.quantity[at] not in rule.quantity.split():
                continue
            low, size = _scale(city, rule, at)
            if np.isfinite(low + size):
                found.append(Watch(rule, at, low + rule.threshold * size, low + rule.end * size))
    return tuple(found)


def _scale(city: City, rule: Rule, at: int) -> tuple[float, float]:
    """(what 0 means, what 1 means beyond it) of a rule's thresholds on a sensor."""
    rows = city.sensors
    if rule.scale == "interval":
        interval = float(rows.interval[at])
        return 0.0, (interval if interval > 0 else _INTERVAL_S) / 3600.0
    if rule.scale == "range":
        return float(rows.low[at]), float(rows.high[at] - rows.low[at])
    return 0.0, 1.0


def evidence(city: City, watched: Sequence[Watch], tracks: dict[int, Track], last: np.ndarray, now: int) -> Iterator[Evidence]:
    """What each watch sees at ``now`` (microseconds UTC); last: time of the newest reading of each sensor, below 0 where none.

    Estimates and forecasts of sensors without a model are left out; ages are seen of every sensor that ever spoke.
    """
    for watch in watched:
        rule, name = watch.rule, subject(city, watch.sensor)
        sensor = str(city.sensors.id[watch.sensor])
        if rule.watches == "age":
            if last[watch.sensor] >= 0:
                age = (now - last[watch.sensor]) / HOUR_US
                yield Evidence(rule, sensor, float(age > watch.threshold), float(age > watch.end),
                               f"{name} has sent nothing for {hours(age)}.")
            continue
        track = tracks.get(watch.sensor)
        if track is not None:
            yield _of_track(watch, track, now, name, sensor, with_unit(watch.threshold, str(city.sensors.unit[watch.sensor])))


def _of_track(watch: Watch, track: Track, now: int, name: str, sensor: str, limit: str) -> Evidence:
    rule, below = watch.rule, watch.rule.falling
    side = "below" if below else "above"
    if rule.watches == "estimate":
        past, past_end = (track.chance_past(now, value, below=below) for value in (watch.threshold, watch.end))
        return Evidence(rule, sensor, past, past_end, f"{name} is {side} {limit} with a chance of {percent(past)}.")
    ahead, ends = (track.passage(now, value, below=below, horizon_h=rule.within_h) for value in (watch.threshold, watch.end))
    return Evidence(rule, sensor, ahead.probability, ends.probability,
                    f"{name} {'falls' if below else 'rises'} {side} {limit} {passage_text(ahead, now)}.",
                    rule.within_h if ahead.p50 is None else ahead.p50)


def passage_text(found: Passage, now: int) -> str:
    """When, in words: at 04:10Z, 80 % between 03:20Z and 05:40Z."""
    if found.p50 is None:
        return f"within {found.horizon:g} h with a chance of {percent(found.probability)}"
    if found.p90 is None:
        return f"at {clock_of(now, found.p50)}, with a chance of {percent(found.probability)} within {found.horizon:g} h"
    return f"at {clock_of(now, found.p50)}, 80\u202f% between {clock_of(now, found.p10 or 0.0)} and {clock_of(now, found.p90)}"


def clock_of(now: int, after_h: float) -> str:
    """The time of day in UTC so many hours after ``now``, with the date where it is another day."""
    start = datetime.fromtimestamp(now / 1e6, UTC)
    then = start + timedelta(hours=after_h)
    return f"{then:%H:%M}Z" if then.date() == start.date() else f"{then.day} {then:%b %H:%M}Z"


def subject(city: City, sensor: int) -> str:
    """What a sensor measures, for people: the component and the quantity."""
    rows = city.sensors
    component = str(rows.component[sensor])
    at = city.index.get(component)
    name = str(city.component_names[at]) if at is not None else str(rows.name[sensor] or rows.id[sensor])
    return f"{name}, {rows.quantity[sensor]}"
