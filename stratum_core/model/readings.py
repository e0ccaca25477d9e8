"""Readings of sensors as columns: how a table of them is laid out, and what is known of each sensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints, Strings

Codes = npt.NDArray[np.int32]
NO_TIME = np.iinfo(np.int64).min  # microseconds of a time that nobody could read

#: bits of the quality of a stored reading; 0: nothing to say
LATE, REPORTED, TAKEN_BY_HAND = 1, 2, 4

Shape = Literal["csv", "jsonl", "parquet", "text"]


@dataclass(frozen=True)
class Layout:
    """Where time, tag, value and unit stand in a record.

    A name is a column or a top-level key; one that begins with ``$`` is a JSON path. time_format: iso, epoch_s,
    epoch_ms, epoch_us or a strptime pattern; zone: of times that name none. wide: the columns that are tags
    themselves; then ``tag`` and ``value`` are not used. decimal: the decimal sign of text.
    """

    time: str = "time"
    tag: str = "sensor"
    value: str = "value"
    unit: str = ""
    time_format: str = "iso"
    zone: str = "UTC"
    wide: tuple[str, ...] = ()
    decimal: str = "."
    delimiter: str = ","


@dataclass(frozen=True)
class Parsed:
    """Cells that were read, one row a value; rows of a wide record share its number.

    record: its position in the part; tag: its place in the list of tags, -1 unknown; time: microseconds UTC or NO_TIME;
    value: NaN where it is no number; empty: true where there is none; unit: place in the list of units, -1 unknown.
    """

    record: Ints
    tag: Codes
    time: Ints
    value: Floats
    empty: Bools
    unit: Codes | None = None

    def __len__(self) -> int:
        return len(self.record)

    def take(self, rows: npt.NDArray[np.generic]) -> Parsed:
        """The chosen rows (a mask or indices)."""
        unit = None if self.unit is None else self.unit[rows]
        return Parsed(self.record[rows], self.tag[rows], self.time[rows], self.value[rows], self.empty[rows], unit)


@dataclass(frozen=True)
class LatestValues:
    """The newest reading of each sensor, in the order of ``sensor``: microseconds UTC (NO_TIME: none yet), value, quality."""

    sensor: Strings
    time: Ints
    value: Floats
    quality: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Series:
    """Readings of one sensor by time: microseconds UTC, value in the sensor's unit, quality, when each arrived."""

    time: Ints
    value: Floats
    quality: npt.NDArray[np.uint8]
    arrived: Ints
