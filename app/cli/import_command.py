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
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Read all files, then write once; a bad row anywhere writes nothing."""
    from stratum_core.pipeline.importing import import_files

    done = import_files(
        [Path(name) for name in options.files],
        options.into,
        crs=options.crs,
        sector=options.sector,
        name=options.name,
        mapping=Path(options.mapping) if options.mapping else None,
    )
    added = ", ".join(f"{count} {name}" for name, count in done.added.items() if count)
    say(options, f"{done.folder}: added {added}.", *done.notes)
    write_json(options.json, {"project": str(done.folder), "added": done.added, "crs": done.crs, "notes": list(done.notes)})
    return 0
