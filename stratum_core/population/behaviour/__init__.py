"""What decides how people hear, think and set out: parameters with range and source, and one draw of them a replicate.

A parameter that is set (its value is not that of ``resources/tables/behaviour.csv``) holds in every replicate; all others are
drawn from their range, so that results show how little is known of behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from stratum_core.model.spec import key
from stratum_core.population.parameters import Parameter, parameter_table
from stratum_core.random_numbers import BEHAVIOUR

#: households of less than one person are none
_LEAST = {"household_size": 1.0}
MARKS = {"P": "published", "M": "commonly quoted", "A": "assumed"}


def behaviour_table() -> dict[str, Parameter]:
    """All parameters of behaviour by name."""
    return parameter_table("behaviour")


def _of(name: str) -> Any:
    """The key of a spec for a row of the table."""
    row = behaviour_table()[name]
    hard = (_LEAST.get(name, 0.0), 1.0 if row.unit == "1" else 1e5)
    return key(row.value, row.label, unit=row.unit, hard=hard,
               source=f"{row.low:g} to {row.high:g}; {MARKS[row.mark]}: {row.source}")


@dataclass(frozen=True)
class BehaviourSpec:
    """Behaviour; one key for each row of the table, and whether they are drawn."""

    spread: bool = key(True, "draw each parameter from its range in every replicate; false: its value")
    compliance: float = _of("compliance")
    shadow: float = _of("shadow")
    shadow_distance: float = _of("shadow_distance")
    preparation: float = _of("preparation")
    milling: float = _of("milling")
    help_time: float = _of("help_time")
    siren_rate: float = _of("siren_rate")
    siren_cover: float = _of("siren_cover")
    siren_battery: float = _of("siren_battery")
    phone_rate: float = _of("phone_rate")
    phone_cover: float = _of("phone_cover")
    broadcast_rate: float = _of("broadcast_rate")
    broadcast_cover: float = _of("broadcast_cover")
    battery_radio: float = _of("battery_radio")
    neighbour_rate: float = _of("neighbour_rate")
    asleep: float = _of("asleep")
    other_language: float = _of("other_language")
    language_rate: float = _of("language_rate")
    helped_elderly: float = _of("helped_elderly")
    helped_others: float = _of("helped_others")
    household_size: float = _of("household_size")
    car_ownership: float = _of("car_ownership")
    vehicles_used: float = _of("vehicles_used")
    car_seats: float = _of("car_seats")
    ride_share: float = _of("ride_share")
    walk_limit: float = _of("walk_limit")
    to_shelter: float = _of("to_shelter")
    to_friends: float = _of("to_friends")
    informed: float = _of("informed")
    away_by_day: float = _of("away_by_day")
    gather: float = _of("gather")
    way_home: float = _of("way_home")
    slow_walk: float = _of("slow_walk")
    patience: float = _of("patience")
    walk_to_stop: float = _of("walk_to_stop")
    night_traffic: float = _of("night_traffic")
    route_pull: float = _of("route_pull")
    in_school: float = _of("in_school")
    school_release: float = _of("school_release")


def drawn(spec: BehaviourSpec, seed: int, replicate: int) -> BehaviourSpec:
    """The behaviour of one replicate."""
    if not spec.spread:
        return spec
    found: dict[str, Any] = dict(_draws(spec, seed, replicate))
    return replace(spec, **found)


def _draws(spec: BehaviourSpec, seed: int, replicate: int) -> Iterator[tuple[str, float]]:
    from stratum_core.random_numbers.kernels import triangular, uniform

    for number, name in enumerate(f.name for f in fields(spec) if f.name in behaviour_table()):
        row = behaviour_table()[name]
        if getattr(spec, name) == row.value:
            yield name, float(triangular(uniform(seed, replicate, number, BEHAVIOUR), row.low, row.value, row.high))
