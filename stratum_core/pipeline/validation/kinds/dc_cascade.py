"""Case kind: overload cascades after single outages of a MATPOWER case, through the cascade engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import unknown
from stratum_core.model.city import City
from stratum_core.pipeline.overload_cascade import OverloadCascade, balanced, overload_cascades, rated_from_flows
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.matpower_case import read_city


@KINDS.register("dc_cascade")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Shed and rounds of every outage asked for (all branches in service, one by one); branches go by the file's own numbers."""
    city = balanced(read_city(inputs, folder))
    if "alpha" in inputs:
        city = rated_from_flows(city, inputs["alpha"], inputs.get("floor_share", 0.05))
    asked = inputs.get("outages") or [[number] for number in _numbers(city, in_service=True)]
    known = _numbers(city)
    for number in (number for out in asked for number in out):
        if number not in known:
            raise unknown("branch", str(number), [str(n) for n in known], where="inputs.outages")
    found = overload_cascades(city, [[f"case/branch/{number}" for number in out] for out in asked])
    return _outputs([",".join(map(str, out)) for out in asked], found)


def _numbers(city: City, *, in_service: bool = False) -> list[int]:
    links = city.links
    chosen = (links.sector == "power") & (links.in_service | (not in_service))
    return [int(name.rsplit("/", 1)[-1]) for name in links.id[chosen]]


def _outputs(names: Sequence[str], found: Sequence[OverloadCascade]) -> dict[str, Any]:
    shed = [100.0 * one.shed[-1] for one in found]
    steps = [np.diff(one.shed).min() for one in found if len(one.shed) > 1]
    return {
        "mean_shed_percent": float(np.mean(shed)),
        "outages": len(found),
        "shed_percent": dict(zip(names, shed, strict=True)),
        "rounds": {name: one.rounds for name, one in zip(names, found, strict=True)},
        "tripped": {name: int(sum(one.tripped)) for name, one in zip(names, found, strict=True)},
        "least_change_of_shed": float(min(steps, default=0.0)),
    }
