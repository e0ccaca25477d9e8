"""Case kind: the cascade's power model against AC power flow, undamaged and after outages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.model.fields import Floats, Strings
from stratum_core.model.spec import CascadeSpec
from stratum_core.pipeline.ac_comparison import AcComparison, compare_with_ac
from stratum_core.pipeline.validation.cases import KINDS
from stratum_core.pipeline.validation.given_city import given_city


@KINDS.register("ac_comparison")
def run(inputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The greatest differences over the undamaged city and all outages, and a row for each."""
    city, spec = given_city(inputs, folder), CascadeSpec()
    if "power_factor" in inputs:
        spec = replace(spec, power=replace(spec.power, power_factor=inputs["power_factor"]))
    outages = [[], *inputs.get("outages", [])]
    found = [compare_with_ac(city, spec, [city.resolve(name, where="inputs.outages") for name in out])
             for out in outages]
    solved = [one for one in found if one.converged]
    return {
        "converged": len(solved) == len(found),
        "loading_difference": max((one.loading_difference for one in solved), default=None),
        "voltage_difference_pu": max((one.voltage_difference for one in solved), default=None),
        "nodes_below_floor": sum(one.below for one in found),
        "nodes_below_floor_ac": sum(one.below_ac for one in found),
        "rows": [{"out": list(out), **_row(one)} for out, one in zip(outages, found, strict=True)],
    }


def _row(found: AcComparison) -> dict[str, Any]:
    loading, voltage = np.abs(found.loading - found.loading_ac), np.abs(found.voltage - found.voltage_ac)
    return {
        "converged": found.converged,
        "loading": _worst(found.links, loading, found.loading, found.loading_ac),
        "loading_median_difference": _median(loading),
        "voltage_pu": _worst(found.nodes, voltage, found.voltage, found.voltage_ac),
        "voltage_median_difference_pu": _median(voltage),
        "losses_mw": found.losses,
        "losses_ac_mw": found.losses_ac if found.converged else None,
        "least_voltage_ac_pu": float(found.voltage_ac.min()) if found.converged and len(found.voltage_ac) else None,
    }


def _worst(names: Strings, difference: Floats, ours: Floats, theirs: Floats) -> dict[str, Any] | None:
    if not np.isfinite(difference).any():
        return None
    i = int(np.nanargmax(difference))
    return {"component": str(names[i]), "model": float(ours[i]), "ac": float(theirs[i])}


def _median(difference: Floats) -> float | None:
    known = difference[np.isfinite(difference)]
    return float(np.median(known)) if len(known) else None
