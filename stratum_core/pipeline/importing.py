"""Files into a project: everything is read and checked before one transaction writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stratum_core.importers import Origin, read
from stratum_core.model.city import City
from stratum_core.pipeline.projects import new_project, open_project, project_folder
from stratum_core.store.project import Project


@dataclass(frozen=True)
class Imported:
    """Where rows were added, how many by table, in which CRS, and what the importers noticed."""

    folder: Path
    added: dict[str, int]
    crs: str
    notes: tuple[str, ...]


def import_files(
    files: Sequence[Path],
    into: str,
    *,
    crs: str | None = None,
    sector: str | None = None,
    name: str | None = None,
    mapping: Path | None = None,
    origin: Origin | None = None,
) -> Imported:
    """Read ``files`` and add their rows to the project ``into``, which is made where it is missing.

    Raises InputError or RowErrors; then nothing was written.
    """
    folder = project_folder(into)
    exists = into == "sample" or (folder / "project.sqlite").is_file()
    if not exists:
        new = read(files, city=None, crs=crs, sector=sector, name=name, mapping=mapping, origin=origin)
        new_project(folder, replace(new, name=folder.stem)).close()
        return _imported(folder, new, new.crs, origin)
    with open_project(into) as project:
        return import_into(project, files, crs=crs, sector=sector, name=name, mapping=mapping, origin=origin)


def import_into(
    project: Project,
    files: Sequence[Path],
    *,
    crs: str | None = None,
    sector: str | None = None,
    name: str | None = None,
    mapping: Path | None = None,
    origin: Origin | None = None,
) -> Imported:
    """As ``import_files``, into a project that is open."""
    city = project.city()
    new = read(files, city=city, crs=crs, sector=sector, name=name, mapping=mapping, origin=origin)
    merged = city.adding(new)
    merged = merged if len(city.assets) else replace(merged, crs=new.crs)
    project.save_city(merged)
    return _imported(project.folder, new, merged.crs, origin)


def _imported(folder: Path, new: City, crs: str, origin: Origin | None) -> Imported:
    notes = tuple(line for text in new.sources.notes for line in str(text).splitlines() if line) + _taken_as_measured(new, origin)
    return Imported(folder, {name: len(table) for name, table in new.tables().items() if name != "sources"}, crs, notes)


def _taken_as_measured(new: City, origin: Origin | None) -> tuple[str, ...]:
    """That rows count as measured only because nobody says otherwise."""
    tables = (new.assets, new.links, new.dependencies, new.blocks)
    rows = sum(int((table.provenance == "measured").sum()) for table in tables)
    if not rows or (origin is not None and origin.provenance):
        return ()
    return (f"{rows:,} rows are taken as measured, as nothing says otherwise; else import with --provenance derived, "
            "generated or assumed",)
