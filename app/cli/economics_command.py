"""economics: what a shock to a table, or a stored cascade, costs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import cancellable, common, progress, say, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.model.economics_results import EconomicsResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT", nargs="?", help="with --run: damage, tail and lost output of a cascade")
    parser.add_argument("--run", metavar="ID", help="a stored cascade of the project")
    parser.add_argument("--table", metavar="FILE", help="an input-output table (CSV, XLSX, or a folder of pymrio's text files)")
    parser.add_argument("--shock", metavar="FILE.toml", help="what happens to the table, or to the industries of the project")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Losses in sentences; --json holds all of them."""
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.economics.answers import economics_lines

    found = _of_shock(options) if options.shock is not None else _of_run(options)
    say(options, *economics_lines(found))
    write_json(options.json, result_page(found))
    return 0


def _of_shock(options: argparse.Namespace) -> EconomicsResult:
    from stratum_core.importers import read
    from stratum_core.pipeline.economics.shock import economics_of_shock
    from stratum_core.pipeline.projects import open_project

    if (options.project is None) == (options.table is None) or options.run is not None:
        raise InputError("a shock needs either a table or a project", where="--shock",
                         repair="write --table FILE --shock FILE.toml")
    seed = 42 if options.seed is None else options.seed
    if options.table is not None:
        return economics_of_shock(read([Path(options.table)], crs="none"), Path(options.shock), seed)
    with open_project(options.project) as project:
        return economics_of_shock(project.city(), Path(options.shock), seed)


def _of_run(options: argparse.Namespace) -> EconomicsResult:
    from stratum_core.pipeline.economics.run_losses import economics_of_run
    from stratum_core.pipeline.explain import stored_scenario
    from stratum_core.pipeline.projects import open_project

    if options.project is None or options.run is None or options.table is not None:
        raise InputError("economics needs a cascade or a shock",
                         repair="write 'economics PROJECT --run ID', or --table and --shock")
    with open_project(options.project) as project, cancellable() as cancel:
        row = project.run_row(options.run)
        job, _ = stored_scenario(project, row.run)
        return economics_of_run(job, project.result(row.run), threads=options.threads or 1, progress=progress(options),
                                cancel=cancel)
