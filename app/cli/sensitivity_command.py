"""sensitivity: which assumption drives the answer of a scenario."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, progress, say, settings, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--runs", type=int, default=100, metavar="N", help="replicates of each evaluation")
    parser.add_argument("--trajectories", type=int, default=0, metavar="N", help="Morris screening with so many; 0: tornado only")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """One bar an assumption, widest first."""
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario
    from stratum_core.pipeline.sensitivity import sensitivity, sensitivity_lines

    with open_project(options.project) as project, cancellable() as cancel:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(settings(options))
        found = sensitivity(
            project.city(),
            scenario.with_settings({"run.replicates": str(options.runs)}),
            replicates=options.runs,
            trajectories=options.trajectories,
            threads=options.threads,
            progress=progress(options),
            cancel=cancel,
        )
    say(options, *sensitivity_lines(found))
    write_json(options.json, jsonable(found))
    return 0
