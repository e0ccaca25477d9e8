"""restore: in which order crews repair the damage of a stored cascade, each order judged by the cascade itself."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, progress, rows, say, settings, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--run", required=True, metavar="ID", help="a stored cascade of the project")
    parser.add_argument(
        "--crews", action="append", default=[], metavar="N", help="crews of each sector, or SECTOR=N; else as the run has them"
    )
    parser.add_argument("--runs", type=rows, metavar="N", help="replicates to look at, from the first (50)")
    parser.add_argument("--replicate", type=int, metavar="K", help="whose order is told job by job; else a middle one")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Every method's people-hours with interval, the one of the fewest, and its order in words."""
    from stratum_core.errors import InputError
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.explain import stored_scenario
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.restoring.answering import REPLICATES, Question, crews_from, restore
    from stratum_core.pipeline.restoring.lines import restoration_lines

    if options.seed is not None:
        raise InputError("orders are judged on the random numbers of the run", where="--seed", repair="leave it out")
    question = Question(crews_from(options.crews), options.runs or REPLICATES, options.replicate, settings(options))
    with open_project(options.project) as project, cancellable() as cancel:
        row = project.run_row(options.run)
        job, scenario = stored_scenario(project, row.run)
        found = restore(
            job, scenario, question, cascade=row.run, threads=options.threads, progress=progress(options), cancel=cancel
        )
    say(options, *restoration_lines(found))
    write_json(options.json, result_page(found))
    return 0
