"""critical: single outages and pairs ranked by the hours that people go without."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, hours, progress, say, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--horizon", default="24h", help="how long each outage lasts, such as 24h")
    parser.add_argument("--top", type=int, default=10, metavar="N", help="how many rows of each")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Distribution, worst single outages, worst pairs."""
    from stratum_core.errors import InputError
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.criticality import city_consequences, consequence_lines
    from stratum_core.pipeline.projects import open_project

    horizon = hours(options.horizon) or 24.0
    if options.top < 1 or not 1 <= horizon <= 720:
        raise InputError("--top is below 1 or --horizon is not 1 to 720 hours", repair="give --top 10 --horizon 24h")
    with open_project(options.project) as project, cancellable() as cancel:
        found = city_consequences(
            project.city(),
            horizon_h=horizon,
            top=options.top,
            threads=options.threads,
            progress=progress(options),
            cancel=cancel,
        )
    say(options, *consequence_lines(found))
    write_json(options.json, jsonable(found))
    return 0
