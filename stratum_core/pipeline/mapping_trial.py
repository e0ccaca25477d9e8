"""A mapping tried on the first records of a file before anything is stored, and kept as a file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from stratum_core.errors import InputError, unknown
from stratum_core.ingest.intake import Intake
from stratum_core.ingest.mapping import Mapping, mapping_text, read_mapping
from stratum_core.ingest.sample import Sample
from stratum_core.pipeline.live import REPLAY
from stratum_core.store.project import Project

TRIAL = "trial"
_CELLS = 50_000  # of a wide table that are tried: some two seconds


@dataclass(frozen=True)
class Turned:
    """A record that would be refused: its number in the file, its text, the rule and the reason."""

    record: int
    raw: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Trial:
    """What would become of the first records: readings stored and dropped as repeated, and what would be refused.

    taken: how many records of this file were loaded before, which loading it again leaves out.
    """

    records: int
    stored: int
    repeated: int
    refused: tuple[Turned, ...]
    taken: int

    @property
    def rules(self) -> dict[str, int]:
        """How many each rule refuses, the commonest first."""
        counts: dict[str, int] = {}
        for one in self.refused:
            counts[one.rule] = counts.get(one.rule, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))


def try_mapping(project: Project, sample: Sample, mapping: Mapping) -> Trial:
    """Judge a sample by the project's own checks, after what is stored; nothing is stored. On the data thread.

    Raises InputError for a mapping that does not fit the columns or the sensors.
    """
    _fit(sample, mapping)
    texts = sample.texts[: max(_CELLS // len(sample.columns), 1)] if mapping.wide else sample.texts
    with Intake(project.readings(), project.city().sensors, TRIAL, mapping) as intake:
        judged = intake.judge(texts)
    if mapping.wide and not judged.rows:
        raise InputError("no column is a tag of the mapping", where=sample.name, repair="choose sensors for the tags")
    refused = tuple(Turned(record, texts[record] or "", rule, reason) for record, rule, reason in judged.refused)
    taken = sum(part.next for part in project.readings().parts(REPLAY, sample.part))
    return Trial(len(texts), judged.stored, judged.rows - judged.stored - len(refused), refused, taken)


def save_mapping(mapping: Mapping, path: Path) -> None:
    """Write a mapping as TOML, whole or not at all. Raises InputError, also for what could not be read again."""
    text = mapping_text(mapping) + "\n"
    read_mapping(tomllib.loads(text), path.name)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise InputError("the mapping could not be written", where=str(path), repair=str(error.strerror)) from error


def _fit(sample: Sample, mapping: Mapping) -> None:
    """Raise InputError for a column that is not there."""
    cells = () if mapping.wide else (mapping.sensor, mapping.value)
    for name in (mapping.time, *cells, mapping.unit_column):
        if name and not name.startswith("$") and name not in sample.columns:
            raise unknown("column", name, sample.columns, where=sample.name)
