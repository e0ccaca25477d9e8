"""Readings in the project's DuckDB file: stored once each, with where they came from and when they arrived.

A part is a file, a topic or a partition of a source. What is stored of it, what is refused and how far it was read
commit together, so that a kill at any moment loses and doubles nothing. Used from the data thread only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stratum_core.model.fields import Floats, Ints, Strings
from stratum_core.model.readings import LATE, NO_TIME, Codes, LatestValues, Series
from stratum_core.store.reading_tables import ReadingTables, stored_time

#: how far back the reading before a late one is looked for
_LOOK_BACK = ("1 MINUTE", "1 DAY")


@dataclass(frozen=True)
class Part:
    """A part as the store knows it: code, next record that was not taken, totals so far.

    refusal: why none of it was taken, empty where some was.
    """

    code: int
    source: str
    part: str
    shape: str
    header: str
    next: int
    records: int
    stored: int
    duplicates: int
    refused: int
    complete: bool
    refusal: str = ""


@dataclass(frozen=True)
class Taken:
    """What one step adds to a part: readings (by sensor code), refused records with reason, how far it was read.

    time: microseconds UTC; records: how many were looked at; next: the first record that is not among them.
    """

    sensor: Codes
    time: Ints
    value: Floats
    quality: npt.NDArray[np.uint8]
    record: Ints
    refused: Ints
    raw: Sequence[str]
    rules: Sequence[str]
    reasons: Sequence[str]
    records: int
    duplicates: int
    next: int


@dataclass(frozen=True)
class Lineage:
    """Where one reading came from; ``record`` counts from 0: line (after the header), row, message or offset.

    said: what an officer reported, in full; empty for instruments.
    """

    sensor: str
    time: str
    value: float
    quality: int
    source: str
    part: str
    record: int
    arrived: str
    said: str


@dataclass(frozen=True)
class Recent:
    """Readings by sensor and time: sensor ids, microseconds UTC, values, when each arrived; arrived: when the last did."""

    sensor: Strings
    time: Ints
    value: Floats
    arrival: Ints
    arrived: int


class Readings:
    """The readings of one project."""

    def __init__(self, path: Path) -> None:
        self.tables = ReadingTables(path)
        self._ids: list[str] = []
        self._codes: dict[str, int] = {}
        self.last_time = np.empty(0, dtype=np.int64)
        self.last_value = np.empty(0)
        self.last_quality = np.empty(0, dtype=np.uint8)
        self._load()

    def codes(self, ids: Sequence[str]) -> Codes:
        """The code of each sensor id; new ids get one."""
        new = [id for id in dict.fromkeys(ids) if id not in self._codes]
        if new:
            table = pa.table({"code": np.arange(len(new), dtype=np.int32) + len(self._ids), "id": pa.array(new, pa.string())})
            self.tables.with_table("new", table, "INSERT INTO reading_sensors SELECT * FROM new")
            self._extend(new)
        return np.array([self._codes[id] for id in ids], dtype=np.int32)

    def id_of(self, code: int) -> str:
        """The sensor id behind a code."""
        return self._ids[code]

    def part(self, source: str, part: str, shape: str = "text", header: str = "") -> Part:
        """The part of that name, made when it is new."""
        found = self.parts(source, part)
        if not found:
            self.tables.run("INSERT INTO reading_parts SELECT count(*), ?, ?, ?, ?, 0, 0, 0, 0, 0, false, NULL, '' "
                            "FROM reading_parts", source, part, shape, header)
            found = self.parts(source, part)
        elif found[0].refusal and header:  # what it is was not known when it was refused
            self.tables.run("UPDATE reading_parts SET shape = ?, header = ? WHERE code = ?", shape, header, found[0].code)
        return found[0]

    def parts(self, source: str | None = None, part: str | None = None) -> list[Part]:
        """All parts, of one source, or the one of that name, in the order in which they came."""
        names = ", ".join(Part.__dataclass_fields__)
        where = "(?1 IS NULL OR source = ?1) AND (?2 IS NULL OR part = ?2)"
        statement = f"SELECT {names} FROM reading_parts WHERE {where} ORDER BY code"
        return [Part(*row) for row in self.tables.rows(statement, source, part)]

    def append(self, part: Part, taken: Taken, arrived: datetime) -> None:
        """Store one step of a part in one transaction; the latest values follow once it is durable."""
        moment = stored_time(arrived)
        size = len(taken.sensor)
        with self.tables.transaction():
            if size:
                self._insert(part.code, taken, moment)
            if len(taken.refused):
                self._refuse(part.code, taken, moment)
            self.tables.run(
                "UPDATE reading_parts SET next = ?, records = records + ?, stored = stored + ?, duplicates = duplicates + ?, "
                "refused = refused + ?, changed = ?, refusal = '' WHERE code = ?",
                taken.next, taken.records, size, taken.duplicates, len(taken.refused), moment, part.code)
        self._follow(taken)

    def keep_words(self, part: Part, records: Ints, said: Sequence[str]) -> None:
        """Keep what officers said beside their readings."""
        table = pa.table({"record": records, "said": pa.array(said, pa.string())})
        self.tables.with_table("words", table, "INSERT INTO reading_notes SELECT ?, record, said FROM words", part.code)

    def refuse(self, part: Part, why: str) -> None:
        """Note why nothing of a part was taken."""
        self.tables.run("UPDATE reading_parts SET refusal = ? WHERE code = ?", why, part.code)

    def finish(self, part: Part) -> None:
        """Say that all of a part was taken."""
        self.tables.run("UPDATE reading_parts SET complete = true WHERE code = ?", part.code)

    def before(self, sensor: Codes, time: Ints) -> tuple[Ints, Floats]:
        """Time and value of the stored reading at or before each (sensor, time), a day back at most; NO_TIME, NaN: none."""
        when, what = np.full(len(sensor), NO_TIME), np.full(len(sensor), np.nan)
        for span in _LOOK_BACK:  # most come a moment late: a day of readings is read for the others only
            left = np.flatnonzero(when == NO_TIME)
            if not len(left):
                break
            asked = pa.table({"place": left, "sensor": sensor[left], "time": pa.array(time[left]).cast(pa.timestamp("us"))})
            stored = (f"(SELECT sensor, time, value FROM readings WHERE time BETWEEN ?::TIMESTAMP - INTERVAL {span} AND ? "
                      "AND sensor IN (SELECT sensor FROM asked))")
            rows = self.tables.with_table(
                "asked", asked, f"SELECT place, epoch_us(r.time), r.value FROM asked a ASOF JOIN {stored} r "
                "ON a.sensor = r.sensor AND a.time >= r.time", _moment(time[left].min()), _moment(time[left].max()))
            for place, *found in rows:
                when[place], what[place] = found
        return when, what

    def latest(self, ids: Sequence[str]) -> LatestValues:
        """The newest reading of each of these sensors, from memory."""
        codes = np.array([self._codes.get(id, -1) for id in ids], dtype=np.int64)
        time, value = np.append(self.last_time, NO_TIME), np.append(self.last_value, np.nan)  # where code -1 leads
        quality = np.append(self.last_quality, np.uint8(0))
        return LatestValues(np.array(ids, dtype=object), time[codes], value[codes], quality[codes])

    def series(
        self, id: str, begin: datetime | None = None, end: datetime | None = None, as_of: datetime | None = None
    ) -> Series:
        """Readings of one sensor by time, from ``begin`` to before ``end``; as_of: only what had arrived by then."""
        found = self.tables.columns(
            "SELECT epoch_us(time) AS time, value, quality, epoch_us(arrived) AS arrived FROM readings WHERE sensor = ?1 "
            "AND (?2 IS NULL OR time >= ?2) AND (?3 IS NULL OR time < ?3) AND (?4 IS NULL OR arrived <= ?4) ORDER BY time",
            self._codes.get(id, -1), *(moment and stored_time(moment) for moment in (begin, end, as_of)))
        return Series(**{name: np.asarray(found[name]) for name in ("time", "value", "quality", "arrived")})

    def recent(
        self, most: int, *, since: int = NO_TIME, as_of: datetime | None = None, until: datetime | None = None
    ) -> Recent:
        """The newest ``most`` readings of each sensor among those that arrived at or after ``since`` (microseconds UTC).

        as_of: only what had arrived by then; until: only readings of times up to then. Asking again with the answer's
        ``arrived`` repeats what came in that moment.
        """
        found = self.tables.columns(
            "SELECT sensor, epoch_us(time) AS time, value, epoch_us(arrived) AS arrived FROM readings "
            "WHERE (?1 IS NULL OR arrived >= ?1) AND (?2 IS NULL OR arrived <= ?2) AND (?4 IS NULL OR time <= ?4) "
            "QUALIFY row_number() OVER (PARTITION BY sensor ORDER BY time DESC) <= ?3 ORDER BY sensor, time",
            None if since == NO_TIME else _moment(np.int64(since)), as_of and stored_time(as_of), most,
            until and stored_time(until))
        arrived = np.asarray(found["arrived"])
        ids = np.array([*self._ids, ""], dtype=object)[np.asarray(found["sensor"], dtype=np.int64)]
        return Recent(ids, np.asarray(found["time"]), np.asarray(found["value"]), arrived, int(arrived.max(initial=since)))

    def latest_as_of(self, ids: Sequence[str], moment: datetime) -> LatestValues:
        """The newest reading of each sensor among those that had arrived by ``moment``."""
        rows = self.tables.rows("SELECT sensor, epoch_us(max(time)), arg_max(value, time), arg_max(quality, time) FROM readings "
                                "WHERE arrived <= ? GROUP BY sensor", stored_time(moment))
        by_id = {self._ids[code]: rest for code, *rest in rows}
        cells = [by_id.get(id, (NO_TIME, np.nan, 0)) for id in ids]
        time, value, quality = zip(*cells, strict=True) if cells else ((), (), ())
        return LatestValues(np.array(ids, dtype=object), np.array(time, dtype=np.int64), np.array(value, dtype=float),
                            np.array(quality, dtype=np.uint8))

    def lineage(self, id: str, begin: datetime | None = None, end: datetime | None = None, top: int = 100) -> list[Lineage]:
        """Where the newest readings of a sensor came from."""
        rows = self.tables.rows(
            "SELECT strftime(time, '%Y-%m-%dT%H:%M:%S.%fZ'), value, quality, source, p.part, r.record, "
            "strftime(arrived, '%Y-%m-%dT%H:%M:%S.%fZ'), coalesce(n.said, '') FROM readings r JOIN reading_parts p "
            "ON r.part = p.code LEFT JOIN reading_notes n ON n.part = r.part AND n.record = r.record "
            "WHERE sensor = ?1 AND (?2 IS NULL OR time >= ?2) AND (?3 IS NULL OR time < ?3) ORDER BY time DESC LIMIT ?4",
            self._codes.get(id, -1), begin and stored_time(begin), end and stored_time(end), top)
        return [Lineage(id, *row) for row in rows]

    def span(self) -> tuple[int, str | None, str | None]:
        """How many readings are stored, and the times of the first and the last."""
        shown = "strftime({}(time), '%Y-%m-%dT%H:%M:%SZ')"
        return self.tables.rows(f"SELECT count(*), {shown.format('min')}, {shown.format('max')} FROM readings")[0]  # type: ignore[return-value]

    @property
    def kept_from(self) -> int:
        """Readings before this moment (microseconds UTC) are no longer kept; NO_TIME where all are."""
        rows = self.tables.rows("SELECT max(epoch_us(moment)) FROM kept_from")
        return NO_TIME if rows[0][0] is None else int(rows[0][0])

    def close(self) -> None:
        """Flush and close."""
        self.tables.close()

    def _insert(self, part: int, taken: Taken, moment: datetime) -> None:
        rows = pa.table({"sensor": taken.sensor, "time": pa.array(taken.time).cast(pa.timestamp("us")), "value": taken.value,
                         "quality": taken.quality, "record": taken.record})
        self.tables.with_table("arriving", rows, "INSERT INTO readings SELECT sensor, time, value, quality, ?, record, ? "
                               "FROM arriving", part, moment)
        day = taken.time // 86_400_000_000
        days = np.unique(day[np.append(True, day[1:] != day[:-1])])
        touched = pa.table({"day": pa.array(days, pa.int64()).cast(pa.int32()).cast(pa.date32())})
        new_days = "INSERT INTO touched_days SELECT day FROM days ANTI JOIN touched_days USING (day)"
        self.tables.with_table("days", touched, new_days)

    def _refuse(self, part: int, taken: Taken, moment: datetime) -> None:
        texts = {name: pa.array(column, pa.string()) for name, column in
                 (("raw", taken.raw), ("rule", taken.rules), ("reason", taken.reasons))}
        rows = pa.table({"record": taken.refused, **texts})
        self.tables.with_table("refused", rows, "INSERT INTO quarantine SELECT nextval('quarantine_ids'), ?, record, raw, rule, "
                               "reason, ?, 'held', NULL, '' FROM refused", part, moment)

    def _follow(self, taken: Taken) -> None:
        """The latest values: without late rows, those of a sensor are in order of time, so that its last one counts."""
        row = np.full(len(self.last_time), -1)
        on_time = np.flatnonzero((taken.quality & LATE) == 0)
        row[taken.sensor[on_time]] = on_time
        sensor = np.flatnonzero(row >= 0)
        sensor = sensor[taken.time[row[sensor]] > self.last_time[sensor]]
        self.last_time[sensor], self.last_value[sensor] = taken.time[row[sensor]], taken.value[row[sensor]]
        self.last_quality[sensor] = taken.quality[row[sensor]]

    def _load(self) -> None:
        self._extend([id for (id,) in self.tables.rows("SELECT id FROM reading_sensors ORDER BY code")])
        rows = self.tables.rows("SELECT sensor, epoch_us(max(time)), arg_max(value, time), arg_max(quality, time) FROM readings "
                                "GROUP BY sensor")
        for code, time, value, quality in rows:
            self.last_time[code], self.last_value[code], self.last_quality[code] = time, value, quality

    def _extend(self, ids: Sequence[str]) -> None:
        self._codes.update({id: len(self._ids) + place for place, id in enumerate(ids)})
        self._ids.extend(ids)
        self.last_time = np.concatenate([self.last_time, np.full(len(ids), NO_TIME)])
        self.last_value = np.concatenate([self.last_value, np.full(len(ids), np.nan)])
        self.last_quality = np.concatenate([self.last_quality, np.zeros(len(ids), dtype=np.uint8)])


def _moment(time: np.int64) -> datetime:
    return np.datetime64(int(time), "us").astype(datetime)  # type: ignore[no-any-return]
