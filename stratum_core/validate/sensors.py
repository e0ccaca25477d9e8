"""Sensors: what they measure, in which unit, within which range and where."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.model import City
from stratum_core.model.fields import Bools
from stratum_core.model.tables import MEASURED
from stratum_core.units import UNITS
from stratum_core.validate.issues import Issue, Severity, issue, named


def unknown_quantities(city: City) -> Iterator[Issue]:
    """Sensors of a quantity that nobody knows."""
    yield from _found(city, "error", "quantity", ~np.isin(city.sensors.quantity.astype(str), list(MEASURED)),
                      "measure an unknown quantity", f"use one of {', '.join(MEASURED)}")


def units_of_other_quantities(city: City) -> Iterator[Issue]:
    """Sensors whose unit does not measure their quantity."""
    pairs = zip(city.sensors.quantity, city.sensors.unit, strict=True)
    wrong = [quantity in MEASURED and unit in UNITS and UNITS[unit].quantity != MEASURED[quantity] for quantity, unit in pairs]
    yield from _found(city, "error", "unit", np.array(wrong, dtype=bool), "have a unit of another quantity", "correct the unit")


def empty_ranges(city: City) -> Iterator[Issue]:
    """Sensors whose least possible reading is not below the greatest."""
    yield from _found(city, "error", "low", np.asarray(city.sensors.low >= city.sensors.high),
                      "have an empty range of readings", "give low below high")


def without_place(city: City) -> Iterator[Issue]:
    """Sensors that have neither a component nor a position."""
    rows = city.sensors
    yield from _found(city, "warning", "component", (rows.component == "") & (np.isnan(rows.x) | np.isnan(rows.y)),
                      "have no component and no position, so that no map shows them", "name what they measure")


def _found(city: City, severity: Severity, field: str, rows: Bools, what: str, repair: str) -> Iterator[Issue]:
    ids = city.sensors.id[rows]
    if len(ids):
        yield issue(severity, f"sensor_{field}", "sensors", field, ids, f"{len(ids)} sensors {what}, {named(ids)}", repair)
