"""The estimated present as the start of a run: levels of stores with their uncertainty, and what is reported out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats
from stratum_core.number_format import counted, percent
from stratum_core.pipeline.scenario import Placing, Scenario

_STORAGE = ("level", "volume", "share")
#: kinds that run in turns, so that standing still is no failure
_IN_TURNS = ("pump", "pumping_station", "lift_station")


@dataclass(frozen=True)
class Start:
    """What sensors say of the start of a run: stores by id with mean and standard deviation of their level, ids that are out.

    at: the moment, ISO 8601 in UTC. It stands in the recipe of a run, so that the run can be repeated.
    """

    at: str
    levels: Mapping[str, tuple[float, float]]
    out: tuple[str, ...]

    @classmethod
    def of(cls, page: Mapping[str, Any]) -> Start:
        """From its page in a recipe."""
        return cls(str(page["at"]), {id: (float(m), float(s)) for id, (m, s) in page["levels"].items()}, tuple(page["out"]))


def start_of(city: City, mean: Floats, sd: Floats, at: int) -> Start:
    """What the sensors say (sensors,) at ``at`` (microseconds UTC), in their units, NaN where nothing is known of one.

    Levels of stores become shares of what they hold: volumes by the capacity, levels by the sensor's range from empty to full;
    each run draws them. A status of 0 puts its component out from the first hour on, but not a pump or lift station, which
    stops when its store is full or its well empty. All else stays as the city says.
    """
    return Start(datetime.fromtimestamp(at / 1e6, UTC).isoformat(timespec="seconds"), _levels(city, mean, sd), _out(city, mean))


def tells_start(city: City) -> Bools:
    """(sensors,) whether one may tell something of the start of a run: a level, a volume, a share or a status."""
    found: Bools = np.isin(city.sensors.quantity.astype(str), (*_STORAGE, "status"))
    return found


def started(city: City, scenario: Scenario, start: Start) -> tuple[City, Scenario]:
    """City and question of a run that begins so: levels in the one, an outage over all its hours in the other.

    Raises InputError for a component that the city no longer has.
    """
    gone = next((id for id in (*start.levels, *start.out) if id not in city.index), None)
    if gone is not None:
        raise InputError(f"the run began with '{gone}', which the city no longer has", where=gone, repair="run it again")
    level, level_sd = city.assets.level.copy(), city.assets.level_sd.copy()
    for id, (share, spread) in start.levels.items():
        at = city.index[id]
        level[at], level_sd[at] = share, spread
    city = replace(city, assets=city.assets.with_columns(level=level, level_sd=level_sd))
    if not start.out:
        return city, scenario
    outage = OutageSpec(start.out, lasts_h=scenario.spec.run.horizon_h)
    placing = (*scenario.placing, *(Placing(),) * (len(scenario.hazards) - len(scenario.placing) + 1))
    return city, replace(scenario, hazards=(*scenario.hazards, outage), kinds=(*scenario.kinds, "outage"), placing=placing)


def _levels(city: City, mean: Floats, sd: Floats) -> dict[str, tuple[float, float]]:
    """Share that is full and its standard deviation, of stores that a sensor measures; the surest of several."""
    rows, found = city.sensors, dict[str, tuple[float, float]]()
    for at in np.flatnonzero(np.isin(rows.quantity.astype(str), _STORAGE) & np.isfinite(mean) & np.isfinite(sd)):
        component = city.index.get(str(rows.component[at]), -1)
        if not 0 <= component < len(city.assets) or not city.assets.capacity[component] > 0:
            continue
        empty, full = _range(city, int(at), component)
        if not full > empty:
            continue
        share, spread = float(np.clip((mean[at] - empty) / (full - empty), 0, 1)), float(sd[at] / (full - empty))
        id = str(rows.component[at])
        if id not in found or spread < found[id][1]:
            found[id] = share, min(spread, 1.0)
    return found


def _range(city: City, sensor: int, component: int) -> tuple[float, float]:
    """What a sensor of a store reads when it is empty, and when it is full."""
    rows, quantity = city.sensors, city.sensors.quantity[sensor]
    if quantity == "level":
        return float(rows.low[sensor]), float(rows.high[sensor])
    return 0.0, 1.0 if quantity == "share" else float(city.assets.capacity[component])


def _out(city: City, mean: Floats) -> tuple[str, ...]:
    rows = city.sensors
    off = (rows.quantity == "status") & (mean < 0.5)
    kinds = dict(zip(city.component_ids, [*city.assets.kind, *city.links.kind], strict=True))
    return tuple(sorted({str(id) for id in rows.component[off] if kinds.get(id, _IN_TURNS[0]) not in _IN_TURNS}))


def as_it_began(city: City, scenario: Scenario, recipe: Mapping[str, Any]) -> tuple[City, Scenario]:
    """City and question of a run by its recipe: changed where it began from readings. Raises InputError as ``started``."""
    return started(city, scenario, Start.of(recipe["start"])) if "start" in recipe else (city, scenario)


def start_lines(city: City, start: Start) -> tuple[str, ...]:
    """The start in sentences."""
    names, out = city.component_names, start.out
    told = [f"{names[city.index[id]]} is {percent(share)} full (standard deviation {percent(spread)})."
            for id, (share, spread) in sorted(start.levels.items())]
    if out:
        told.append(f"{counted(len(out), 'component')} reported out: {', '.join(str(names[city.index[id]]) for id in out[:5])}.")
    return tuple(told) or ("No sensor tells a level or what is out: the run starts as the city says.",)
