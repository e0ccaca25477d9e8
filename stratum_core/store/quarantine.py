"""Refused records: what they said, why they were refused, and what was decided about them. None is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from stratum_core.model.fields import Ints
from stratum_core.store.reading_tables import stored_time
from stratum_core.store.readings import Part, Readings


@dataclass(frozen=True)
class Refused:
    """One refused record: its text, the rule and the reason; state: held, released or discarded."""

    id: int
    source: str
    part: str
    record: int
    raw: str
    rule: str
    reason: str
    arrived: str
    state: str
    author: str


def refused(readings: Readings, *, state: str = "held", ids: Sequence[int] = (), part: str = "", rule: str = "",
            top: int | None = None) -> list[Refused]:
    """Refused records in the order in which they came, narrowed by state, ids, part (or source) and rule."""
    rows = readings.tables.rows(
        "SELECT q.id, p.source, p.part, q.record, q.raw, q.rule, q.reason, strftime(q.arrived, '%Y-%m-%dT%H:%M:%SZ'), q.state, "
        "q.author FROM quarantine q JOIN reading_parts p ON q.part = p.code WHERE (?1 = '' OR state = ?1) AND "
        "(len(?2::BIGINT[]) = 0 OR list_contains(?2::BIGINT[], q.id)) AND (?3 = '' OR ?3 IN (p.part, p.source)) AND "
        "(?4 = '' OR rule = ?4) ORDER BY q.id LIMIT ?5", state, list(ids), part, rule, top)
    return [Refused(*row) for row in rows]


def reasons(readings: Readings) -> dict[str, int]:
    """How many held records each rule refused, the commonest first."""
    found = readings.tables.rows("SELECT rule, count(*) FROM quarantine WHERE state = 'held' GROUP BY rule ORDER BY 2 DESC, 1")
    return {rule: int(count) for rule, count in found}


def new_texts(readings: Readings, part: Part, records: Ints, texts: Sequence[str]) -> Ints:
    """Places of the texts that the quarantine does not hold of this part yet; what comes twice counts with its first record."""
    if not len(texts):
        return np.empty(0, dtype=np.int64)
    asked = pa.table({"raw": pa.array(texts, pa.string())})
    held = readings.tables.with_table("asked", asked, "SELECT DISTINCT raw FROM quarantine WHERE part = ? AND raw IN "
                                      "(SELECT raw FROM asked)", part.code)
    first = {raw: -1 for (raw,) in held}
    return np.array([place for place, (record, text) in enumerate(zip(records.tolist(), texts, strict=True))
                     if first.setdefault(text, record) == record], dtype=np.int64)


def decide(readings: Readings, ids: Sequence[int], state: str, author: str, at: datetime) -> None:
    """Say of these records that they were released or discarded, when and by whom (within the caller's transaction, if any)."""
    table = pa.table({"id": pa.array(ids, pa.int64())})
    readings.tables.with_table("decided_ids", table, "UPDATE quarantine SET state = ?, decided = ?, author = ? "
                               "WHERE id IN (SELECT id FROM decided_ids)", state, stored_time(at), author)


def say_again(readings: Readings, ids: Sequence[int], rules: Sequence[str], told: Sequence[str]) -> None:
    """New reasons for records that were tried again and refused again."""
    words = {"rule": pa.array(rules, pa.string()), "reason": pa.array(told, pa.string())}
    table = pa.table({"id": pa.array(ids, pa.int64()), **words})
    readings.tables.with_table("tried", table, "UPDATE quarantine SET rule = tried.rule, reason = tried.reason FROM tried "
                               "WHERE quarantine.id = tried.id")
