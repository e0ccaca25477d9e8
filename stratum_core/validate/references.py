"""Rows that name other rows: every name must exist, every id must be one row's own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.model.city import SOURCED, City
from stratum_core.model.fields import Bools, Strings
from stratum_core.validate.issues import Issue, issue, named


def repeated_ids(city: City) -> Iterator[Issue]:
    """Ids that more than one row has; an asset and a link may not share one either."""
    for table, rows in city.tables().items():
        ids = city.component_ids if table == "links" else rows.columns()["id"]
        names, counts = np.unique(ids.astype(str), return_counts=True)
        found = names[counts > 1]
        if len(found):
            yield issue("error", "repeated_id", table, "id", found, f"{len(found)} ids are used more than once, {named(found)}",
                        "import the second source under another name (--as)")


def dangling_references(city: City) -> Iterator[Issue]:
    """Fields that name a row which does not exist."""
    components, assets, blocks = set(city.component_ids), set(city.assets.id), set(city.blocks.id)
    industries = set(city.industries.id)
    for table, field, known, empty_allowed in (
        ("links", "start", assets, False), ("links", "end", assets, False), ("assets", "node", assets, True),
        ("dependencies", "dependent", components, False), ("dependencies", "supplier", components, False),
        ("services", "block", blocks, False), ("services", "supplier", components, False),
        ("trips", "origin", assets, False), ("trips", "destination", assets, False),
        ("sensors", "component", components, True), ("blocks", "industry", industries, True),
        ("trade", "seller", industries, False), ("trade", "buyer", industries, False),
    ):
        columns = city.tables()[table].columns()
        ids = columns["id"][_unknown(columns[field], known, empty_allowed)]
        if len(ids):
            yield issue("error", "dangling_reference", table, field, ids,
                        f"{len(ids)} rows of {table} name a {field} that does not exist, {named(ids)}",
                        "import what they name, or remove the rows")


def unknown_sources(city: City) -> Iterator[Issue]:
    """Rows whose source is not in the table of sources."""
    known = set(city.sources.id)
    for table in SOURCED:
        columns = city.tables()[table].columns()
        ids = columns["id"][_unknown(columns["source"], known, False)]
        if len(ids):
            yield issue("warning", "unknown_source", table, "source", ids,
                        f"{len(ids)} rows of {table} do not say where they come from, {named(ids)}", "name their source")


def _unknown(names: Strings, known: set[str], empty_allowed: bool) -> Bools:
    return np.array([name not in known and not (empty_allowed and name == "") for name in names], dtype=bool)
