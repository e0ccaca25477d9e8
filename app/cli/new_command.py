"""new: make a project."""

from __future__ import annotations

import argparse

from app.cli.options import common, say, write_json
from stratum_core.errors import InputError
from stratum_core.number_format import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT", help="folder of the new project")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--synthetic", type=int, metavar="N", help="a generated metro of about N assets")
    kind.add_argument("--sample", action="store_true", help="a copy of the sample city")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Make the project and say what is in it."""
    from stratum_core.model.city import City
    from stratum_core.pipeline.projects import new_project, new_sample, project_folder, refuse_existing
    from stratum_core.pipeline.synthetic import synthetic_city

    if options.project == "sample":
        raise InputError("'sample' is the built-in city", where="PROJECT", repair="choose another name")
    folder = project_folder(options.project)
    refuse_existing(folder)
    if options.sample:
        project = new_sample(folder)
    elif options.synthetic is not None:
        project = new_project(folder, synthetic_city(options.synthetic, seed=42 if options.seed is None else options.seed))
    else:
        project = new_project(folder, City(name=folder.stem))
    with project:
        city = project.city()
    counts = {name: len(table) for name, table in city.tables().items()}
    told = [counted(counts["assets"], "asset"), counted(counts["links"], "link"), counted(counts["blocks"], "population block")]
    say(options, f"{folder}: {', '.join(told)}.")
    write_json(options.json, {"project": str(folder), "name": city.name, "crs": city.crs, "rows": counts})
    return 0
