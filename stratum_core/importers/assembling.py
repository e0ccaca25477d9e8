"""Drafts of several files become the rows of one city, or one error that names every bad row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers.draft import Draft, Row
from stratum_core.importers.origin import Origin
from stratum_core.model import (
    Assets,
    Blocks,
    BusRoutes,
    City,
    Dependencies,
    Industries,
    Links,
    Sensors,
    Services,
    Sources,
    Trade,
    Trips,
)
from stratum_core.model.fields import Table
from stratum_core.validate.ranges import outside_hard

_COMPONENTS: dict[str, type[Table]] = {"assets": Assets, "links": Links, "blocks": Blocks, "services": Services,
                                       "industries": Industries, "trade": Trade, "trips": Trips, "bus_routes": BusRoutes}
_NAMING: dict[str, type[Table]] = {"dependencies": Dependencies, "sensors": Sensors}  # rows that name components


def assemble(drafts: Sequence[Draft], city: City | None, name: str, crs: str, origin: Origin) -> City:
    """The new rows alone, in one city called ``name``; raises RowErrors naming every bad row."""
    _refuse_repeats(drafts)
    tables = {table: _built(cls, _rows(drafts, table)) for table, cls in _COMPONENTS.items()}
    for table, built in tables.items():
        _refuse_out_of_range(drafts, table, built)
    new = City(name, crs, sources=_sources(drafts, origin), **tables)  # type: ignore[arg-type]
    _resolve(drafts, (city or City(name, crs)).adding(new))
    tables["blocks"] = _built(Blocks, _rows(drafts, "blocks"))  # with the ids of their industries
    naming = {table: _built(cls, _rows(drafts, table)) for table, cls in _NAMING.items()}
    for table, built in naming.items():
        _refuse_out_of_range(drafts, table, built)
    bad = list(chain.from_iterable(draft.bad for draft in drafts))
    if bad:
        files = ", ".join(draft.file.name for draft in drafts if draft.bad)
        raise RowErrors(files, bad, repair="mend these rows and import again")
    return City(name, crs, sources=new.sources, **naming, **tables)  # type: ignore[arg-type]


def _rows(drafts: Sequence[Draft], table: str) -> list[Row]:
    return [row for draft in drafts for row in draft.rows[table]]


def _built(cls: type[Table], rows: list[Row]) -> Table:
    return cls(**{name: [row.get(name, spec.default) for row in rows] for name, spec in cls.specs().items()})


def _refuse_repeats(drafts: Sequence[Draft]) -> None:
    """Leave the first row of an id and refuse the others."""
    seen: dict[tuple[str, str], str] = {}
    for draft in drafts:
        for table, rows in draft.rows.items():
            kept = []
            for row in rows:
                family = "component" if table in ("assets", "links") else table
                first = seen.setdefault((family, row["id"]), row["where"])
                if first is row["where"]:
                    kept.append(row)
                else:
                    draft.refuse(row["where"], f"id '{row['id']}' repeats {first}", "give each row an id of its own")
            draft.rows[table] = kept


def _refuse_out_of_range(drafts: Sequence[Draft], table: str, built: Table) -> None:
    """Refuse rows with a value outside the hard range of its field."""
    places = {row["id"]: (draft, row) for draft in drafts for row in draft.rows[table]}
    for spec, ids in outside_hard(built):
        for identifier in ids:
            draft, row = places[identifier]
            low, high = spec.hard or (0, 0)
            limits = f"{low:g} to {high:g} {spec.unit}".rstrip()
            draft.refuse(row["where"], f"{spec.name} {row[spec.name]:g} is outside {limits}", "mend it")


def _resolve(drafts: Sequence[Draft], merged: City) -> None:
    """Replace the names of components by ids; refuse those that name nothing or several things."""
    for draft in drafts:
        named = [(row, field) for row in draft.rows["dependencies"] for field in ("dependent", "supplier")]
        for row, field in named + [(row, "component") for row in draft.rows["sensors"] if row["component"]]:
            try:
                row[field] = merged.resolve(row[field])
            except InputError as error:
                draft.refuse(row["where"], f"{field}: {error.what}", error.repair)
        for row in draft.rows["blocks"]:
            row["industry"] = _industry(row.get("industry", ""), merged)
        for row in draft.rows["dependencies"]:
            if not row.get("service"):
                row["service"] = _service(row["supplier"], merged)


def _industry(name: str, merged: City) -> str:
    """The id of the one industry of that name; else what was written, which the data check names."""
    found = [str(id) for id, called in zip(merged.industries.id, merged.industries.name, strict=True) if called == name]
    return found[0] if len(found) == 1 else name


def _service(supplier: str, merged: City) -> str:
    """What a supplier gives when the row does not say: the service of its sector."""
    place = merged.index.get(supplier)
    if place is None:
        return ""
    assets = len(merged.assets)
    sector = str(merged.assets.sector[place] if place < assets else merged.links.sector[place - assets])
    return "access" if sector == "roads" else sector


def _sources(drafts: Sequence[Draft], origin: Origin) -> Sources:
    return Sources(
        id=[draft.stem for draft in drafts],  # type: ignore[arg-type]
        title=[origin.source or draft.title for draft in drafts],  # type: ignore[arg-type]
        licence=[origin.licence or draft.licence for draft in drafts],  # type: ignore[arg-type]
        date=[origin.date or draft.date for draft in drafts],  # type: ignore[arg-type]
        citation=["; ".join(file.citation for file in draft.files) for draft in drafts],  # type: ignore[arg-type]
        notes=["\n".join(draft.notes) for draft in drafts],  # type: ignore[arg-type]
    )
