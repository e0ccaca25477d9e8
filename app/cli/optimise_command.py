"""optimise: which measures, for what money, and when they fail."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.options import cancellable, common, progress, say, settings, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.pipeline.optimising.study import Asked

#: replicates of a search unless asked for: enough for a mean to a few per cent, few enough for thousands of portfolios
RUNS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    def add(flag: str, kind: Callable[[str, str], float], text: str, **rest: Any) -> None:
        parser.add_argument(flag, type=lambda given: kind(given, flag), help=text, **rest)

    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    add("--budget", _amount, "what may be spent, in the city's money", required=True, metavar="B")
    add("--evaluations", _count, "portfolios to try (1000)", default=1000, metavar="N")
    parser.add_argument("--objectives", default="people_hours,damage", metavar="A,B",
                        help="what is to be small beside cost: people_hours, people_hours.SERVICE, people_hours_cvar, "
                             "damage, damage_cvar, restored_90_h, worst_served_h, stranded, clearance_h")
    parser.add_argument("--must", action="append", default=[], metavar="OPTION", help="an option or intervention that is in")
    parser.add_argument("--must-not", action="append", default=[], metavar="OPTION", help="one that is not")
    add("--lead", _amount, "only what stands in so many days", default=math.inf, metavar="DAYS")
    add("--crews", _amount, "crews that the measures may add together", default=math.inf, metavar="N")
    add("--years", _count, "years in which the budget is spent, in equal parts", default=1, metavar="N")
    add("--rate", _amount, "discount rate a year (0.03)", default=0.03, metavar="R")
    parser.add_argument("--limit", action="append", default=[], metavar="OBJECTIVE=VALUE", help="good enough; may be repeated")
    parser.add_argument("--futures", type=int, default=100, metavar="N", help="futures to try the plans in (100); 0: none")
    parser.add_argument("--interventions", metavar="DIR", help="a folder of interventions beside those of the project")
    parser.add_argument("--from", dest="start", metavar="ID", help="go on from an earlier search")
    add("--runs", _count, f"replicates of each portfolio ({RUNS})", default=RUNS, metavar="N")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Search, store, and say what to look at first. Ctrl+C ends the search and keeps what it found; a second one ends all."""
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.optimising import optimise
    from stratum_core.pipeline.optimising.answers import optimise_lines
    from stratum_core.pipeline.optimising.storing import store_optimisation
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario
    from stratum_core.policy.interventions.reading import interventions

    asked, chosen = _asked(options), settings(options, run__replicates=options.runs)
    folders = [Path(options.interventions)] if options.interventions else []
    if folders and not folders[0].is_dir():
        raise InputError("there is no such folder", where=f"--interventions {folders[0]}", repair="name a folder of TOML files")
    with open_project(options.project) as project, cancellable() as enough:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        start = [plan.options for plan in project.optimisations.result(options.start).front] if options.start else []
        result = optimise(project.city(), scenario, asked, interventions([project.interventions, *folders]),
                          threads=options.threads, progress=progress(options), enough=enough, start=start)
        store_optimisation(project, result, scenario, chosen)
    say(options, *optimise_lines(result))
    write_json(options.json, result_page(result))
    return 0


def _asked(options: argparse.Namespace) -> Asked:
    from stratum_core.pipeline.optimising.study import Asked

    names = tuple(name.strip() for name in options.objectives.split(",") if name.strip())
    limits = {}
    for text in options.limit:
        name, equals, value = text.partition("=")
        if not equals or name not in names:
            raise InputError(f"'{text}' is no limit of an objective", where="--limit", repair=f"write {names[0]}=1000")
        limits[name] = _amount(value, where="--limit")
    return Asked(budget=options.budget, objectives=names, evaluations=options.evaluations, must=tuple(options.must),
                 must_not=tuple(options.must_not), lead_d=options.lead, crews=options.crews, years=options.years,
                 rate=options.rate, futures=options.futures, limits=limits)


def _count(text: str, where: str) -> int:
    """A whole number from 1; raises InputError for anything else."""
    if not text.isdigit() or not 1 <= int(text) <= 10_000_000:
        raise InputError(f"'{text}' is no number of them", where=where, repair="give a whole number from 1")
    return int(text)


def _amount(text: str, where: str) -> float:
    """A number from 0; raises InputError for anything else."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        raise InputError(f"'{text}' is no amount", where=where, repair="give a number from 0, such as 250000")
    return found
