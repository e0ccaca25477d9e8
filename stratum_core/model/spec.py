"""Specs of runs: frozen, every key documented, unknown keys refused.

``build`` makes a spec from plain data (TOML, ``--set``) and names a wrong key
with the nearest known one.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from stratum_core.errors import InputError, unknown

S = TypeVar("S")
_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text in quotes"}


def key(default: Any, meaning: str, *, unit: str = "", hard: tuple[float, float] | None = None, source: str = "") -> Any:
    """Declare a key of a spec: default, meaning, unit, hard range, and where the default comes from."""
    return field(default=default, metadata={"meaning": meaning, "unit": unit, "hard": hard, "source": source})


@dataclass(frozen=True)
class RunSpec:
    """How often, from which seed, and for how long."""

    replicates: int = key(1000, "replicates of the Monte Carlo", hard=(1, 10_000_000))
    seed: int = key(42, "seed of every random number", hard=(0, 2**53 - 1))
    horizon_h: float = key(72.0, "simulated hours", unit="h", hard=(1, 720))
    tolerance: float = key(
        0.0, "stop once the mean of people-hours is known to this share (95 % half width), 0: run all", unit="1", hard=(0, 1)
    )
    step_h: float = key(1 / 6, "events are rounded up to this step", unit="h", hard=(1 / 60, 6))


@dataclass(frozen=True)
class PowerSpec:
    """Power: radial DistFlow below 36 kV, DC above."""

    rating_factor: float = key(1.0, "every line and transformer rating is multiplied by it", unit="1", hard=(0.01, 1e6))
    trip_overload: float = key(
        1.25,
        "a branch above this share of its rating trips",
        unit="1",
        hard=(1, 100),
        source="assumed; relays are commonly set between 1.2 and 1.5 of rated current",
    )
    trips: bool = key(True, "overloaded branches trip")
    reclose_h: float = key(2.0, "hours until an operator recloses a tripped branch", unit="h", hard=(0.05, 1e4), source="assumed")
    switching_h: float = key(
        1.0, "hours until an operator closes a normally open tie", unit="h", hard=(0, 1e4), source="assumed; by hand in the field"
    )
    switched_above_v: float = key(
        1000.0, "ties of a lower nominal voltage stay open", unit="V", hard=(0, 1e6), source="assumed; link boxes are rarely used"
    )
    minimum_voltage: float = key(
        0.85,
        "a node below this voltage counts as without power",
        unit="pu",
        hard=(0, 1),
        source="EN 50160: 0.90 for 95 % of the week, 0.85 always",
    )
    minimum_supply: float = key(
        0.5, "dependents of a node served below this share go without", unit="1", hard=(0, 1), source="assumed"
    )
    power_factor: float = key(0.98, "of loads that give no reactive power", unit="1", hard=(0.1, 1), source="assumed")


@dataclass(frozen=True)
class WaterSpec:
    """Water: storage balance of each zone; after an outage it must be boiled."""

    boil_notice_h: float = key(
        24.0,
        "hours after water returns for which it must be boiled; 0: none",
        unit="h",
        hard=(0, 720),
        source="assumed; two samples without bacteria a day apart are common practice",
    )

    minimum_supply: float = key(
        0.5, "a zone served below this share of its demand counts as without water", unit="1", hard=(0, 1), source="assumed"
    )
    demand_factor: float = key(1.0, "every water demand is multiplied by it", unit="1", hard=(0, 1e3))
    fire_flow: float = key(
        48 / 3600, "that a fire engine draws (with --hydraulics)", unit="m3/s", hard=(1e-4, 1),
        source="DVGW W 405: 48 m3/h for two hours in small residential areas, to 96 elsewhere",
    )
    fire_residual: float = key(
        14.0, "pressure that has to be left while it draws", unit="m", hard=(0, 100), source="AWWA M31: 20 psi"
    )


@dataclass(frozen=True)
class GasSpec:
    """Gas: balance of stations, regulators and demand by zone of one pressure; line pack lasts for a while."""

    linepack_h: float = key(
        0.5,
        "hours that pipes cut off still deliver where their pressure or diameter is not known",
        unit="h",
        hard=(0, 240),
        source="assumed; minutes in low, hours in high pressure",
    )
    least_pressure: float = key(
        0.5, "share of a zone's gauge pressure below which it delivers no more", unit="1", hard=(0, 1), source="assumed"
    )
    density: float = key(
        0.78, "of gas at 0 C and 101,325 Pa", unit="kg/m3", hard=(0.05, 3), source="natural gas 0.73 to 0.84; methane 0.717"
    )


@dataclass(frozen=True)
class WastewaterSpec:
    """Wastewater: what people send, and how long a wet well takes it while its station stands still."""

    litres_per_day: float = key(
        125.0, "sewage of a person a day", unit="l", hard=(1, 1000), source="assumed; German water use is about 125 l"
    )
    well_h: float = key(
        1.0, "hours until a wet well of unknown volume is full", unit="h", hard=(0, 240), source="assumed; minutes to hours"
    )


@dataclass(frozen=True)
class RoadsSpec:
    """Roads: within what time care and fire engines are to reach people."""

    response_min: float = key(
        30.0, "longest drive to a clinic or hospital", unit="min", hard=(1, 600),
        source="G-BA 2016, rules on basic hospital care: 30 min by car",
    )
    fire_response_min: float = key(
        8.0, "longest drive of a fire engine", unit="min", hard=(1, 600), source="assumed; 8 to 10 min from alarm is a usual aim"
    )
    look_h: float = key(12.0, "hours between looks at travel times, at least 1; 0: none", unit="h", hard=(0, 720))


@dataclass(frozen=True)
class HealthSpec:
    """Health: beds that work while a need of their site is lost, and how many are taken."""

    beds_without_water: float = key(
        0.5, "share of beds that work without water", unit="1", hard=(0, 1),
        source="assumed, 0.2 to 0.8; patients stay, treatment stops",
    )
    beds_without_staff: float = key(
        0.5, "share of beds that work while the next shift cannot come", unit="1", hard=(0, 1), source="assumed, 0.2 to 0.8"
    )
    occupied: float = key(
        0.75, "share of beds that are taken", unit="1", hard=(0, 1), source="assumed; 72 to 77 % in German hospitals"
    )


@dataclass(frozen=True)
class FuelSpec:
    """Fuel: tankers that refill generators; served first is what has most people downstream."""

    tankers: int = key(2, "tankers that carry fuel to generators", hard=(0, 1000), source="assumed")
    delivery_h: float = key(1.0, "hours to load and to fill up, without the drive", unit="h", hard=(0, 240), source="assumed")
    order_at: float = key(0.5, "share of a reserve at which fuel is ordered", unit="1", hard=(0, 1), source="assumed")


@dataclass(frozen=True)
class HeatSpec:
    """District heat: by connection to a working plant, and for a while from what pipes and buildings hold."""

    inertia_h: float = key(4.0, "hours that rooms stay warm without supply", unit="h", hard=(0, 240), source="assumed")


@dataclass(frozen=True)
class TelecomSpec:
    """Telecom: by connection to a working exchange, shared when calls exceed its capacity."""

    surge: float = key(
        1.0,
        "traffic during the event against the normal one",
        unit="1",
        hard=(1, 100),
        source="assumed; 2 to 10 are told of disasters",
    )


def _crews(sector: str) -> Any:
    return key(0, f"repair crews of {sector}; 0: as many as there is damage", hard=(0, 10_000))


@dataclass(frozen=True)
class CrewSpec:
    """How many crews each network has. Customers, sites and streets are mended without them."""

    power: int = _crews("power")
    water: int = _crews("water")
    wastewater: int = _crews("wastewater")
    gas: int = _crews("gas")
    heat: int = _crews("heat")
    telecom: int = _crews("telecom")


@dataclass(frozen=True)
class RepairSpec:
    """Repair: durations by kind of component or damage state, crews by skill, drives over open roads."""

    enabled: bool = key(True, "damaged components are repaired")
    factor: float = key(1.0, "every repair time is multiplied by it", unit="1", hard=(0, 100))
    spread: bool = key(True, "repair times are drawn; false: always the mean")
    parts_h: float = key(
        0.0, "hours until parts arrive where damage is extensive or complete", unit="h", hard=(0, 1e4), source="assumed"
    )
    order: str = key("people", "whom crews serve first: people (most people downstream), first (as they come by id)")
    depots: tuple[str, ...] = key((), "assets that crews start from, those of a skill in turn; none: the roads into town")
    speed_kmh: float = key(30.0, "speed of crews where a road gives no time", unit="km/h", hard=(1, 130), source="assumed")
    crews: CrewSpec = field(default_factory=CrewSpec)


@dataclass(frozen=True)
class NeedsSpec:
    """Needs: who goes without what, and for how long reserves last."""

    reserve_factor: float = key(1.0, "every reserve of a dependency is multiplied by it", unit="1", hard=(0, 100))


@dataclass(frozen=True)
class CascadeSpec:
    """All that decides a cascade besides the city and the hazards."""

    run: RunSpec = field(default_factory=RunSpec)
    power: PowerSpec = field(default_factory=PowerSpec)
    water: WaterSpec = field(default_factory=WaterSpec)
    gas: GasSpec = field(default_factory=GasSpec)
    heat: HeatSpec = field(default_factory=HeatSpec)
    telecom: TelecomSpec = field(default_factory=TelecomSpec)
    wastewater: WastewaterSpec = field(default_factory=WastewaterSpec)
    roads: RoadsSpec = field(default_factory=RoadsSpec)
    health: HealthSpec = field(default_factory=HealthSpec)
    fuel: FuelSpec = field(default_factory=FuelSpec)
    repair: RepairSpec = field(default_factory=RepairSpec)
    needs: NeedsSpec = field(default_factory=NeedsSpec)


def build(cls: type[S], data: Mapping[str, Any], *, where: str = "") -> S:
    """A spec of class ``cls`` from plain data; missing keys take their default.

    Raises InputError for an unknown key, a value of the wrong type or out of range.
    """
    hints = typing.get_type_hints(cls)
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            raise unknown("key", name, known, where=where)
        values[name] = _value(hints[name], value, known[name].metadata, f"{where}.{name}" if where else name)
    try:
        return cls(**values)
    except TypeError as error:
        missing = [n for n in known if n not in values and f"'{n}'" in str(error)]
        raise InputError(f"key '{missing[0] if missing else '?'}' is missing", where=where, repair="add it") from error


def with_settings(spec: S, settings: Mapping[str, str], *, prefix: str = "") -> S:
    """``spec`` with dotted keys replaced by text values, as ``--set key=value`` gives them.

    ``prefix`` stands before the keys in messages. Raises InputError for an unknown key or a wrong value.
    """
    known = [name for name, *_ in keys(type(spec))]
    for dotted, text in settings.items():
        if dotted not in known:
            raise unknown("key", prefix + dotted, [prefix + name for name in known])
        spec = _replaced(spec, dotted.split("."), text, prefix + dotted)
    return spec


def keys(cls: type[Any], prefix: str = "") -> Iterator[tuple[str, str, Any, str, str]]:
    """(dotted key, unit, default, meaning, source) of every key of ``cls``."""
    hints = typing.get_type_hints(cls)
    for f in fields(cls):
        if is_dataclass(hints[f.name]):
            yield from keys(hints[f.name], f"{prefix}{f.name}.")
        else:
            yield (
                prefix + f.name,
                f.metadata.get("unit", ""),
                f.default,
                f.metadata.get("meaning", ""),
                f.metadata.get("source", ""),
            )


def _replaced(spec: Any, path: list[str], text: str, dotted: str) -> Any:
    name, rest = path[0], path[1:]
    field_ = next(f for f in fields(spec) if f.name == name)
    hint = typing.get_type_hints(type(spec))[name]
    value = _replaced(getattr(spec, name), rest, text, dotted) if rest else _parsed(hint, text, field_.metadata, dotted)
    return replace(spec, **{name: value})


def _parsed(hint: Any, text: str, metadata: Mapping[str, Any], where: str) -> Any:
    part = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None
    if part in _WORDS:
        parts = tuple(_parsed(part, one.strip(), {}, where) for one in text.split(",") if one.strip())
        return _value(hint, parts, metadata, where)
    if typing.get_origin(part) is Mapping:
        return _value(hint, _tables(text, where), metadata, where)
    if hint not in _WORDS:
        raise InputError("this key is no single value", where=where, repair="write it in the scenario file")
    try:
        value: Any = {"true": True, "false": False}[text.lower()] if hint is bool else hint(text)
    except (ValueError, KeyError) as error:
        raise InputError(f"'{text}' is not {_WORDS[hint]}", where=where, repair=f"give {_WORDS[hint]}") from error
    return _value(hint, value, metadata, where)


def _tables(text: str, where: str) -> list[Any]:
    """A list of tables, from JSON."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        found = None
    if not (isinstance(found, list) and all(isinstance(one, dict) for one in found)):
        raise InputError("this is no list of tables", where=where, repair='write JSON, such as [{"road": "road/7", "from_h": 0}]')
    return found


def _value(hint: Any, value: Any, metadata: Mapping[str, Any], where: str) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise InputError("a table is meant here", where=where, repair=f"write [{where}] and its keys below it")
        return build(hint, value, where=where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if hint in (int, float, str, bool) and (not isinstance(value, hint) or (hint is int and isinstance(value, bool))):
        raise InputError(f"'{value}' is not {_WORDS[hint]}", where=where, repair=f"give {_WORDS[hint]}")
    if hint == tuple[str, ...] and not (isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)):
        raise InputError(f"'{value}' is no list of texts", where=where, repair='write ["one", "another"]')
    hard, unit = metadata.get("hard"), metadata.get("unit", "")
    if hard is not None and not hard[0] <= value <= hard[1]:
        raise InputError(
            f"{value} is outside {hard[0]:g} to {hard[1]:g}",
            where=where,
            repair=f"give a value between {hard[0]:g} and {hard[1]:g}{f' {unit}' if unit not in ('', '1') else ''}",
        )
    return tuple(value) if isinstance(value, list) else value
