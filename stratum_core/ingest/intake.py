"""One source's records into the store: read as the mapping says, checked, stored once, refused ones with their reason.

Every step is one transaction of the store. Whoever calls is on the data thread.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError
from stratum_core.ingest.checks import RULES, Limits, Verdicts, check, reasons
from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.mapping import Mapping, Tags, tags_of, unit_factors
from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.model.readings import LATE, NO_TIME, REPORTED, TAKEN_BY_HAND, Codes, Parsed, Shape
from stratum_core.model.tables import Sensors
from stratum_core.ports import Clock, utc_now
from stratum_core.store.quarantine import new_texts
from stratum_core.store.readings import Part, Readings, Taken
from stratum_core.store.scanning import CHUNK, Scanner, columns_of, parquet_rows_as_json
from stratum_core.store.text_records import Lines
from stratum_core.units import UNITS

_WRONG_MAPPING = tuple(RULES)[:5]  # rules that a wrong mapping breaks: time, value, number, sensor, unit


@dataclass(frozen=True)
class Arrivals:
    """What one step brought: how many records were looked at, stored, dropped as repeated, refused.

    sensors: places in the project's table of those with new readings; newest: microseconds UTC of the newest one.
    next: the first position of the part that was not taken.
    """

    source: str
    part: str
    records: int
    stored: int
    duplicates: int
    refused: int
    sensors: Codes
    newest: int
    next: int


@dataclass(frozen=True)
class Judged:
    """Verdicts on records that are not stored: rows with a value, how many would be stored, (record, rule, reason) of refused."""

    rows: int
    stored: int
    refused: tuple[tuple[int, str, str], ...]


@dataclass
class Intake:
    """Takes what one source delivers; close it, or use it in a ``with``."""

    readings: Readings
    sensors: Sensors
    source: str
    mapping: Mapping = field(default_factory=Mapping)
    clock: Clock = utc_now

    def __post_init__(self) -> None:
        self._codes = self.readings.codes(self.sensors.id.tolist())
        self._tags: Tags = tags_of(self.mapping, self.sensors, self.source)
        self._code_of_tag = np.append(self._codes[self._tags.sensor], np.int32(-1)).astype(np.int32)
        self._limits = Limits.of(self.sensors, self._codes, len(self.readings.last_time))
        self._units = tuple(UNITS) if self.mapping.unit_column else ()
        self._factors = unit_factors(self._units, self.sensors)
        self._scanner = self._scanner_of(self._tags.words)
        self._kept_from = self.readings.kept_from

    def take(self, delivery: Delivery, size: int = CHUNK) -> Iterator[Arrivals]:
        """Store a delivery, step by step; what was taken before is left out. Raises InputError where nothing of it fits."""
        if delivery.refused is not None:
            raise delivery.refused
        if delivery.path is not None:
            try:
                yield from self._take_file(delivery, delivery.path, size)
            except OSError as error:
                raise InputError(f"the file cannot be read: {error.strerror}", where=delivery.path.name,
                                 repair="put it back, or give the right to read it") from error
        elif delivery.parsed is not None:
            yield self._take_parsed(delivery, delivery.parsed)
        else:
            yield self._take_texts(delivery)

    def note_refusal(self, delivery: Delivery, why: InputError) -> None:
        """Note in the store that nothing of a part was taken, and why."""
        self.readings.refuse(self.readings.part(self.source, delivery.part, delivery.shape), str(why))

    def retry(self, part: Part, texts: Sequence[str | None], records: Ints, *, lenient: bool = False) -> list[tuple[str, str]]:
        """Store what now passes of records that were refused before; (rule, reason) of each, empty where it passed.

        lenient: without the rules of range, clock and rate, because a person vouches for them.
        """
        parsed = self._cells(texts)
        verdicts, taken, told = self._judged(parsed, TAKEN_BY_HAND if lenient else 0, lenient=lenient)
        answers = [("", "")] * len(texts)
        for row, reason in zip(taken.refused, told, strict=True):
            answers[int(parsed.record[row])] = (RULES[int(verdicts.verdict[row])], reason)
        passed = replace(taken, record=records[taken.record], refused=np.empty(0, dtype=np.int64), next=part.next)
        self.readings.append(part, passed, self.clock())
        return answers

    def judge(self, texts: Sequence[str | None]) -> Judged:
        """What would become of records that came next; nothing is stored."""
        parsed = self._cells(texts)
        verdicts, taken, told = self._judged(parsed, 0)
        refused = ((int(parsed.record[row]), RULES[int(verdicts.verdict[row])], reason)
                   for row, reason in zip(taken.refused, told, strict=True))
        return Judged(len(parsed), len(taken.sensor), tuple(refused))

    def close(self) -> None:
        """Give the memory back."""
        self._scanner.close()

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take_texts(self, delivery: Delivery) -> Arrivals:
        part = self.readings.part(self.source, delivery.part)
        size = len(delivery.texts)
        positions = part.next + np.arange(size) if delivery.positions is None else delivery.positions
        new = np.flatnonzero(positions >= part.next)
        texts = [delivery.texts[row] for row in new.tolist()]
        if delivery.quality & REPORTED:
            self.readings.keep_words(part, positions[new], [text or "" for text in texts])
        parsed = self._scanner.texts(texts)
        rows = parsed.record
        numbered = Parsed(positions[new][rows], parsed.tag, parsed.time, parsed.value, parsed.empty, parsed.unit)
        following = int(positions[-1]) + 1 if size else part.next
        at = dict(zip(positions[new].tolist(), texts, strict=True))
        repeats = delivery.positions is None and not delivery.whole and not delivery.quality & REPORTED
        arrivals = self._store(
            part, numbered, max(following, part.next), len(texts), delivery.quality,
            lambda records: [at[int(record)] or "" for record in records], file=delivery.whole, repeats=repeats)
        if delivery.whole:
            self.readings.finish(part)
        return arrivals

    def _take_parsed(self, delivery: Delivery, parsed: Parsed) -> Arrivals:
        part = self.readings.part(self.source, delivery.part, "parsed")
        parsed = parsed.take(np.flatnonzero(parsed.record >= part.next))
        following = int(parsed.record[-1]) + 1 if len(parsed) else part.next
        return self._store(part, parsed, following, len(parsed), delivery.quality,
                           lambda records: self._as_texts(parsed.take(np.isin(parsed.record, records))))

    def _as_texts(self, parsed: Parsed) -> list[str]:
        """Cells as JSON texts that the default mapping reads."""
        words = [self._tags.words[tag] if tag >= 0 else None for tag in parsed.tag]
        times = [None if time == NO_TIME else f"{np.datetime64(int(time), 'us')}Z" for time in parsed.time]
        values = [value if np.isfinite(value) else None for value in parsed.value.tolist()]
        return [json.dumps({"time": time, "sensor": word, "value": value})
                for time, word, value in zip(times, words, values, strict=True)]

    def _take_file(self, delivery: Delivery, path: Path, size: int) -> Iterator[Arrivals]:
        lines = Lines(path, delivery.shape, self.mapping.delimiter)
        part = self.readings.part(self.source, delivery.part, delivery.shape, lines.header)
        scanner = self._scanner if not self.mapping.wide else self._scanner_of(self._columns(path, delivery.shape))

        def raw(records: Ints) -> list[str]:
            return parquet_rows_as_json(path, records.tolist()) if delivery.shape == "parquet" else lines.take(records)

        done = part.next
        for parsed, following in scanner.file(path, delivery.shape, done, size):
            yield self._store(part, parsed, following, following - done, delivery.quality, raw, file=True)
            done = following
        self.readings.finish(part)
        if scanner is not self._scanner:
            scanner.close()

    def _store(self, part: Part, parsed: Parsed, following: int, records: int, quality: int,
               raw: Callable[[Ints], list[str]], *, file: bool = False, repeats: bool = False) -> Arrivals:
        """One step. file: where nothing of its first step fits, it is refused as a whole; repeats: may bring a text again."""
        if self.mapping.wide:
            parsed = _without_empty_cells(parsed)
        verdicts, taken, told = self._judged(parsed, quality)
        if file:
            _refuse_hopeless(part, verdicts)
        refused = np.flatnonzero(verdicts.refused)
        rows = parsed.record[refused]
        raws = raw(rows) if len(rows) else []
        new = new_texts(self.readings, part, rows, raws) if repeats else np.arange(len(rows))
        repeated = int((verdicts.verdict == 1).sum()) + len(rows) - len(new)
        refused, rows, raws, told = refused[new], rows[new], [raws[row] for row in new], [told[row] for row in new]
        whole = Taken(taken.sensor, taken.time, taken.value, taken.quality, taken.record, rows, raws,
                      [RULES[int(verdict)] for verdict in verdicts.verdict[refused]], told, records,
                      repeated, following)
        self.readings.append(part, whole, self.clock())
        touched = np.bincount(taken.sensor, minlength=len(self._limits.low)) > 0
        places = np.flatnonzero(touched[self._codes]).astype(np.int32)
        newest = int(taken.time.max()) if len(taken.time) else 0
        counts = records, len(taken.sensor), whole.duplicates, len(rows)
        return Arrivals(self.source, part.part, *counts, places, newest, following)

    def _judged(self, parsed: Parsed, quality: int, *, lenient: bool = False) -> tuple[Verdicts, Taken, list[str]]:
        sensor = self._code_of_tag[parsed.tag]  # tag -1, an unknown one, leads to the last, which is -1
        value, known = self._converted(parsed)
        now = int(self.clock().timestamp() * 1e6)
        verdicts = check(sensor, parsed.time, value, parsed.empty, known, self._limits, now=now, earliest=self._kept_from,
                         last_time=self.readings.last_time, last_value=self.readings.last_value,
                         stored_before=self.readings.before, lenient=lenient)
        rows, refused = np.flatnonzero(verdicts.accepted), np.flatnonzero(verdicts.refused)
        flags = (quality | np.where(verdicts.late[rows], LATE, 0)).astype(np.uint8)
        taken = Taken(sensor[rows], parsed.time[rows], value[rows], flags, parsed.record[rows], refused, [], [], [], 0, 0, 0)
        return verdicts, taken, reasons(refused, verdicts, sensor, parsed.time, value, self._limits, now)

    def _converted(self, parsed: Parsed) -> tuple[Floats, Bools]:
        """Values in the units of their sensors, and which of them could be converted."""
        if parsed.unit is None:
            known = np.ones(len(parsed), dtype=bool)
            if (self._tags.factor == 1).all() and (self._tags.offset == 0).all():
                return parsed.value, known
            return parsed.value * self._tags.factor[parsed.tag] + self._tags.offset[parsed.tag], known
        place = self._tags.sensor[parsed.tag]
        factor, offset = (table[parsed.unit, place] for table in self._factors)
        known = (parsed.unit >= 0) & ~np.isnan(factor)
        return np.where(known, parsed.value * factor + offset, parsed.value), known

    def _cells(self, texts: Sequence[str | None]) -> Parsed:
        parsed = self._scanner.texts(texts)
        return _without_empty_cells(parsed) if self.mapping.wide else parsed

    def _scanner_of(self, words: Sequence[str]) -> Scanner:
        layout = self.mapping.layout(words)
        return Scanner(layout, self._tags.words, self._units)

    def _columns(self, path: Path, shape: Shape) -> list[str]:
        """The columns of a wide file that are tags."""
        tags = [name for name in columns_of(path, shape, self.mapping.delimiter) if name in self._tags.words]
        if not tags:
            raise InputError("no column is a tag of the mapping", where=path.name, repair="name the columns under [tags]")
        return tags


def _without_empty_cells(parsed: Parsed) -> Parsed:
    """A wide table without its empty cells, which are no readings; of a record without a time one row is left, to be refused."""
    first = np.concatenate([[True], parsed.record[1:] != parsed.record[:-1]]) if len(parsed) else np.empty(0, dtype=bool)
    return parsed.take(np.where(parsed.time == NO_TIME, first, ~parsed.empty))


def _refuse_hopeless(part: Part, verdicts: Verdicts) -> None:
    verdict = verdicts.verdict
    if part.records == 0 and len(verdict) and np.isin(verdict, _WRONG_MAPPING).all():
        commonest = RULES[int(np.bincount(verdict).argmax())]
        raise InputError(f"none of its first {len(verdict):,} records fits ({commonest})", where=part.part,
                         repair="correct the mapping; nothing of it was taken")
