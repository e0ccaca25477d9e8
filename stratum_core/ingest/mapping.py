"""What the columns of a source mean, from a TOML file or a guess that a person then confirms.

    time = "timestamp"          # column, top-level key, or a JSON path that begins with $
    time_format = "iso"         # iso, epoch_s, epoch_ms, epoch_us or a pattern such as "%d.%m.%Y %H:%M"
    zone = "Europe/Berlin"      # of times that name none; default UTC
    sensor = "tag"              # the column that names the sensor
    value = "value"
    unit = "cm"                 # of all values; default: each sensor's own
    unit_column = "unit"        # or the column that says it
    wide = true                 # instead of sensor and value: each tag is a column
    decimal = ","
    delimiter = ";"
    [tags]                      # default: ids and names of the project's sensors
    L_T1 = "tank-1-level"
    P2 = { sensor = "pump-2-pressure", unit = "bar" }
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Floats
from stratum_core.model.readings import Codes, Layout, Shape
from stratum_core.model.tables import Sensors
from stratum_core.store.scanning import columns_of
from stratum_core.units import UNITS, quantity_of

#: names that columns of time, sensor, value and unit usually have, for the guess
_USUAL = {
    "time": ("time", "timestamp", "datetime", "date_time", "zeit", "zeitstempel", "date", "phenomenontime", "ts"),
    "sensor": ("sensor", "tag", "sensor_id", "signal", "name", "point", "datastream", "id"),
    "value": ("value", "wert", "result", "reading", "val"),
    "unit_column": ("unit", "einheit", "uom"),
}
SHAPES: dict[str, Shape] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".xlsx": "text"}


@dataclass(frozen=True)
class Mapping:
    """See the module."""

    time: str = "time"
    time_format: str = "iso"
    zone: str = "UTC"
    sensor: str = "sensor"
    value: str = "value"
    unit: str = ""
    unit_column: str = ""
    wide: bool = False
    decimal: str = "."
    delimiter: str = ","
    tags: Pairs[str, str] = field(default_factory=dict)
    tag_units: Pairs[str, str] = field(default_factory=dict)

    def layout(self, words: Sequence[str]) -> Layout:
        """Where the cells stand; ``words``: the tags, which are the columns of a wide table."""
        return Layout(self.time, self.sensor, self.value, self.unit_column, self.time_format, self.zone,
                      tuple(words) if self.wide else (), self.decimal, self.delimiter)


@dataclass(frozen=True)
class Tags:
    """The tags of a mapping: word, place of its sensor in the project's table, factor and offset into the sensor's unit."""

    words: tuple[str, ...]
    sensor: Codes
    factor: Floats
    offset: Floats


def read_mapping(data: Pairs[str, Any], where: str) -> Mapping:
    """The mapping that a TOML table says. Raises InputError for an unknown key or unit, or a value of the wrong form."""
    known = {f.name: f.default for f in fields(Mapping) if f.name != "tag_units"}
    for key, value in data.items():
        if key not in known:
            raise unknown("key", key, known, where=where)
        meant = dict if key == "tags" else type(known[key])
        if not isinstance(value, meant):
            raise InputError(f"'{value}' does not fit key '{key}'", where=where, repair="see docs/ingestion.md for its form")
    entries = {tag: {"sensor": entry} if isinstance(entry, str) else entry for tag, entry in data.get("tags", {}).items()}
    for tag, entry in entries.items():
        if not isinstance(entry, dict) or not {"sensor"} <= set(entry) <= {"sensor", "unit"}:
            raise InputError(f"tag '{tag}' does not name its sensor", where=where,
                             repair=f'write {tag} = "ID" or {{ sensor = "ID", unit = "cm" }}')
    tag_units = {tag: entry["unit"] for tag, entry in entries.items() if "unit" in entry}
    for unit in filter(None, [data.get("unit", ""), *tag_units.values()]):
        if unit not in UNITS:
            raise unknown("unit", unit, UNITS, where=where)
    return Mapping(**{**data, "tags": {tag: entry["sensor"] for tag, entry in entries.items()}, "tag_units": tag_units})


def load_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file; raises InputError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("the mapping cannot be read", where=str(path), repair="check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"this is no TOML: {error}", where=path.name, repair="mend it at that place") from error
    return read_mapping(data.get("mapping", data), path.name)


def tags_of(mapping: Mapping, sensors: Sensors, where: str = "mapping") -> Tags:
    """The tags with their sensors; raises InputError for a sensor that is not there or a unit of another quantity."""
    if not len(sensors):
        raise InputError("the project has no sensors", where=where,
                         repair="import a table of them, with columns sensor and quantity")
    places = {id: place for place, id in enumerate(sensors.id)}
    once = {name for name, count in Counter(sensors.name).items() if count == 1 and name}
    places = {name: place for place, name in enumerate(sensors.name) if name in once} | places
    tags = dict(mapping.tags) or {word: word for word in places}
    for name in tags.values():
        if name not in places:
            raise unknown("sensor", name, places, where=where)
    sensor = np.array([places[name] for name in tags.values()], dtype=np.int32)
    factor, offset = np.ones(len(tags)), np.zeros(len(tags))
    for row, (tag, place) in enumerate(zip(tags, sensor, strict=True)):
        given, own = mapping.tag_units.get(tag, mapping.unit), str(sensors.unit[place])
        if given and own in UNITS:
            if quantity_of(given) != quantity_of(own) and (mapping.tags or mapping.tag_units):
                raise InputError(f"unit '{given}' does not measure what sensor '{sensors.id[place]}' does", where=where,
                                 repair=f"give a unit of {quantity_of(own)}")
            factor[row], offset[row] = _into(given, own) if quantity_of(given) == quantity_of(own) else (1.0, 0.0)
    return Tags(tuple(tags), sensor, factor, offset)


def unit_factors(units: Sequence[str], sensors: Sensors) -> tuple[Floats, Floats]:
    """(units, sensors) factors and offsets from each unit into each sensor's own; NaN where they measure different things."""
    own = sorted(set(sensors.unit))
    pairs = [[_into(unit, str(mine)) if mine in UNITS and quantity_of(unit) == quantity_of(str(mine)) else (np.nan, np.nan)
              for mine in own] for unit in units]
    table = np.array(pairs).reshape(len(units), len(own), 2)
    place = np.array([own.index(unit) for unit in sensors.unit], dtype=np.int64)
    return table[:, place, 0], table[:, place, 1]


