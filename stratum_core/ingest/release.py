"""The way back from the quarantine: refused records tried again, vouched for by a person, or discarded for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from stratum_core.ingest.intake import Intake
from stratum_core.ports import utc_now
from stratum_core.store.quarantine import Refused, decide, say_again
from stratum_core.store.readings import Readings
from stratum_core.store.text_records import csv_lines_as_json


@dataclass(frozen=True)
class Decided:
    """What became of the records asked for: released, discarded, or still held, by rule."""

    released: int
    discarded: int
    held: int
    rules: dict[str, int]


def release(intake: Intake, records: Sequence[Refused], author: str, *, vouched: bool = False) -> Decided:
    """Try refused records of the intake's source again, by its mapping as it is now.

    vouched: a person takes range, clock and rate upon himself; a record that cannot be read stays refused all the same.
    """
    released, rules = 0, dict[str, int]()
    for name, group in groupby(sorted(records, key=lambda one: (one.part, one.id)), key=lambda one: one.part):
        held = list(group)
        part = intake.readings.part(intake.source, name)
        raws = [one.raw for one in held]
        texts = csv_lines_as_json(part.header, raws, intake.mapping.layout(())) if part.shape == "csv" else raws
        answers = intake.retry(part, texts, np.array([one.record for one in held], dtype=np.int64), lenient=vouched)
        passed = [one.id for one, (rule, _) in zip(held, answers, strict=True) if not rule]
        failed = [(one.id, *answer) for one, answer in zip(held, answers, strict=True) if answer[0]]
        decide(intake.readings, passed, "released", author, utc_now())
        if failed:
            say_again(intake.readings, *zip(*failed, strict=True))
        released += len(passed)
        for _, rule, _ in failed:
            rules[rule] = rules.get(rule, 0) + 1
    return Decided(released, 0, len(records) - released, rules)


def discard(readings: Readings, records: Sequence[Refused], author: str) -> Decided:
    """Say of refused records that they are no readings; they stay in the quarantine, marked."""
    decide(readings, [one.id for one in records], "discarded", author, utc_now())
    return Decided(0, len(records), 0, {})
