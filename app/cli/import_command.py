"""import: read files into a project, all or nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.options import common, say, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--into", required=True, metavar="PROJECT", help="the project; a missing one is made")
    parser.add_argument("--crs", help="EPSG:n of files that do not say it, or none for a schematic")
    parser.add_argument("--sector", help="sector of files that do not say it")
    parser.add_argument("--as", dest="name", metavar="NAME", help="name instead of the file's, in the ids")
    parser.add_argument("--mapping", metavar="FILE.toml", help="which column is what, for GIS files")
    parser.add_argument("--provenance", help="measured, derived, generated or assumed; without: as the file says")
    parser.add_argument("--source", default="", metavar="TEXT", help="what the files are, in words")
    parser.add_argument("--licence", default="", metavar="TEXT", help="their licence")
    parser.add_argument("--date", default="", metavar="DATE", help="their date, as 2026-03-14")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Read all files, then write once; a bad row anywhere writes nothing."""
    from stratum_core.importers import Origin
    from stratum_core.pipeline.importing import import_files

    done = import_files(
        [Path(name) for name in options.files],
        options.into,
        crs=options.crs,
        sector=options.sector,
        name=options.name,
        mapping=Path(options.mapping) if options.mapping else None,
        origin=Origin(options.provenance or "", options.source, options.licence, options.date),
    )
    added = ", ".join(_counted(count, name) for name, count in done.added.items() if count)
    say(options, f"{done.folder}: added {added}.", *done.notes)
    write_json(options.json, {"project": str(done.folder), "added": done.added, "crs": done.crs, "notes": list(done.notes)})
    return 0


def _counted(count: int, table: str) -> str:
    """1 asset, 2 dependencies."""
    one = {"dependencies": "dependency"}.get(table, table.removesuffix("s"))
    return f"{count} {one if count == 1 else table}"
