"""Dependencies as people draw, correct and rate them: with author, date, confidence and a range of strength."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.model.changes import Change, added, changed, checked
from stratum_core.model.city import City
from stratum_core.model.tables import PROVENANCES, Dependencies
from stratum_core.validate.words import DEPENDENCY_SERVICES

_ENDS = ("dependent", "supplier")
#: numbers that every dependency has
_REQUIRED = ("needed", "buffer", "refill", "strength")
#: fields that a change sets itself, and what says them
_SIGNED = {"author": "who says so (--author)", "date": "the day of the change", "id": "the row (--id)"}


def new_dependency(city: City, values: Mapping[str, Any], *, author: str, date: str, id: str = "") -> Change:
    """A dependency that ``author`` adds; an id is made where none is given, and what nobody says is assumed.

    values: fields of the table; dependent, supplier (ids or unique names) and service are needed. Raises InputError.
    """
    _unsigned(values)
    missing = [name for name in (*_ENDS, "service") if not values.get(name)]
    if missing:
        raise InputError(f"a dependency needs its {missing[0]}", where="dependencies", repair=f"give --set {missing[0]}=...")
    known = _sound(city, {"provenance": "assumed", "confidence": 0.5, **values, "author": author, "date": date})
    stem = id or f"{known['dependent']}/needs/{known['service']}/{known['supplier']}"
    change = added(city, "dependencies", id if id else free_id(stem, set(city.dependencies.id)), **known)
    _range(change.after or {}, change.id)
    return change


def corrected_dependency(city: City, id: str, values: Mapping[str, Any], *, author: str, date: str) -> Change:
    """A dependency that ``author`` corrects or rates; what it said before stays in the history. Raises InputError."""
    _unsigned(values)
    change = changed(city, "dependencies", id, **_sound(city, {**values, "author": author, "date": date}))
    _range(change.after or {}, id)
    return change


def _unsigned(values: Mapping[str, Any]) -> None:
    for name in values:
        if name in _SIGNED:
            raise InputError(f"{name} is not set as a field", where="dependencies", repair=f"it is {_SIGNED[name]}")


def _sound(city: City, values: dict[str, Any]) -> dict[str, Any]:
    """Values whose ends are components and whose words are known."""
    for name in (*_REQUIRED, "buffer_low", "buffer_high", "strength_low", "strength_high"):
        if name in values:
            values = values | {name: checked(Dependencies.specs()[name], values[name])}
    for name in _REQUIRED:
        if name in values and values[name] is None:
            raise InputError(f"{name} is empty", where="dependencies", repair=f"give {Dependencies.specs()[name].meaning}")
    if "needed" in values and (values["needed"] < 1 or values["needed"] % 1):
        raise InputError(f"needed {values['needed']:g} is no whole number from 1 on", where="dependencies",
                         repair="say how many of the group must be up")
    values = values | {name: city.resolve(str(values[name]), where=name) for name in _ENDS if name in values}
    for name, words in (("service", DEPENDENCY_SERVICES), ("provenance", PROVENANCES)):
        if name in values and values[name] not in words:
            raise unknown(name, str(values[name]), words, where="dependencies")
    if "dependent" in values and values["dependent"] == values.get("supplier"):
        raise InputError(f"'{values['dependent']}' cannot need itself", where="dependencies", repair="name another supplier")
    return values


def _range(row: Any, id: str) -> None:
    """A range that does not hold its value is an error."""
    for name in ("strength", "buffer"):
        low, value, high = row[f"{name}_low"], row[name], row[f"{name}_high"]
        if (low is not None and low > value) or (high is not None and value > high):
            raise InputError(f"{name} {value:g} is not between its {name}_low and {name}_high", where=id,
                             repair="give a range that holds it")


def free_id(id: str, taken: set[str]) -> str:
    """``id``, or with a number where it is taken."""
    if id not in taken:
        return id
    return next(name for number in range(2, len(taken) + 3) if (name := f"{id}/{number}") not in taken)