def guess_mapping(path: Path, sensors: Sensors) -> Mapping:
    """The mapping that the columns of a file suggest, for a person to confirm. Raises InputError where nothing fits."""
    shape = SHAPES.get(path.suffix.lower())
    if shape is None or shape == "text":
        raise InputError("the columns of this kind of file are not guessed", where=path.name,
                         repair="give a CSV, JSONL or Parquet file")
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), repair="check the path")
    delimiter = _delimiter(path) if shape == "csv" else ","
    names = columns_of(path, shape, delimiter)
    lower = {name.lower(): name for name in names}
    found = {key: next((lower[word] for word in words if word in lower), "") for key, words in _USUAL.items()}
    known = set(sensors.id) | set(sensors.name)
    if not found["time"]:
        raise InputError("no column looks like a time", where=path.name, repair="say it in a mapping: time = \"COLUMN\"")
    base = Mapping(time=found["time"], delimiter=delimiter, decimal="," if delimiter == ";" else ".")
    if sum(name in known for name in names) > 1 or not (found["sensor"] and found["value"]):
        return replace(base, wide=True)
    return replace(base, sensor=found["sensor"], value=found["value"], unit_column=found["unit_column"])


def mapping_text(mapping: Mapping) -> str:
    """A mapping as TOML, without what is the default."""
    plain = {f.name: getattr(mapping, f.name) for f in fields(Mapping) if f.name not in ("tags", "tag_units")}
    lines = [f"{name} = {json.dumps(value)}" for name, value in plain.items() if value != getattr(Mapping(), name)]
    tags = [f"{json.dumps(tag)} = {{ sensor = {json.dumps(sensor)}"
            + (f", unit = {json.dumps(mapping.tag_units[tag])}" if tag in mapping.tag_units else "") + " }"
            for tag, sensor in mapping.tags.items()]
    return "\n".join([*(lines or ["# the usual columns: time, sensor, value"]), *(["[tags]", *tags] if tags else [])])


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as stream:
        header = stream.readline()
    return max(",;\t", key=header.count)


def _into(unit: str, own: str) -> tuple[float, float]:
    given, mine = UNITS[unit], UNITS[own]
    return given.factor / mine.factor, (given.offset - mine.offset) / mine.factor
