"""cascade: run a scenario on a project and store the run."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, hours, progress, say, settings, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--runs", type=int, metavar="N", help="replicates")
    parser.add_argument("--horizon", help="simulated time, such as 72h")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Run, store, and say the answer first."""
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.answers import answer_lines
    from stratum_core.pipeline.main_job import run_and_store
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    chosen = settings(options, run__replicates=options.runs, run__horizon_h=hours(options.horizon))
    with open_project(options.project) as project, cancellable() as cancel:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        job, result = run_and_store(project, scenario, chosen, threads=options.threads, progress=progress(options), cancel=cancel)
    say(options, *answer_lines(result, job.compiled.city))
    write_json(options.json, result_page(result))
    return 0
