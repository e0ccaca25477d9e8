"""assign: traffic of a usual hour as user equilibrium."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, progress, say, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--gap", type=float, default=1e-4, metavar="G", help="relative gap at which to stop, such as 1e-4")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Objective, gap and the fullest roads; --json holds the flow on every road. 1 when the gap was not reached."""
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.assigning import assign, assignment_lines
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        city = project.city()
    with cancellable() as cancel:
        found = assign(city, options.gap, progress=progress(options), cancel=cancel)
    say(options, *assignment_lines(found))
    write_json(options.json, jsonable(found))
    return 0 if found.converged else 1
