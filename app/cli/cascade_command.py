"""cascade: run a scenario on a project and store the run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.options import cancellable, common, hours, moment, progress, say, settings, write_json
from stratum_core.errors import InputError
from stratum_core.ports import CancelToken

if TYPE_CHECKING:
    from stratum_core.cascade.run import CascadeJob
    from stratum_core.pipeline.situation.start_state import Start
    from stratum_core.store.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--runs", type=int, metavar="N", help="replicates")
    parser.add_argument("--horizon", help="simulated time, such as 72h")
    parser.add_argument("--from-now", nargs="?", type=moment, const=True, metavar="TIME",
                        help="begin with what the readings say now, or said at TIME (ISO 8601, UTC unless it says otherwise)")
    water = "check the water of the first N replicates by EPANET, pressure-driven"
    parser.add_argument("--hydraulics", type=int, default=0, metavar="N", help=water)
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
        _check_hydraulics(options.hydraulics, scenario.spec.run.replicates)
        start, told = _start(project, options, cancel)
        job, result = run_and_store(project, scenario, chosen, start=start, threads=options.threads, progress=progress(options),
                                    cancel=cancel)
        water = _hydraulics(job, options, cancel)
    say(options, *answer_lines(result, job.compiled.city), *told, *water)
    write_json(options.json, result_page(result))
    return 0


def _start(project: Project, options: argparse.Namespace, cancel: CancelToken) -> tuple[Start | None, list[str]]:
    """What the run begins from by the readings, and that in sentences; None without --from-now."""
    if options.from_now is None:
        return None, []
    from stratum_core.pipeline.situation.present import start_at
    from stratum_core.pipeline.situation.start_state import start_lines

    at = None if options.from_now is True else options.from_now
    city, start = start_at(project, at, progress=progress(options), cancel=cancel)
    return start, [f"It begins with what readings said at {start.at}:", *(f"  {line}" for line in start_lines(city, start))]


def _check_hydraulics(count: int, replicates: int) -> None:
    if not 0 <= count <= replicates:
        raise InputError(f"{count} replicates cannot be checked", where="--hydraulics", repair=f"give 0 to {replicates}")


def _hydraulics(job: CascadeJob, options: argparse.Namespace, cancel: CancelToken) -> list[str]:
    """One line for each replicate that EPANET checks; none without --hydraulics."""
    if not options.hydraulics:
        return []
    from stratum_core.pipeline.hydraulics import hydraulics_lines, replicate_hydraulics

    found = replicate_hydraulics(job, range(options.hydraulics), progress=progress(options), cancel=cancel)
    return hydraulics_lines(found)
