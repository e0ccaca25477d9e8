"""Cascades of overloads in a transmission grid: each outage run through the cascade engine, without repair and reclosing.

The rule is the engine's own: all branches above their rating trip together; each island without capacity is black, a surplus
scales generation down, a deficit raises it in proportion to headroom and sheds the rest pro rata; again until nothing trips.
A DC cascade sheds less than an AC one, which adds voltage collapse and under-frequency stages (AC-CFM publishes 45.05 % for
the outage of line 9 of case39; DC with the file's ratings sheds 14.15 %).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stratum_core.cascade.compiled import compile_city
from stratum_core.cascade.run import CascadeJob
from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.spec import CascadeSpec, PowerSpec, RepairSpec, RunSpec
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors.network import OVERLOAD
from stratum_core.sectors.power.compiled import BASE_W

#: voltage that all buses are given, so that the whole grid is solved by DC flow
TRANSMISSION_V = 110e3
SPEC = CascadeSpec(
    run=RunSpec(replicates=1, horizon_h=1.0, step_h=1.0),
    power=PowerSpec(trip_overload=1.0, reclose_h=1e4),
    repair=RepairSpec(enabled=False),
)


@dataclass(frozen=True)
class OverloadCascade:
    """What one outage led to. tripped: branches by round, the last round trips none; shed: share of all demand by round."""

    out: tuple[str, ...]
    tripped: tuple[int, ...]
    shed: tuple[float, ...]

    @property
    def rounds(self) -> int:
        """Rounds in which something tripped."""
        return sum(count > 0 for count in self.tripped)


def overload_cascades(
    city: City, outages: Sequence[Sequence[str]], *, progress: Progress = silent, cancel: CancelToken | None = None
) -> tuple[OverloadCascade, ...]:
    """Run every outage (ids of components that are out) on its own.

    Raises InputError for an unknown id, Cancelled, EngineError.
    """
    compiled, found = compile_city(city, SPEC), []
    for done, out in enumerate(outages):
        (cancel or CancelToken()).check()
        progress(done, len(outages))
        hazard = OutageSpec(tuple(out), lasts_h=1e4).prepare(city, Path())
        state, _ = CascadeJob(compiled, (hazard,)).replay(0)
        solves = [i for i in range(int(state.log_count[0])) if state.log_component[i] == -1 and state.log_rule[i] == OVERLOAD]
        tripped, shed = (tuple(column[solves].tolist()) for column in (state.log_cause, state.log_value))
        found.append(OverloadCascade(tuple(out), tripped, shed))
    progress(len(outages), len(outages))
    return tuple(found)


def balanced(city: City) -> City:
    """``city`` at transmission voltage, with the difference between generation and demand on its first grid connection.

    MATPOWER's DC flow means the same: the reference bus takes the rest. Raises InputError where that is beyond its capacity.
    """
    assets = city.assets
    power = (assets.sector == "power") & assets.in_service
    sources = power & np.isin(assets.kind, ["external_grid", "generator"])
    output = np.where(sources, np.nan_to_num(assets.capacity) * np.nan_to_num(assets.level), 0.0)
    missing = np.nan_to_num(assets.demand[power]).sum() - output.sum()
    grids = np.flatnonzero(sources & (assets.kind == "external_grid"))
    if not len(grids):
        raise InputError("the case has no generator at its reference bus", repair="give one to the bus of type 3")
    level, slack = np.where(sources, np.nan_to_num(assets.level), assets.level), grids[0]
    share = (output[slack] + missing) / assets.capacity[slack]
    if not 0 <= share <= 1:
        raise InputError(f"the reference bus would have to give {(output[slack] + missing) / 1e6:g} MW",
                         repair="give a dispatch that meets the demand within its capacity")
    level[slack] = share
    voltage = np.where(assets.sector == "power", np.maximum(np.nan_to_num(assets.voltage), TRANSMISSION_V), assets.voltage)
    return replace(city, assets=replace(assets, level=level, voltage=voltage))


def rated_from_flows(city: City, alpha: float, floor_share: float) -> City:
    """Every link rated at alpha times its flow in the undamaged city, at least at ``floor_share`` of the greatest flow."""
    flow = base_flows(city)
    return replace(city, links=replace(city.links, capacity=np.maximum(alpha * flow, floor_share * flow.max()) * BASE_W))


def base_flows(city: City) -> Floats:
    """(links,) flow in MW of the undamaged city, by the engine: its loading under a rating of 1 MW."""
    ones = np.full(len(city.links), BASE_W)
    loading = compile_city(replace(city, links=replace(city.links, capacity=ones)), SPEC).base_loading
    flow: Floats = np.nan_to_num(loading[len(city.assets) :])
    return flow
