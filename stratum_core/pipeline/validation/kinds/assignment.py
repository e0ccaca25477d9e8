"""Case kind: static user equilibrium of a city's trips, or of roads and trips given in the case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stratum_core.model import Assets, City, Links, Trips
from stratum_core.pipeline.assigning import assign
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.given_city import given_city


@KINDS.register("assignment")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Objective, gap, flows and times by road."""
    city = given_city(inputs, folder) if "files" in inputs else _city(inputs)
    found = assign(city, inputs.get("gap", 1e-6))
    names = [str(name).rsplit("/link/", 1)[-1] for name in found.assets]
    return {
        "objective": found.objective, "total_time": found.total_time_h * 60.0, "gap": found.gap, "iterations": found.iterations,
        "flows": dict(zip(names, found.flows.tolist(), strict=True)),
        "minutes": dict(zip(names, found.minutes.tolist(), strict=True)),
    }


def _city(inputs: Mapping[str, Any]) -> City:
    """Roads and trips of the case as a city without places."""
    roads, trips = inputs["roads"], inputs["trips"]
    nodes = sorted({str(row[end]) for row in [*roads, *trips] for end in ("from", "to")})
    zones = {str(name) for name in inputs.get("zones", ())}
    names = [str(row.get("id", f"{row['from']}-{row['to']}")) for row in roads]
    return City(
        "case",
        assets=Assets(id=nodes, sector=["roads"] * len(nodes), kind=["zone" if name in zones else "crossing" for name in nodes]),  # type: ignore[arg-type]
        links=Links(
            id=names, sector=["roads"] * len(roads), kind=["road"] * len(roads), start=[str(row["from"]) for row in roads],  # type: ignore[arg-type]
            end=[str(row["to"]) for row in roads], capacity=[row["capacity"] for row in roads], unit=["veh/h"] * len(roads),  # type: ignore[arg-type]
            free_flow_time=[row["minutes"] * 60.0 for row in roads], one_way=[True] * len(roads),  # type: ignore[arg-type]
            delay_factor=[row.get("factor", 0.15) for row in roads], delay_power=[row.get("power", 4.0) for row in roads],  # type: ignore[arg-type]
        ),
        trips=Trips(
            id=[f"trips/{i}" for i in range(len(trips))], origin=[str(row["from"]) for row in trips],  # type: ignore[arg-type]
            destination=[str(row["to"]) for row in trips], vehicles=[row["vehicles"] for row in trips],  # type: ignore[arg-type]
        ),
    )
