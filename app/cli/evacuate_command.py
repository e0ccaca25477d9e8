"""evacuate: who hears, who goes, who is stuck, who is left behind."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.options import cancellable, common, hours, people, progress, say, settings, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.cascade.run import CascadeJob
    from stratum_core.model.city import City
    from stratum_core.pipeline.scenario import Scenario
    from stratum_core.store.project import Project

COMPARISON = "stratum.evacuation_comparison/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True, help="a TOML file, or the name of a scenario")
    parser.add_argument("--run", metavar="ID", help="a cascade whose outages people feel: dark signals, no warning, closed roads")
    parser.add_argument("--agents", type=people, default=0, metavar="N", help="simulate about so many people; 0: all")
    parser.add_argument("--plan", action="append", default=[], metavar="NAME:KEY=VALUE;...",
                        help="another order or plan beside the scenario as it is, on the same replicates; may be repeated")
    parser.add_argument("--runs", type=int, metavar="N", help="replicates")
    parser.add_argument("--horizon", help="simulated time, such as 12h")
    parser.add_argument("--trace", metavar="K", help="one replicate in full: its number, or middle, worst, best by the stranded")
    parser.add_argument("--save", metavar="DIR", help="the folder for the trace, as Parquet: entries, people, roads")
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Run, and say the answer first; with plans, all of them beside each other."""
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    chosen = settings(options, evacuation__replicates=options.runs, evacuation__horizon_h=hours(options.horizon))
    with open_project(options.project) as project, cancellable() as cancel:
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(chosen)
        wanted, (run_id, job, warnings) = _wanted(options), _cascade(project, options.run, scenario)
        ask = partial(_compare, plans=_plans(options)) if options.plan else partial(_answer, project, chosen, wanted)
        lines, page = ask(project.city(), scenario, cascade=job, run=run_id, agents=options.agents, threads=options.threads,
                          warnings=warnings, progress=progress(options), cancel=cancel)
    say(options, *lines)
    write_json(options.json, page)
    return 0


def _answer(
    project: Project, chosen: dict[str, str], wanted: tuple[str, Path] | None, city: City, scenario: Scenario, **how: Any
) -> tuple[list[str], dict[str, Any]]:
    """Run, store, and say; with a replicate wanted, write its trace."""
    from stratum_core.ledger.canonical import result_page
    from stratum_core.pipeline.evacuation import evacuate, store_evacuation
    from stratum_core.pipeline.evacuation.answers import evacuation_lines
    from stratum_core.pipeline.evacuation.tracing import replicate_of, trace, write_trace

    _, result = evacuate(city, scenario, **how)
    store_evacuation(project, result, scenario, chosen)
    lines = evacuation_lines(result)
    if wanted is not None:
        number = replicate_of(result, wanted[0])
        found = trace(city, scenario, number, **{name: how[name] for name in ("cascade", "agents", "cancel")})
        write_trace(found, wanted[1])
        lines.append(f"Replicate {number} is written to {wanted[1]}: {len(found.time):,} entries into roads of {found.movers:,} "
                     f"cars, walkers and vehicles.")
    return lines, result_page(result)


def _wanted(options: argparse.Namespace) -> tuple[str, Path] | None:
    """The replicate to be written, and the folder; raises InputError where one of the two is missing."""
    if (options.trace is None) != (options.save is None):
        raise InputError("a trace needs a replicate and a folder", where="--trace, --save",
                         repair="write --trace middle --save DIR")
    if options.trace is not None and options.plan:
        raise InputError("plans beside each other have no trace", where="--trace", repair="give one plan by --set")
    return (options.trace, Path(options.save)) if options.trace is not None else None


def _compare(
    city: City, scenario: Scenario, *, plans: dict[str, dict[str, str]], warnings: tuple[str, ...], **how: Any
) -> tuple[list[str], dict[str, Any]]:
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.evacuation.comparing import compare_plans, comparison_lines

    found = compare_plans(city, scenario, plans, **how)
    return [*comparison_lines(found), *(f"Warning: {text}" for text in warnings)], labelled(found, COMPARISON)


def _plans(options: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Settings by name of the plan; raises InputError for one that is no NAME:KEY=VALUE, and for two of one name."""
    found: dict[str, dict[str, str]] = {}
    for text in options.plan:
        name, colon, rest = text.partition(":")
        pairs = [pair.partition("=") for pair in rest.split(";") if pair.strip()]
        if not (colon and name.strip() and pairs and all(equals for _, equals, _ in pairs)):
            raise InputError(f"'{text}' is no plan", where="--plan", repair='write "buses:evacuation.fleet=bus:3"')
        if name.strip() in found:
            raise InputError(f"two plans are called '{name.strip()}'", where="--plan", repair="give each a name of its own")
        found[name.strip()] = {key.strip(): value.strip() for key, _, value in pairs}
    return found


def _cascade(project: Project, run: str | None, scenario: Scenario) -> tuple[str, CascadeJob | None, tuple[str, ...]]:
    """The run that was asked for, to be replayed, and a warning where it is of other hazards than the scenario."""
    if run is None:
        return "", None, ()
    from stratum_core.pipeline.explain import stored_scenario

    id, (job, felt) = project.run_row(run).run, stored_scenario(project, run)
    same = felt.disaster_digest() == scenario.disaster_digest()
    return id, job, () if same else (
        f"Run {id} is of '{felt.name}', whose hazards are not those of '{scenario.name}': people flee the one and feel the "
        "outages of the other. Name a run of the same scenario, unless that is meant.",)
