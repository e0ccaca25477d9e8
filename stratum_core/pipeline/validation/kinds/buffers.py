"""Case kind: a supply that fails at stated hours, and a chain of reserves behind it, through the cascade's event queue."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS, HazardSpec
from stratum_core.model import Assets, City, Dependencies
from stratum_core.model.fields import Strings
from stratum_core.model.spec import CascadeSpec, RepairSpec, RunSpec, build
from stratum_core.pipeline.cascade import run_cascade
from stratum_core.pipeline.scenario import Scenario
from stratum_core.pipeline.validation.cases import KINDS

_STEP_H = 1 / 60
_LONGEST_H = 720.0


@KINDS.register("buffers")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Hours down and first hour down of the last of the chain; the supply is back at the end of each outage."""
    chain = inputs.get("chain", [{key: inputs[key] for key in ("buffer_h", "refill_h_per_h") if key in inputs}])
    outages = sorted((float(start), float(end)) for start, end in inputs["outages"])
    _apart(outages)
    horizon = float(inputs.get("horizon_h", min(max((end for _, end in outages), default=0.0) + 24.0, _LONGEST_H)))
    outage = HAZARDS.get("outage")
    hazards: tuple[HazardSpec, ...] = tuple(
        build(outage, {"assets": ["supply"], "at_h": start, "lasts_h": end - start})
        for start, end in outages if start <= horizon)
    spec = CascadeSpec(run=RunSpec(replicates=1, horizon_h=horizon, step_h=_STEP_H), repair=RepairSpec(enabled=False))
    scenario = Scenario("buffers", "", "", hazards, ("outage",) * len(hazards), spec, folder)
    result = run_cascade(chained(chain), scenario, threads=1)
    first = float(result.time_to_failure_h[-1])
    return {"downtime_h": float(result.mean_hours_down[-1]), "first_down_h": None if math.isnan(first) else first,
            "downtimes_h": result.mean_hours_down[1:].tolist()}


def chained(chain: Sequence[Mapping[str, Any]]) -> City:
    """A supply and, behind it, one facility per reserve, each fed by the one before."""
    names = np.array(["supply", *(f"stage/{i + 1}" for i in range(len(chain)))], dtype=object)
    refill = [math.inf if stage.get("refill_h_per_h") is None else float(stage["refill_h_per_h"]) for stage in chain]
    return City(
        "reserves", assets=Assets(id=names, sector=_all("health", len(names)), kind=_all("clinic", len(names))),
        dependencies=Dependencies(
            id=np.array([f"need/{name}" for name in names[1:]], dtype=object), dependent=names[1:], supplier=names[:-1],
            service=_all("power", len(chain)), buffer=np.array([float(stage["buffer_h"]) for stage in chain]),
            refill=np.array(refill)))


def _all(word: str, size: int) -> Strings:
    return np.full(size, word, dtype=object)


def _apart(outages: list[tuple[float, float]]) -> None:
    for number, (start, end) in enumerate(outages):
        if end <= start or (number and start < outages[number - 1][1]):
            raise InputError(f"the outage [{start:g}, {end:g}] ends before it starts or overlaps another", where="inputs.outages",
                             repair="give [start, end] with start < end, one outage after the other")
