"""Words and values of single rows: kinds, sectors, units, services, missing values, ranges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.model import City
from stratum_core.model.fields import Bools, Strings, Table
from stratum_core.model.kinds import kinds
from stratum_core.model.tables import PROVENANCES, SECTORS, SERVICES
from stratum_core.units import UNITS
from stratum_core.validate.issues import Issue, issue, named
from stratum_core.validate.ranges import outside_expected, outside_hard

#: what one component can need from another (column ``service`` of dependencies)
DEPENDENCY_SERVICES = ("power", "water", "cooling", "control", "fuel", "access", "staff", "telecom", "gas", "heat")

#: fields that engines need, by kind
_REQUIRED = {
    "load": ("demand",), "motor": ("demand",), "tank": ("capacity", "level"), "line": ("reactance", "voltage"),
    "cable": ("reactance", "voltage"), "transformer": ("reactance", "voltage", "capacity"), "bus": ("voltage",),
    "pipe": ("length", "diameter"), "road": ("capacity", "free_flow_time"),
}


def values_out_of_range(city: City) -> Iterator[Issue]:
    """Values outside the hard range of their field (error) or its expected range (warning)."""
    for table, rows in city.tables().items():
        for spec, ids in outside_hard(rows):
            low, high = spec.hard or (0, 0)
            limits = f"{low:g} to {high:g} {spec.unit}".rstrip()
            yield issue("error", "out_of_range", table, spec.name, ids,
                        f"{len(ids)} values of {spec.name} are outside {limits}, {named(ids)}",
                        "correct them in the source and import it again")
        for spec, ids in outside_expected(rows):
            low, high = spec.expected or (0, 0)
            yield issue("warning", "unexpected_value", table, spec.name, ids,
                        f"{len(ids)} values of {spec.name} are unusual (outside {low:g} to {high:g} {spec.unit}), {named(ids)}",
                        "check their unit and whether they are meant")


def unknown_words(city: City) -> Iterator[Issue]:
    """Kinds, sectors, units, services and provenances that nobody knows."""
    known: dict[str, tuple[str, ...]] = {
        "kind": tuple(kinds()), "sector": SECTORS, "unit": (*UNITS, ""), "provenance": PROVENANCES,
    }
    for table, rows in city.tables().items():
        services = DEPENDENCY_SERVICES if table == "dependencies" else SERVICES
        for field, words in {**known, "service": services}.items():
            ids = _unknown(rows, field, words)
            if len(ids):
                yield issue("error", f"unknown_{field}", table, field, ids,
                            f"{len(ids)} rows have an unknown {field}, {named(ids)}",
                            f"use one of {', '.join(word for word in words[:12] if word)}{', ...' if len(words) > 12 else ''}")


def _unknown(rows: Table, field: str, words: tuple[str, ...]) -> Strings:
    if field not in rows.specs():
        return np.empty(0, dtype=object)
    columns = rows.columns()
    found: Strings = columns["id"][~np.isin(columns[field].astype(str), words)]
    return found


def kinds_of_other_sectors(city: City) -> Iterator[Issue]:
    """Components whose kind belongs to another sector than they say."""
    sector_of = {name: kind.sector for name, kind in kinds().items()}
    for table, rows in (("assets", city.assets), ("links", city.links)):
        wrong = [sector_of.get(kind, sector) != sector for kind, sector in zip(rows.kind, rows.sector, strict=True)]
        ids = rows.id[np.array(wrong, dtype=bool)]
        if len(ids):
            yield issue("warning", "kind_of_other_sector", table, "kind", ids,
                        f"{len(ids)} components have a kind of another sector, {named(ids)}", "correct the kind or the sector")


def missing_values(city: City) -> Iterator[Issue]:
    """Values that the engines need and that are not given."""
    for table, rows in (("assets", city.assets), ("links", city.links)):
        columns = rows.columns()
        for field in sorted({field for fields in _REQUIRED.values() for field in fields} & columns.keys()):
            needing = [kind for kind, fields in _REQUIRED.items() if field in fields]
            lacking: Bools = np.isin(rows.kind.astype(str), needing) & np.isnan(columns[field])
            if lacking.any():
                ids = rows.id[lacking]
                yield issue("warning", "missing_value", table, field, ids,
                            f"{len(ids)} components lack the {field} that their kind needs, {named(ids)}",
                            "add it in the source, or accept that engines assume one")
