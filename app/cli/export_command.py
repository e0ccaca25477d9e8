"""export: the graph of a project as a file for other programs, or as a sheet for a workshop."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.graph_options import as_of_argument, city_of
from app.cli.options import common, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE",
                        help=".graphml, .gpkg, .csv (edge list of dependencies) or .xlsx (workshop sheet)")
    as_of_argument(parser)
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Write the file."""
    from stratum_core.pipeline.exporting import export_city

    export_city(city_of(options), options.to)
    say(options, f"Written to {options.to}.")
    return 0
