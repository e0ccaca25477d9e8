"""A recording played again, at any speed: each reading is handed over when its time has come on the recording's clock.

Readings keep their recorded times. One file is one part, so that a replay that was stopped goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, Setting, SourceKind
from stratum_core.ingest.mapping import SHAPES, tags_of
from stratum_core.ingest.sources.drop_folder import part_name
from stratum_core.model.readings import NO_TIME, Parsed
from stratum_core.store.readings import Readings
from stratum_core.store.scanning import Scanner

_MOST = 50_000
_STEP_S = 0.02


@dataclass(frozen=True)
class Replay:
    """file: the recording; speed: recorded seconds in a second, 0 as fast as it is taken."""

    file: str
    speed: float = 1.0


class Player:
    """Hands over recorded cells by time; ``parsed`` in any order, records without time first."""

    def __init__(self, part: str, parsed: Parsed, speed: float) -> None:
        order = np.argsort(parsed.time, kind="stable")
        parsed = parsed.take(order)
        self.part, self.speed = part, speed
        self._parsed = Parsed(np.arange(len(parsed)), parsed.tag, parsed.time, parsed.value, parsed.empty, parsed.unit)
        self._at, self._began, self._first = 0, 0.0, 0

    def open(self, done: Done) -> None:
        self._at = done.next.get(self.part, 0)
        self._began = time.monotonic()
        readable = self._parsed.time[self._at:][self._parsed.time[self._at:] != NO_TIME]
        self._first = int(readable[0]) if len(readable) else 0

    def read(self, timeout: float) -> Sequence[Delivery]:
        until = time.monotonic() + timeout
        while not self.ended:
            end = min(self._due(), self._at + _MOST)
            if end > self._at:
                taken = self._parsed.take(np.arange(self._at, end))
                self._at = end
                return [Delivery(self.part, parsed=taken)]
            left = until - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(left, _STEP_S))
        return ()

    def stored(self, delivery: Delivery) -> None:
        pass

    def close(self) -> None:
        pass

    @property
    def ended(self) -> bool:
        return self._at >= len(self._parsed)

    def _due(self) -> int:
        """How many readings are due by now."""
        if self.speed <= 0:
            return len(self._parsed)
        now = self._first + (time.monotonic() - self._began) * self.speed * 1e6
        return int(np.searchsorted(self._parsed.time, now, side="right"))


def recording(path: Path, setting: Setting, speed: float) -> Player:
    """The player of a recorded file. Raises InputError."""
    shape = SHAPES.get(path.suffix.lower())
    if shape is None or shape == "text" or not path.is_file():
        raise InputError("there is no recording as CSV, JSONL or Parquet", where=str(path), repair="check the path")
    if setting.mapping.wide or setting.mapping.unit_column:
        raise InputError("a wide table or one with a column of units is not paced", where=path.name,
                         repair="load it with --speed 0")
    tags = tags_of(setting.mapping, setting.sensors, setting.name)
    scanner = Scanner(setting.mapping.layout(tags.words), tags.words)
    chunks = [parsed for parsed, _ in scanner.file(path, shape)]
    scanner.close()
    if not chunks:
        raise InputError("there is no record in it", where=path.name, repair="check that it is the right file")
    columns = [np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ("record", "tag", "time", "value", "empty")]
    return Player(part_name(path), Parsed(*columns), speed)


def stored_recording(
    readings: Readings, sensors: Sequence[str], begin: datetime, end: datetime, speed: float
) -> Player:
    """The player of what the project itself recorded: to look at, not to store again. Called on the data thread."""
    series = [readings.series(id, begin, end) for id in sensors]
    tag = np.repeat(np.arange(len(series), dtype=np.int32), [len(one.time) for one in series])
    time_, value = (np.concatenate([getattr(one, name) for one in series] or [np.empty(0)]) for name in ("time", "value"))
    parsed = Parsed(np.arange(len(tag)), tag, time_.astype(np.int64), value, np.zeros(len(tag), dtype=bool))
    return Player(f"store from {begin:%Y-%m-%dT%H:%M} to {end:%Y-%m-%dT%H:%M}", parsed, speed)


def _make(spec: Replay, setting: Setting) -> Player:
    return recording(setting.folder / spec.file, setting, spec.speed)


SOURCES.register("replay")(SourceKind(Replay, _make))
