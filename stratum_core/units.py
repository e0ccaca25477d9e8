"""The one internal unit of each quantity, and conversion into it.

Values are converted in three places only: importers, formatting for people,
exporters. Everything between them is in the internal unit of its field.
"""

from __future__ import annotations

from dataclasses import dataclass

from stratum_core.errors import InputError, unknown


@dataclass(frozen=True)
class Unit:
    """A unit: its quantity and what one of it is in the internal unit."""

    quantity: str
    factor: float
    offset: float = 0.0


INTERNAL = {
    "length": "m",
    "time": "s",
    "hours": "h",
    "power": "W",
    "energy": "J",
    "flow": "m3/s",
    "volume": "m3",
    "pressure": "Pa",
    "voltage": "V",
    "current": "A",
    "resistance": "ohm",
    "people": "people",
    "share": "1",
    "acceleration": "m/s2",
    "speed": "m/s",
    "angle": "deg",
    "beds": "beds",
    "vehicles": "veh/h",
    "money": "money",
    "mass flow": "kg/s",
    "temperature": "K",
}

UNITS: dict[str, Unit] = {
    "m": Unit("length", 1.0),
    "km": Unit("length", 1e3),
    "mm": Unit("length", 1e-3),
    "cm": Unit("length", 1e-2),
    "ft": Unit("length", 0.3048),
    "in": Unit("length", 0.0254),
    "mi": Unit("length", 1609.344),
    "s": Unit("time", 1.0),
    "min": Unit("time", 60.0),
    "h": Unit("hours", 1.0),
    "d": Unit("hours", 24.0),
    "W": Unit("power", 1.0),
    "kW": Unit("power", 1e3),
    "MW": Unit("power", 1e6),
    "GW": Unit("power", 1e9),
    "hp": Unit("power", 745.6998715822702),
    "J": Unit("energy", 1.0),
    "kWh": Unit("energy", 3.6e6),
    "MWh": Unit("energy", 3.6e9),
    "m3/s": Unit("flow", 1.0),
    "l/s": Unit("flow", 1e-3),
    "m3/h": Unit("flow", 1 / 3600),
    "m3/d": Unit("flow", 1 / 86400),
    "MLD": Unit("flow", 1e3 / 86400),
    "l/min": Unit("flow", 1e-3 / 60),
    "cfs": Unit("flow", 0.028316846592),
    "gpm": Unit("flow", 6.30901964e-5),
    "MGD": Unit("flow", 0.0438126363889),
    "IMGD": Unit("flow", 0.0526168042),
    "AFD": Unit("flow", 0.0142764101568),
    "m3": Unit("volume", 1.0),
    "l": Unit("volume", 1e-3),
    "ft3": Unit("volume", 0.028316846592),
    "Pa": Unit("pressure", 1.0),
    "bar": Unit("pressure", 1e5),
    "kPa": Unit("pressure", 1e3),
    "V": Unit("voltage", 1.0),
    "kV": Unit("voltage", 1e3),
    "A": Unit("current", 1.0),
    "kA": Unit("current", 1e3),
    "ohm": Unit("resistance", 1.0),
    "people": Unit("people", 1.0),
    "1": Unit("share", 1.0),
    "%": Unit("share", 0.01),
    "m/s2": Unit("acceleration", 1.0),
    "g": Unit("acceleration", 9.80665),
    "pctg": Unit("acceleration", 0.0980665),
    "m/s": Unit("speed", 1.0),
    "km/h": Unit("speed", 1 / 3.6),
    "mph": Unit("speed", 0.44704),
    "cm/s": Unit("speed", 0.01),
    "deg": Unit("angle", 1.0),
    "beds": Unit("beds", 1.0),
    "veh/h": Unit("vehicles", 1.0),
    "money": Unit("money", 1.0),
    "kg/s": Unit("mass flow", 1.0),
    "K": Unit("temperature", 1.0),
    "degC": Unit("temperature", 1.0, 273.15),
    "degF": Unit("temperature", 5 / 9, 459.67 * 5 / 9),
}


def to_internal(value: float, unit: str, *, quantity: str | None = None, where: str = "") -> float:
    """``value`` given in ``unit``, in the internal unit of its quantity.

    Raises InputError for an unknown unit or one of another quantity.
    """
    known = UNITS.get(unit)
    if known is None:
        raise unknown("unit", unit, UNITS, where=where)
    if quantity is not None and known.quantity != quantity:
        raise InputError(
            f"unit '{unit}' measures {known.quantity}, not {quantity}",
            where=where,
            repair=f"give it in {INTERNAL[quantity]} or another unit of {quantity}",
        )
    return value * known.factor + known.offset


def quantity_of(unit: str) -> str:
    """The quantity that ``unit`` measures; raises InputError when unknown."""
    if unit not in UNITS:
        raise unknown("unit", unit, UNITS)
    return UNITS[unit].quantity
