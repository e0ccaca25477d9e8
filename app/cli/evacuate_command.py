"""evacuate: who hears, who goes, who is stuck, who is left behind."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.options import cancellable, common, hours, progress, say, settings, write_json

if TYPE_CHECKING:
    from stratum_core.cascade.run import CascadeJob
    from stratum_core.store.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--run", metavar="ID", help="a cascade whose outages people feel: dark signals, no warning, closed roads")
    parser.add_argument("--agents", type=int, default=0, metavar="N", help="simulate about so many people; 0: all")
    parser.add_argument("--runs", type=int, metavar="N", help="replicates")
    parser.add_argument("--horizon", help="simulated time, such as 12h")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Run, and say the answer first."""
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.evacuation import evacuate
    from stratum_core.pipeline.evacuation.answers import evacuation_lines
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    chosen = settings(options, evacuation__replicates=options.runs, evacuation__horizon_h=hours(options.horizon))
    with open_project(options.project) as project, cancellable() as cancel:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        run_id, job = _cascade(project, options.run)
        _, result = evacuate(project.city(), scenario, cascade=job, run=run_id, agents=options.agents, threads=options.threads,
                             progress=progress(options), cancel=cancel)
    say(options, *evacuation_lines(result))
    write_json(options.json, result_page(result))
    return 0


def _cascade(project: Project, run: str | None) -> tuple[str, CascadeJob | None]:
    """The run that was asked for, to be replayed."""
    if run is None:
        return "", None
    from stratum_core.pipeline.explain import stored_scenario

    return project.run_row(run).run, stored_scenario(project, run)[0]
