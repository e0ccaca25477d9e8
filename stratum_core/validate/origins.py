"""Where rows come from: what importers noticed, and how much was generated or assumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from stratum_core.model.city import SOURCED, City
from stratum_core.validate.issues import Issue, issue


def findings_about_sources(city: City) -> Iterator[Issue]:
    """What the importers noted about their files, one issue a finding."""
    for source, notes in zip(city.sources.id, city.sources.notes, strict=True):
        for finding in filter(None, notes.split("\n")):
            yield issue("note", "source_finding", "sources", "notes", (source,), f"{source}: {finding}",
                        "if that is not meant, mend the source and import it again")


def share_not_measured(city: City) -> Iterator[Issue]:
    """How many rows of each table were generated or assumed."""
    for table in SOURCED:
        columns = city.tables()[table].columns()
        for provenance in ("generated", "assumed"):
            ids = columns["id"][columns["provenance"] == provenance]
            if len(ids):
                yield issue("note", f"{provenance}_rows", table, "provenance", ids,
                            f"{len(ids)} of {len(columns['id'])} {table} ({len(ids) / len(columns['id']):.0%}) are {provenance}",
                            "replace them with data of the operator where a decision rests on them")


def assumed_fields(city: City) -> Iterator[Issue]:
    """Fields that were assumed in rows that otherwise were not."""
    for table in SOURCED:
        columns = city.tables()[table].columns()
        found: dict[str, list[str]] = defaultdict(list)
        for row in np.flatnonzero(columns["assumed_fields"] != ""):
            for field in columns["assumed_fields"][row].split(","):
                found[field].append(columns["id"][row])
        for field, ids in sorted(found.items()):
            yield issue("note", "assumed_field", table, field, ids, f"{field} is assumed in {len(ids)} {table}",
                        "replace it with data of the operator where a decision rests on it")
