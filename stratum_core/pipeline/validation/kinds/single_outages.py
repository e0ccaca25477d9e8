"""Case kind: every single outage of a city through the cascade, and how much each loses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stratum_core.cascade.compiled import compile_city
from stratum_core.criticality.consequence import consequences
from stratum_core.model.spec import CascadeSpec, RunSpec
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.given_city import given_city


@KINDS.register("single_outages")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The distribution of what single outages lose, and the worst of them."""
    city = given_city(inputs, folder)
    compiled = compile_city(city, CascadeSpec(run=RunSpec(horizon_h=float(inputs.get("hours", 24.0)))))
    found = consequences(compiled, top=int(inputs.get("top", 10)))
    bands = found.distribution
    little = float(inputs.get("little", 0.01))
    large = float(inputs.get("large", 0.2))
    return {
        "outages": found.evaluated,
        "measure": found.measure,
        "nothing_share": bands[0].share,
        "little_share": sum(band.share for band in bands if band.high <= little),
        "large_share": sum(band.share for band in bands if band.low >= large),
        "distribution": [{"low": band.low, "high": band.high, "outages": band.outages, "share": band.share} for band in bands],
        "worst": [{"component": row.assets[0], "people_hours": row.people_hours, "components_down": row.lost}
                  for row in found.singles],
    }
