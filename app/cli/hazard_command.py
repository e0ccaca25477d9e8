"""hazard: what a scenario does at each exposed component, before anything cascades."""

from __future__ import annotations

import argparse

from app.cli.options import common, say, settings, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True)
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Greatest intensity and threshold range by component, deepest first."""
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    rows = []
    with open_project(options.project) as project:
        city = project.city()
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(settings(options))
        for kind, spec in zip(scenario.kinds, scenario.hazards, strict=True):
            hazard = spec.prepare(city, scenario.folder)
            found = hazard.intensity()
            rows += [
                {
                    "asset": str(city.component_ids[c]),
                    "name": str(city.component_names[c]),
                    "hazard": kind,
                    "intensity": float(v),
                    "unit": hazard.unit,
                    "threshold_low": float(low),
                    "threshold_high": float(high),
                }
                for c, v, low, high in zip(found.component, found.greatest, found.low, found.high, strict=True)
            ]
    rows.sort(key=lambda row: -float(str(row["intensity"])))
    say(
        options,
        f"{len(rows)} exposed components.",
        *(f"  {row['name']:<28}{row['intensity']:8.2f} {row['unit']}" for row in rows[:20]),
    )
    write_json(options.json, {"scenario": scenario.name, "exposed": rows})
    return 0
