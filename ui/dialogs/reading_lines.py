"""Refused records and tried mappings as rows of tables and sentences. No widget."""

from __future__ import annotations

from collections.abc import Sequence

from stratum_core.ingest.release import Decided
from stratum_core.ingest.sample import Sample
from stratum_core.number_format import counted, whole
from stratum_core.pipeline.mapping_trial import Trial
from stratum_core.store.quarantine import Refused
from ui.tables.plain_model import Heading, Line

HELD = (
    Heading("Reason"),
    Heading("Rule"),
    Heading("Arrived, UTC", False, "when it came, by this computer's clock"),
    Heading("Source"),
    Heading("Record", True, "its number in the part; the first is 0"),
    Heading("Text", False, "the record as it came"),
)
TURNED = (Heading("Record", True, "its number in the file; the first is 0"), Heading("Rule"), Heading("Reason"), Heading("Text"))
_MOST_TEXT = 160
_MOST_TURNED = 200


def held_lines(records: Sequence[Refused]) -> list[Line]:
    """One row a refused record."""
    lines = []
    for one in records:
        came = one.arrived.replace("T", " ").rstrip("Z")
        texts = (_sentence(one.reason), one.rule, came, one.source, whole(one.record), one.raw[:_MOST_TEXT])
        lines.append(Line(texts, (*texts[:4], one.record, one.raw), str(one.id)))
    return lines


def held_text(record: Refused) -> str:
    """Everything that is known of a refused record."""
    return (f"{_sentence(record.reason)}. From source {record.source}, {record.part}, record {whole(record.record)}.\n"
            f"{record.raw or 'The record is empty.'}")


def decided_text(done: Decided, author: str, *, vouched: bool = False) -> str:
    """What became of the records."""
    if done.discarded:
        return f"{counted(done.discarded, 'record')} discarded by {author}; kept on record, no longer held."
    by = f" on {author}'s word" if vouched else ""
    told = [f"{counted(done.released, 'record')} released into the readings{by}."] if done.released else []
    if done.held:
        told.append(f"{counted(done.held, 'record')} still held: {by_rule(done.rules)}.")
    return " ".join(told)


def by_rule(rules: dict[str, int]) -> str:
    """Rules with their counts."""
    return ", ".join(f"{rule} {whole(count)}" for rule, count in rules.items())


def trial_text(trial: Trial, sample: Sample) -> str:
    """What would become of the first records."""
    first = "first " if sample.cut or trial.records < len(sample.texts) else ""
    told = [f"Of the {first}{counted(trial.records, 'record')}, {counted(trial.stored, 'reading')} would be stored"]
    told.append(f", {whole(trial.repeated)} dropped as repeated" if trial.repeated else "")
    told.append(f", {whole(len(trial.refused))} refused: {by_rule(trial.rules)}." if trial.refused else ", none refused.")
    if trial.taken:
        told.append(f" {counted(trial.taken, 'record')} of this file came before and will be left out; "
                    "what was refused of them is in the quarantine.")
    return "".join(told)


def turned_lines(trial: Trial) -> list[Line]:
    """The first records that would be refused."""
    return [Line((whole(one.record), one.rule, _sentence(one.reason), one.raw[:_MOST_TEXT]),
                 (one.record, one.rule, one.reason, one.raw)) for one in trial.refused[:_MOST_TURNED]]


def sample_lines(sample: Sample, most: int = 8) -> list[Line]:
    """The first records as rows of the sample's columns."""
    rows = [tuple("" if row.get(name) is None else str(row[name]) for name in sample.columns) for row in sample.cells[:most]]
    return [Line(cells, cells) for cells in rows]


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]
