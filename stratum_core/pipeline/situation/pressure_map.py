"""Pressure at every junction from a few sensors: an ensemble of EPANET runs, moved by what pressure and flow sensors read.

Each run draws what is not known: demand as a whole and at each junction, roughness, the head of pumps, levels of tanks by their
estimates. Pumps whose status reads 0 are off. The ensemble carries how pressures hang together, so no derivative is needed;
the answer is linear in the readings. Where readings lie farther from the ensemble than it allows, its spread is widened by that
factor, and this is said: then the model of the network is wrong. Each pressure sensor is also foretold from the others: what it
errs by beyond its interval is what the model misses at a single place, and is added at every junction without one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stratum_core.errors import InputError
from stratum_core.estimation.ensemble import analysis
from stratum_core.model.city import City
from stratum_core.model.fields import Bools, Floats, Ints, Strings
from stratum_core.pipeline.situation.board import Picture
from stratum_core.pipeline.situation.observability import BLIND, INFERRED, OBSERVED, STALE, STALE_SEEN, freshness
from stratum_core.ports import CancelToken, Progress, silent
from stratum_core.sectors.water.epanet_model import EpanetSpec, epanet_model
from stratum_core.sectors.water.hydraulics import Hydraulics, PressureSpec, simulate_each
from stratum_core.units import to_internal

#: standard deviations of the logarithm of what is drawn (assumed): demand as a whole, at each junction, roughness, head of pumps
DEMAND_SD, JUNCTION_SD, ROUGHNESS_SD, HEAD_SD = 0.5, 0.3, 0.1, 0.15
#: of the height of each tank and source, m (assumed)
DATUM_SD = 0.5
#: of a tank's level without a sensor, as share of the tank (assumed)
LEVEL_SD = 0.2
MEMBERS, SEED = 60, 42
#: Pa of a metre of water, and the least error of a sensor, m
_PA_PER_M, _LEAST_SD = 9806.65, 0.02
_HALF_80 = 1.2816


@dataclass(frozen=True)
class JunctionPressure:
    """Pressure in metres of water with standard deviation and the interval that holds 80 %; prior_sd: without any reading.

    source: observed (a sensor is on it), inferred (the readings at least halve its standard deviation) or model (they do not).
    """

    junction: str
    pressure: float
    sd: float
    low80: float
    high80: float
    prior_sd: float
    source: str


@dataclass(frozen=True)
class LeftOut:
    """A pressure sensor foretold from all others: m of water."""

    sensor: str
    read: float
    foretold: float
    sd: float


@dataclass(frozen=True)
class PressureMap:
    """Pressures of all junctions. widened: factor by which the ensemble was spread, 1: none; local_sd: what the model misses at a
    single place (m), found from left_out; within80: share of these in their 80 % interval, null of less than three.
    """

    junctions: tuple[JunctionPressure, ...]
    members: int
    pressures: int
    flows: int
    widened: float
    local_sd: float
    left_out: tuple[LeftOut, ...]
    within80: float | None
    text: str


@dataclass(frozen=True)
class Drawn:
    """The ensemble: junctions (ids), members (runs, junctions + links) of pressure (m) and flow (m3/s), place of each by id."""

    junctions: Strings
    members: Floats
    place: dict[str, int]


def drawn_runs(
    city: City, mean: Floats, sd: Floats, *, members: int = MEMBERS, seed: int = SEED, progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Drawn:
    """Runs of EPANET under drawn demands, from estimates (sensors,) of levels and statuses. Raises InputError, EngineError."""
    random = np.random.default_rng(seed)
    city = _switched(city, mean)
    model = epanet_model(city)
    depth = _depth(city)
    texts = [epanet_model(_drawn(city, mean, sd, random), _spec(depth, random)).text for _ in range(members)]
    runs = simulate_each(texts, PressureSpec(driven=False), progress=progress, cancel=cancel)
    id_of = {name: id for id, name in model.name.items()}
    kinds = dict(zip(city.assets.id.tolist(), city.assets.kind.tolist(), strict=True))
    nodes = [at for at, name in enumerate(runs[0].nodes) if kinds.get(id_of[name]) == "junction"]
    ids = np.array([id_of[runs[0].nodes[at]] for at in nodes])
    links = [id_of[name] for name in runs[0].links]
    found = np.array([np.concatenate([run.pressure[0, nodes], run.flow[0]]) for run in runs if _sound(run)])
    if len(found) < members // 2:
        raise InputError("most runs of the water network find no balance", where="water",
                         repair="check heights, diameters and pumps: 'main.py check'")
    place = {str(id): at for at, id in enumerate([*ids, *links])}
    return Drawn(ids, found, place)


def _sound(run: Hydraulics) -> bool:
    return bool(run.balanced[0]) and bool(np.abs(run.pressure[0]).max(initial=0.0) < 1e3)


def _switched(city: City, mean: Floats) -> City:
    """Pumps whose status reads 0 closed."""
    rows = city.sensors
    off = rows.component[(rows.quantity == "status") & (mean < 0.5)].astype(str)
    return city.with_table("links", city.links.with_columns(closed=city.links.closed & ~np.isin(city.links.id.astype(str), off)))


def _drawn(city: City, mean: Floats, sd: Floats, random: np.random.Generator) -> City:
    """The city of one run: demands, roughness and levels drawn."""
    assets, links = city.assets, city.links
    demand = assets.demand * np.exp(DEMAND_SD * random.standard_normal() + JUNCTION_SD * random.standard_normal(len(assets)))
    demand = np.where(assets.sector == "water", demand, assets.demand)
    share, spread = assets.level.copy(), np.full(len(assets), LEVEL_SD)
    rows = city.sensors
    for at in np.flatnonzero((rows.quantity == "level") & np.isfinite(mean) & (rows.high > rows.low)):
        row = city.index.get(str(rows.component[at]), len(assets))
        if row < len(assets):
            width = float(rows.high[at] - rows.low[at])
            share[row], spread[row] = (mean[at] - rows.low[at]) / width, sd[at] / width
    level = np.clip(np.nan_to_num(share, nan=0.5) + spread * random.standard_normal(len(assets)), 0.02, 1.0)
    level = np.where((assets.kind == "tank") & (assets.sector == "water"), level, assets.level)
    rough = np.where(links.sector == "water", links.roughness * np.exp(ROUGHNESS_SD * random.standard_normal()), links.roughness)
    heads = (assets.sector == "water") & (assets.node == "") & (assets.kind != "junction")
    z = np.where(heads, assets.z + DATUM_SD * random.standard_normal(len(assets)), assets.z)
    return replace(city, assets=assets.with_columns(demand=demand, level=level, z=z), links=links.with_columns(roughness=rough))


def _depth(city: City) -> float:
    """Depth of tanks (m): the middle of what their gauges span, else what is assumed."""
    rows = city.sensors
    kinds = dict(zip(city.assets.id.tolist(), city.assets.kind.tolist(), strict=True))
    spans = [float(rows.high[at] - rows.low[at]) for at in np.flatnonzero((rows.quantity == "level") & (rows.unit == "m"))
             if kinds.get(rows.component[at]) == "tank" and rows.high[at] > rows.low[at]]
    return float(np.median(spans)) if spans else EpanetSpec().tank_depth_m


def _spec(depth: float, random: np.random.Generator) -> EpanetSpec:
    known = EpanetSpec()
    return replace(known, tank_depth_m=depth, pump_head_m=known.pump_head_m * float(np.exp(HEAD_SD * random.standard_normal())))


def pressure_map(city: City, drawn: Drawn, mean: Floats, sd: Floats, fresh: Bools | None = None) -> PressureMap:
    """Pressures after the readings (sensors,), NaN where nothing is known; fresh: (sensors,) True where they are not old."""
    at, value, error, names, pressures = _readings(city, drawn, mean, sd, fresh)
    if not len(at):
        raise InputError("no sensor tells a pressure or a flow of the water network", where="sensors",
                         repair="add sensors with readings, or look at the cascade's pressures")
    prior, local = drawn.members, 0.0
    left = _left_outs(prior, at, value, error, names, pressures)
    if len(left) > 2:
        missed = sum((one.read - one.foretold) ** 2 - one.sd**2 for one in left) / len(left)
        local = max(missed, 0.0) ** 0.5
        left = tuple(replace(one, sd=float(np.hypot(one.sd, local))) for one in left)
    widened = _widening(prior, at, value, error)
    after = _after(prior, at, value, error, widened)
    count = len(drawn.junctions)
    seen = {int(place) for place in at if place < count}
    beside = np.where(np.isin(np.arange(count), list(seen)), 0.0, local)
    before, spread = widened * prior[:, :count].std(axis=0, ddof=1), np.hypot(after[:, :count].std(axis=0, ddof=1), beside)
    middle = after[:, :count].mean(axis=0)
    junctions = tuple(
        JunctionPressure(str(id), float(m), float(s), float(m - _HALF_80 * s), float(m + _HALF_80 * s), float(b),
                         "observed" if k in seen else "inferred" if s <= 0.5 * b else "model")
        for k, (id, m, s, b) in enumerate(zip(drawn.junctions, middle, spread, before, strict=True)))
    within = float(np.mean([abs(one.read - one.foretold) <= _HALF_80 * one.sd for one in left])) if len(left) > 2 else None
    return PressureMap(junctions, len(prior), int(pressures.sum()), int((~pressures).sum()), widened, local, left, within,
                       _text(junctions, widened, left, within))


def _readings(
    city: City, drawn: Drawn, mean: Floats, sd: Floats, fresh: Bools | None
) -> tuple[Ints, Floats, Floats, list[str], Bools]:
    """Column, value (m, m3/s), error, name of each reading that the ensemble knows, and whether it is a pressure."""
    rows, found = city.sensors, []
    for k in np.flatnonzero(np.isfinite(mean) & (fresh if fresh is not None else np.True_)):
        place, quantity = drawn.place.get(str(rows.component[k]), -1), str(rows.quantity[k])
        if place < 0 or quantity not in ("pressure", "flow") or (quantity == "pressure") != (place < len(drawn.junctions)):
            continue
        unit = to_internal(1.0, str(rows.unit[k]), quantity=quantity, where="sensors")
        scale = unit / _PA_PER_M if quantity == "pressure" else unit
        error = max(float(np.nan_to_num(sd[k])), float(np.nan_to_num(rows.noise[k])))
        least = _LEAST_SD if quantity == "pressure" else 1e-5
        found.append((place, float(mean[k]) * scale, max(error * scale, least), str(rows.name[k] or rows.id[k]),
                      quantity == "pressure"))
    return (np.array([one[0] for one in found], dtype=np.int64), np.array([one[1] for one in found]),
            np.array([one[2] for one in found]), [one[3] for one in found], np.array([one[4] for one in found], dtype=np.bool_))


def _after(prior: Floats, at: Ints, value: Floats, error: Floats, widened: float) -> Floats:
    return analysis(prior, np.eye(prior.shape[1])[at], error**2, value, widened, None, np.random.default_rng(SEED))


def _widening(prior: Floats, at: Ints, value: Floats, error: Floats) -> float:
    """How much farther readings lie from the ensemble than it allows; 1 where they do not."""
    apart = value - prior[:, at].mean(axis=0)
    return max(float(np.sqrt(np.mean(apart**2 / (prior[:, at].var(axis=0, ddof=1) + error**2)))), 1.0)


def _left_outs(prior: Floats, at: Ints, value: Floats, error: Floats, names: list[str], pressures: Bools) -> tuple[LeftOut, ...]:
    return tuple(_left_out(prior, at, value, error, names, int(k)) for k in np.flatnonzero(pressures)) if len(at) > 1 else ()


def _left_out(prior: Floats, at: Ints, value: Floats, error: Floats, names: list[str], out: int) -> LeftOut:
    """Sensor ``out`` from the others, with the widening that these ask for."""
    rest = np.arange(len(at)) != out
    widened = _widening(prior, at[rest], value[rest], error[rest])
    after = _after(prior, at[rest], value[rest], error[rest], widened)[:, at[out]]
    return LeftOut(names[out], float(value[out]), float(after.mean()), float(np.hypot(after.std(ddof=1), error[out])))


def _text(junctions: tuple[JunctionPressure, ...], widened: float, left: tuple[LeftOut, ...], within: float | None) -> str:
    counts = {word: sum(one.source == word for one in junctions) for word in ("observed", "inferred", "model")}
    told = [f"{len(junctions)} junctions: {counts['observed']} observed, {counts['inferred']} inferred, {counts['model']} by the "
            "model alone."]
    if widened > 2.0:
        told.append(f"Readings lie {widened:.1f} times farther from the network model than it allows: its heights, pumps or "
                    "demands are wrong, and intervals were widened by that factor.")
    if within is not None:
        error = float(np.mean([abs(one.read - one.foretold) for one in left]))
        told.append(f"Each of {len(left)} sensors foretold from the others: mean error {error:.2g} m, {within:.0%} within the "
                    "80 % interval.")
    return " ".join(told)


def pressures_of(city: City, picture: Picture, progress: Progress = silent, cancel: CancelToken | None = None) -> PressureMap:
    """The pressures of a picture, by sensors whose data still count. Raises InputError, EngineError, Cancelled."""
    drawn = drawn_runs(city, picture.mean, picture.sd, progress=progress, cancel=cancel)
    return pressure_map(city, drawn, picture.mean, picture.sd, freshness(city, picture.age_h) >= STALE)


def codes(city: City, found: PressureMap, code: Ints) -> Ints:
    """Codes of observability in which the junctions of a pressure map stand for what sensors see of them."""
    changed = code.copy()
    for one in found.junctions:
        at = city.index[one.junction]
        if one.source == "inferred" and changed[at] not in (OBSERVED, STALE_SEEN):
            changed[at] = INFERRED
        elif one.source == "model" and changed[at] == INFERRED:
            changed[at] = BLIND
    return changed
