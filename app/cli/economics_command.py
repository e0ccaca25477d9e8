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
    parser.add_argument("--run", metavar="ID", action="append", help="a stored cascade of the project; again for a set of "
                        "scenarios with return periods: the annual expected damage")
    parser.add_argument("--deductible", metavar="AMOUNT", type=float, help="insurance: the insured bears this of a damage first")
    parser.add_argument("--limit", metavar="AMOUNT", type=float, help="insurance: the insurer pays at most this of a damage")
    parser.add_argument("--prices", metavar="FILE.csv", help="your own prices of an hour of a person without a service: what "
                        "(outage.power), value, per (person-hour), currency, price_year, source")
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

    if (options.project is None) == (options.table is None) or options.run or _beside(options):
        raise InputError("a shock needs either a table or a project", where="--shock",
                         repair="write --table FILE --shock FILE.toml")
    seed = 42 if options.seed is None else options.seed
    if options.table is not None:
        return economics_of_shock(read([Path(options.table)], crs="none"), Path(options.shock), seed)
    with open_project(options.project) as project:
        return economics_of_shock(project.city(), Path(options.shock), seed)


def _of_run(options: argparse.Namespace) -> EconomicsResult:
    from stratum_core.pipeline.economics.own_prices import read_prices
    from stratum_core.pipeline.economics.run_losses import Wanted, economics_of_run
    from stratum_core.pipeline.explain import stored_scenario
    from stratum_core.pipeline.projects import open_project

    if options.project is None or not options.run or options.table is not None:
        raise InputError("economics needs a cascade or a shock",
                         repair="write 'economics PROJECT --run ID', or --table and --shock")
    prices = read_prices(Path(options.prices)) if options.prices is not None else ()
    with open_project(options.project) as project, cancellable() as cancel:
        first, *others = ((project.result(project.run_row(id).run), *stored_scenario(project, id)) for id in options.run)
        result, job, scenario = first
        wanted = Wanted(options.deductible, options.limit, prices, tuple((found, of) for found, _, of in others))
        return economics_of_run(job, scenario, result, wanted,
                                threads=options.threads or 1, progress=progress(options), cancel=cancel)


def _beside(options: argparse.Namespace) -> bool:
    """True where something is asked that only a cascade has."""
    return any(one is not None for one in (options.deductible, options.limit, options.prices))
