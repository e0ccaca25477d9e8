"""cascade: run a scenario on a project and store the run."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime

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
    from stratum_core.pipeline.cascade import run_cascade
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    chosen = settings(options, run__replicates=options.runs, run__horizon_h=hours(options.horizon))
    with open_project(options.project) as project, cancellable() as cancel:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        result = run_cascade(
            project.city(), scenario, threads=options.threads or os.cpu_count() or 1, progress=progress(options), cancel=cancel
        )
        recipe = {"scenario_file": str(scenario.file.resolve()), "settings": chosen, "spec": scenario.digest()}
        project.save_run(result, recipe, datetime.now(UTC).isoformat(timespec="seconds"))
    say(options, *summary(result))
    write_json(options.json, result_page(result))
    return 0


def summary(result: object) -> list[str]:
    """The answer in a few sentences."""
    from stratum_core.pipeline.answers import answer_lines

    return answer_lines(result)  # type: ignore[arg-type]
