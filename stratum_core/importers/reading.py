"""The one door: files in, the new rows of a city out, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stratum_core.errors import InputError, unknown
from stratum_core.importers.assembling import assemble
from stratum_core.importers.draft import Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.measuring import measure
from stratum_core.importers.origin import Origin, mark
from stratum_core.importers.planes import place
from stratum_core.importers.snapping import snap
from stratum_core.importers.source_file import SourceFile
from stratum_core.model import City
from stratum_core.model.tables import SECTORS


def read(
    files: Sequence[Path], *, city: City | None = None, crs: str | None = None, sector: str | None = None,
    name: str | None = None, mapping: Path | None = None, origin: Origin | None = None,
) -> City:
    """The new rows that ``files`` hold, in the project's coordinate system, for ``City.adding``.

    city: the project so far; dependencies may name its components. crs: "EPSG:n" or
    "none" (schematic), used only where a file does not state its own. sector: for GIS
    layers without a mapping. name: replaces the stem of the one file in ids. mapping:
    TOML that says what the columns of a layer mean. origin: where the rows come from, as far as it is said.
    Raises InputError, or RowErrors naming every bad row; then nothing is returned.
    """
    if not files:
        raise InputError("no file was given", repair="name at least one file to import")
    if sector is not None and sector not in SECTORS:
        raise unknown("sector", sector, SECTORS, where="--sector")
    request = Request([SourceFile(Path(f)) for f in files], sector, name, SourceFile(mapping) if mapping else None)
    read_by_format = [(file, _format(file, request)) for file in request.files]
    drafts = [draft for file, format in read_by_format if (draft := format.read(file, request)) is not None]
    _check_stems(drafts, city)
    system = place(drafts, crs, city)
    snap(drafts, city)
    measure(drafts)
    origin = origin or Origin()
    for draft in drafts:
        mark(draft, origin)
    return assemble(drafts, city, city.name if city is not None else drafts[0].stem, system, origin)


def _format(file: SourceFile, request: Request) -> Format:
    for candidate in sorted(IMPORTERS, key=lambda known: known.general):
        if candidate.fits(file, request):
            return candidate
    known = sorted({suffix for candidate in IMPORTERS for suffix in candidate.suffixes})
    if file.suffix not in known:
        raise InputError(f"no importer reads '{file.suffix or 'files without suffix'}'", where=file.name,
                         repair=f"known: {', '.join(known)}")
    raise InputError(f"its content is of no known '{file.suffix}' format", where=file.name, repair=_advice(file))


def _advice(file: SourceFile) -> str:
    if file.suffix == ".csv":
        return "a dependency table begins with dependent,supplier, one of people with block,residents; a table of places needs " \
               "columns x and y (or lon and lat) and --sector, or --mapping with a file that names them"
    return "for a layer give --sector or --mapping; else check that it is the right file"


def _check_stems(drafts: Sequence[Draft], city: City | None) -> None:
    """Ids begin with the stem, so each file needs its own."""
    known = {} if city is None else dict.fromkeys(city.sources.id, "the project")
    for draft in drafts:
        if draft.stem in known:
            raise InputError(f"ids would begin with '{draft.stem}', as those of {known[draft.stem]} do", where=draft.file.name,
                             repair="import it alone and give it another name with --as")
        known[draft.stem] = draft.file.name
    if not drafts:
        raise InputError("the files hold nothing to import", repair="give the file of the network too")
