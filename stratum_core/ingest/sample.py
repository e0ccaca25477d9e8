"""The first records of a file of readings, for a person who says what its columns mean."""

from __future__ import annotations

import json
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError
from stratum_core.ingest.mapping import SHAPES, Mapping
from stratum_core.ingest.sources.drop_folder import file_delivery, part_name
from stratum_core.model.tables import Sensors
from stratum_core.store.scanning import columns_of, parquet_rows_as_json
from stratum_core.store.text_records import records_as_json

MOST = 10_000  # records that are looked at


@dataclass(frozen=True)
class Sample:
    """The first records as JSON texts (None: of another form than the header), their columns, and the cells of readable ones.

    part: what the store calls the file.
    """

    name: str
    part: str
    texts: tuple[str | None, ...]
    columns: tuple[str, ...]
    cells: tuple[dict[str, Any], ...]

    @property
    def cut(self) -> bool:
        """True when the file may have more records."""
        return len(self.texts) == MOST

    def tags(self, mapping: Mapping) -> list[str]:
        """The tags in it, in order; none where a JSON path leads to them."""
        if mapping.wide:
            return [name for name in self.columns if name not in (mapping.time, mapping.unit_column)]
        return list(dict.fromkeys(str(row[mapping.sensor]) for row in self.cells if row.get(mapping.sensor) not in (None, "")))


def sample_of(path: Path, mapping: Mapping, most: int = MOST) -> Sample:
    """The first ``most`` records of a file, cut into cells by the mapping's delimiter. Raises InputError."""
    shape = SHAPES.get(path.suffix.lower())
    if shape is None or not path.is_file():
        raise InputError("there is no file of readings", where=str(path), repair=f"give one of {', '.join(SHAPES)}")
    if shape == "text":
        texts = list(file_delivery(path, path.name).texts[:most])
    elif shape == "parquet":
        columns_of(path, shape)  # tells a file that is none
        texts = list(parquet_rows_as_json(path, range(most)))
    else:
        texts = next(records_as_json(path, shape, mapping.layout(()), 0, most), [])
    cells = tuple(row for row in map(_cells, texts) if row)
    if not cells:
        raise InputError("there is no record in it", where=path.name, repair="check that it is the right file")
    return Sample(path.name, part_name(path), tuple(texts), tuple(dict.fromkeys(name for row in cells for name in row)), cells)


def sensors_by_tag(tags: Sequence[str], sensors: Sensors) -> dict[str, str]:
    """The id of the sensor that each tag is the id or the only name of; empty: none."""
    names = sensors.name.tolist()
    known = {name: id for name, id in zip(names, sensors.id.tolist(), strict=True) if name and names.count(name) == 1}
    known |= {id: id for id in sensors.id.tolist()}
    return {tag: known.get(tag, "") for tag in tags}


def tagged(mapping: Mapping, chosen: Pairs[str, str], units: Pairs[str, str], sensors: Sensors) -> Mapping:
    """The mapping with the sensor (empty: none) and the unit of each tag; where these are as by default it names no tags.

    Raises InputError where no tag has a sensor.
    """
    kept = {tag: id for tag, id in chosen.items() if id}
    if chosen and not kept:
        raise InputError("no tag has a sensor", where="mapping", repair="choose a sensor for one of them")
    said = {tag: unit for tag, unit in units.items() if unit and tag in kept}
    if not said and dict(chosen) == sensors_by_tag(list(chosen), sensors):
        return replace(mapping, tags={}, tag_units={})
    return replace(mapping, tags=kept, tag_units=said)


def _cells(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
