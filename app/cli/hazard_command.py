"""hazard: what a scenario does at each exposed component, before anything cascades."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.cli.options import common, say, settings, write_json

if TYPE_CHECKING:
    from stratum_core.hazards import Prepared
    from stratum_core.model.city import City

SCHEMA = "stratum.hazard/1"
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--scenario", required=True)
    common(parser, runs=True)


def run(options: argparse.Namespace) -> int:
    """Intensity, unit and chances of damage states by component and hazard, the likeliest damage first."""
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.scenario import find_scenario, read_scenario

    with open_project(options.project) as project:
        city = project.city()
        scenario = read_scenario(find_scenario(options.scenario, [project.scenarios])).with_settings(settings(options))
        prepared = scenario.prepare(city)
    numbered = enumerate(zip(scenario.kinds, prepared, strict=True), start=1)
    rows = [row for number, (kind, hazard) in numbered for row in _rows(city, number, kind, hazard)]
    rows.sort(key=lambda row: (-row["probability"], -row["intensity"], row["asset"]))
    warnings = [warning for hazard in prepared for warning in hazard.warnings]
    components = len({row["asset"] for row in rows})
    each = f", in {len(rows):,} rows, one for each hazard" if len(rows) > components else ""
    say(options, f"{components:,} exposed components{each}.", *(_line(row) for row in rows[:_SHOWN]), *warnings)
    page = {"schema": SCHEMA, "scenario": scenario.name, "exposed": rows, "warnings": warnings,
            "assumptions": [told for hazard in prepared for told in hazard.assumptions]}
    write_json(options.json, page)
    return 0


def _rows(city: City, number: int, kind: str, hazard: Prepared) -> Iterator[dict[str, Any]]:
    """What one hazard does at each exposed component; damage_states (none to complete) where the hazard has states."""
    found = hazard.intensity()
    for i, component in enumerate(found.component):
        row = {
            "asset": str(city.component_ids[component]),
            "name": str(city.component_names[component]),
            "hazard": kind,
            "number": number,
            "intensity": float(found.greatest[i]),
            "measure": str(found.measure[i]) if found.measure is not None else "",
            "unit": str(found.unit[i]) if found.unit is not None else hazard.unit,
            "threshold_low": _number(found.low[i]),
            "threshold_high": _number(found.high[i]),
            "probability": float(found.probability[i]),
        }
        yield row | ({"damage_states": found.states[i].tolist()} if found.states is not None else {})


def _line(row: dict[str, Any]) -> str:
    return f"  {row['name']:<28}{row['intensity']:10.3g} {row['measure'] + ' ' if row['measure'] else ''}{row['unit']:<6}" \
           f"{100 * row['probability']:6.1f} %"


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
