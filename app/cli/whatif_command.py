"""whatif: the same run with one thing otherwise, on the same random numbers."""

from __future__ import annotations

import argparse

from app.cli.options import cancellable, common, progress, say, settings, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--break", dest="broken", action="append", default=[], metavar="ASSET", help="it is out from the start")
    parser.add_argument("--protect", action="append", default=[], metavar="ASSET", help="the hazard does not damage it")
    parser.add_argument("--reserve", action="append", default=[], metavar="ASSET=HOURS", help="it gets a reserve of its own")
    parser.add_argument("--crews", action="append", default=[], metavar="SECTOR=NUMBER", help="so many repair crews")
    parser.add_argument("--runs", type=int, metavar="N", help="replicates")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Run the scenario and the change, and say the difference."""
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario
    from stratum_core.pipeline.what_if import actions_from, ask

    chosen = settings(options, run__replicates=options.runs)
    with open_project(options.project) as project, cancellable() as cancel:
        city = project.city()
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        actions = actions_from(
            city, broken=options.broken, protected=options.protect, reserves=options.reserve, crews=options.crews
        )
        found = ask(city, scenario, actions, threads=options.threads, progress=progress(options), cancel=cancel)
    say(options, *found.lines())
    write_json(options.json, jsonable(found))
    return 0
