"""What is known of a project's readings, as pages; and what a person decides about refused ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.ingest.checks import VOUCHED
from stratum_core.ingest.declared import declared_sources
from stratum_core.ingest.feed import SourceHealth
from stratum_core.ingest.intake import Arrivals, Intake
from stratum_core.ingest.mapping import Mapping, load_mapping
from stratum_core.ingest.release import Decided, release
from stratum_core.ingest.sources.manual import Report
from stratum_core.model.readings import NO_TIME
from stratum_core.ports import utc_now
from stratum_core.store.project import Project
from stratum_core.store.quarantine import Refused, reasons, refused
from stratum_core.store.readings import Lineage, Part


@dataclass(frozen=True)
class Listening:
    """How each source is at the end of listening, and what came in all."""

    sources: tuple[SourceHealth, ...]
    stored: int
    duplicates: int
    quarantined: int


@dataclass(frozen=True)
class Summary:
    """What is stored: sensors of the project, readings, the time from the first to the last, parts, held records by rule."""

    sensors: int
    readings: int
    first: str | None
    last: str | None
    parts: tuple[Part, ...]
    quarantine: dict[str, int]


@dataclass(frozen=True)
class QuarantinePage:
    """Refused records, the oldest first, and how many are held by rule."""

    records: tuple[Refused, ...]
    rules: dict[str, int]


@dataclass(frozen=True)
class LatestValue:
    """The newest reading of a sensor; null: none. age_s: at the moment asked for. quality: 1 late, 2 reported, 4 vouched for."""

    sensor: str
    name: str
    quantity: str
    unit: str
    time: str | None
    value: float | None
    quality: int
    age_s: float | None


@dataclass(frozen=True)
class LatestPage:
    """The newest reading of each sensor among those that had arrived at ``as_of``."""

    as_of: str
    sensors: tuple[LatestValue, ...]


@dataclass(frozen=True)
class LineagePage:
    """Where the newest readings of one sensor came from."""

    readings: tuple[Lineage, ...]


def summary(project: Project) -> Summary:
    """Counts and span of what is stored."""
    readings = project.readings()
    count, first, last = readings.span()
    return Summary(len(project.city().sensors), count, first, last, tuple(readings.parts()), reasons(readings))


def latest(project: Project, as_of: datetime | None = None) -> LatestPage:
    """The newest readings now, or what was known at ``as_of``."""
    sensors, readings, moment = project.city().sensors, project.readings(), as_of or utc_now()
    ids = sensors.id.tolist()
    known = readings.latest(ids) if as_of is None else readings.latest_as_of(ids, as_of)
    at = moment.timestamp()
    cells = zip(ids, sensors.name, sensors.quantity, sensors.unit, known.time.tolist(), known.value.tolist(),
                known.quality.tolist(), strict=True)
    rows = [LatestValue(id, name, quantity, unit, *((None, None, 0, None) if time == NO_TIME else
                                                    (_iso(time), value, quality, round(at - time / 1e6, 3))))
            for id, name, quantity, unit, time, value, quality in cells]
    return LatestPage(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), tuple(rows))


def lineage(project: Project, sensor: str, begin: datetime | None, end: datetime | None, top: int) -> LineagePage:
    """Source, part and record of the newest readings of a sensor, by id or name. Raises InputError for an unknown one."""
    return LineagePage(tuple(project.readings().lineage(sensor_id(project, sensor), begin, end, top)))


def quarantine(project: Project, *, state: str, ids: Sequence[int], part: str, rule: str, top: int | None) -> QuarantinePage:
    """Refused records, narrowed."""
    readings = project.readings()
    return QuarantinePage(tuple(refused(readings, state=state, ids=ids, part=part, rule=rule, top=top)), reasons(readings))


def release_held(project: Project, records: Sequence[Refused], author: str, *, vouched: bool, mapping: Path | None) -> Decided:
    """Try held records again, those of each source by its mapping as it is declared now, or by the one given."""
    sensors, readings = project.city().sensors, project.readings()
    done = []
    for source, group in groupby(sorted(records, key=lambda one: one.source), key=lambda one: one.source):
        how = load_mapping(mapping) if mapping else _mapping_of(project, source)
        with Intake(readings, sensors, source, how) as intake:
            done.append(release(intake, list(group), author, vouched=vouched))
    rules: dict[str, int] = {}
    for one in done:
        for rule, count in one.rules.items():
            rules[rule] = rules.get(rule, 0) + count
    return Decided(sum(one.released for one in done), 0, sum(one.held for one in done), rules)


def report_reading(project: Project, report: Report) -> Arrivals:
    """Store what an officer reports. Raises InputError where it does not fit, with the reason; then it is in the quarantine."""
    report = Report(**{**vars(report), "sensor": sensor_id(project, report.sensor)})
    with Intake(project.readings(), project.city().sensors, "manual") as intake:
        arrivals = next(iter(intake.take(report.delivery())))
    if arrivals.refused:
        last = refused(project.readings(), part=report.who.strip())[-1]
        vouch = f", or vouch for it: readings release --ids {last.id} --vouch" if last.rule in VOUCHED else ""
        raise InputError(f"the report was refused: {last.reason}", where=report.sensor, repair=f"correct it{vouch}")
    return arrivals


def sensor_id(project: Project, name: str) -> str:
    """The id of the sensor that ``name`` means: an id, or a name that one sensor has. Raises InputError."""
    sensors = project.city().sensors
    found = sensors.id[(sensors.id == name) | (sensors.name == name)]
    if len(found) != 1:
        raise unknown("sensor", name, [*sensors.id, *sensors.name])
    return str(found[0])


def _mapping_of(project: Project, source: str) -> Mapping:
    files = project.sources / f"{source}.toml"
    return declared_sources(project.sources, source)[0].mapping if files.is_file() else Mapping()


def _iso(time: int) -> str:
    return f"{np.datetime64(time, 'us')}Z"
