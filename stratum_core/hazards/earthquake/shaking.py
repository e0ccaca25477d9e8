"""How strongly the ground shakes at points, as medians and deviations of each intensity measure, whatever it is read from.

ln(intensity) = ln(median) + between * z + within * w: z one standard normal draw a replicate, shared by all points; w a
standard normal field over the places (``correlation``). All measures share z and w, which is an assumption: they are
strongly, not fully, correlated. Nothing is cut off at 3 deviations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from stratum_core.errors import InputError, unknown
from stratum_core.hazards.earthquake.grid_xml import Grid, read_grid
from stratum_core.hazards.earthquake.ground_motion import FARTHEST_KM, MEASURES, Earthquake
from stratum_core.hazards.projection import LONLAT, transformed
from stratum_core.hazards.rasters import sampled
from stratum_core.model.fields import Bools, Floats
from stratum_core.units import to_internal

UNITS = {"PGA": "g", "PGV": "cm/s", "SA03": "g", "SA10": "g", "SA30": "g", "PGD": "cm"}
#: stronger has not been recorded; more means another unit
STRONGEST = {"g": 10.0, "cm/s": 1000.0}
_SHAKEMAP_UNITS = {"pctg": 0.01, "%g": 0.01, "g": 1.0, "cms": 1.0, "cm/s": 1.0}
_SHAKEMAP_NAMES = {"SA03": ("PSA03", "SA(0.3)", "PSA0P3"), "SA10": ("PSA10", "SA(1.0)", "PSA1P0"),
                   "SA30": ("PSA30", "SA(3.0)", "PSA3P0")}
G_MS2 = 9.80665

#: far beyond any shaking in any unit, and far from overflow
_ABSURD = 1e12


@dataclass(frozen=True)
class Field:
    """One measure at the points: medians (NaN: not known there) and the two deviations of its logarithm."""

    median: Floats
    between: Floats
    within: Floats


@dataclass(frozen=True)
class Shaking:
    """All measures at the points, what they were read from, and points without a value."""

    fields: dict[str, Field]
    source: str
    missing: Bools
    warnings: tuple[str, ...] = field(default=())

    def scaled(self, factor: float) -> Shaking:
        """The same with every median multiplied by ``factor``."""
        return replace(self, fields={name: replace(f, median=f.median * factor) for name, f in self.fields.items()})


def from_earthquake(quake: Earthquake, epicentre: tuple[float, float], points: Floats, crs: str, source: str) -> Shaking:
    """By the ground-motion model, from an epicentre (lon, lat in degrees)."""
    from pyproj import Geod

    lonlat = transformed(points, crs, LONLAT, where="hazard.epicentre")
    size = len(points)
    _, _, metres = Geod(ellps="WGS84").inv(np.full(size, epicentre[0]), np.full(size, epicentre[1]), lonlat[:, 0], lonlat[:, 1])
    km = np.asarray(metres) / 1000.0
    warnings = []
    if size and km.min() > FARTHEST_KM:
        warnings.append(f"The whole city is more than {FARTHEST_KM:g} km from the epicentre, beyond the ground-motion model. "
                        "Check the epicentre: longitude first.")
    if quake.magnitude > 7.6:
        warnings.append("The magnitude is above 7.6, beyond the data of the ground-motion model.")
    fields = {}
    for measure in MEASURES:
        within, between = quake.deviations(measure)
        fields[measure] = Field(quake.median(measure, km), np.full(size, between), np.full(size, within))
    return Shaking(fields, source, np.zeros(size, dtype=np.bool_), tuple(warnings))


def from_shakemap(path: Path, uncertainty: Path | None, points: Floats, crs: str, sd_ln: float, between_share: float) -> Shaking:
    """By a ShakeMap; its own deviations where it has them (fields STD...), else ``sd_ln`` for all."""
    grid = read_grid(path)
    more = read_grid(uncertainty) if uncertainty is not None else grid
    lonlat = transformed(points, crs, LONLAT, where=str(path))
    fields, told = {}, []
    for measure in MEASURES:
        name = _named(grid, measure)
        if name is None:
            continue
        median = _interpolated(grid, grid.values[name] * _factor(grid, name, measure, path), lonlat)
        _plausible(measure, float(np.nanmax(median, initial=0.0)), float(grid.values[name].min()), str(path))
        deviation, given = _deviation(more, name, lonlat, sd_ln, str(uncertainty or path))
        told.append(given)
        fields[measure] = Field(median, deviation * math.sqrt(between_share), deviation * math.sqrt(1.0 - between_share))
    if not fields:
        raise InputError("the grid holds none of PGA, PGV, PSA03, PSA10, PSA30", where=str(path),
                         repair="give a ShakeMap grid.xml")
    outside = np.isnan(next(iter(fields.values())).median)
    warnings: tuple[str, ...] = ()
    if not any(told) and sd_ln == 0.0:
        warnings = ("The ShakeMap carries no uncertainty and counts as exact. Give uncertainty.xml, or sd_ln.",)
    return Shaking(fields, f"ShakeMap {path.name}", outside, warnings)


def from_raster(path: Path, measure: str, unit: str, points: Floats, crs: str, sd_ln: float, between_share: float) -> Shaking:
    """By a raster of one measure."""
    if measure not in MEASURES:
        raise unknown("intensity measure", measure, MEASURES, where="hazard.raster_measure")
    found = sampled(path, points, crs)
    factor = _unit_factor(unit, measure)
    _plausible(measure, found.greatest * factor, found.least, str(path))
    median = found.value * factor
    deviation = np.full(len(points), sd_ln)
    one = Field(median, deviation * math.sqrt(between_share), deviation * math.sqrt(1.0 - between_share))
    warnings = ("The raster counts as exact. Give sd_ln, the deviation of its logarithm.",) if sd_ln == 0.0 else ()
    return Shaking({measure: one}, f"raster {path.name}", np.isnan(median), warnings)


def _unit_factor(unit: str, measure: str) -> float:
    if measure == "PGV":
        return to_internal(1.0, unit, quantity="speed", where="hazard.raster_unit") * 100.0
    return to_internal(1.0, unit, quantity="acceleration", where="hazard.raster_unit") / G_MS2


def _named(grid: Grid, measure: str) -> str | None:
    return next((name for name in (measure, *_SHAKEMAP_NAMES.get(measure, ())) if name in grid.values), None)


def _factor(grid: Grid, name: str, measure: str, path: Path) -> float:
    unit = grid.units.get(name, "").lower()
    if unit not in _SHAKEMAP_UNITS or (measure == "PGV") != (unit in ("cms", "cm/s")):
        raise InputError(f"field {name} is in '{unit}'", where=str(path), repair="give accelerations in pctg and PGV in cms")
    return _SHAKEMAP_UNITS[unit]


def _plausible(measure: str, greatest: float, least: float, where: str) -> None:
    if least < 0:
        raise InputError(f"{measure} is negative in places", where=where, repair="give a field of shaking, with nodata declared")
    if greatest > STRONGEST[UNITS[measure]]:
        raise InputError(f"{measure} reaches {greatest:g} {UNITS[measure]}, more than was ever recorded", where=where,
                         repair="check the unit")


def _deviation(grid: Grid, name: str, lonlat: Floats, sd_ln: float, where: str) -> tuple[Floats, bool]:
    """(deviation of the logarithm at the points, True where the file gives it)."""
    values = grid.values.get(f"STD{name}")
    if values is None:
        return np.full(len(lonlat), sd_ln), False
    if not grid.units.get(f"STD{name}", "").lower().startswith("ln") or values.min() < 0 or values.max() > 3.0:
        raise InputError(f"field STD{name} is no deviation of a natural logarithm", where=where,
                         repair="give it in ln(pctg) or ln(cms), from 0 to 3")
    return np.nan_to_num(_interpolated(grid, values, lonlat)), True


def _interpolated(grid: Grid, values: Floats, lonlat: Floats) -> Floats:
    """Bilinear between cell centres; NaN outside the grid."""
    wide, high = grid.lon[1] - grid.lon[0], grid.lat[0] - grid.lat[1]
    with np.errstate(invalid="ignore"):
        x = ((lonlat[:, 0] - grid.lon[0]) % 360.0) / wide
        y = (grid.lat[0] - lonlat[:, 1]) / high
        inside = (x <= len(grid.lon) - 1) & (y >= 0) & (y <= len(grid.lat) - 1)
    column = np.clip(np.where(inside, x, 0.0).astype(np.int64), 0, len(grid.lon) - 2)
    row = np.clip(np.where(inside, y, 0.0).astype(np.int64), 0, len(grid.lat) - 2)
    right, down = x - column, y - row
    values = np.minimum(values, _ABSURD)  # what is beyond is refused later, in its own unit
    top = values[row, column] * (1 - right) + values[row, column + 1] * right
    bottom = values[row + 1, column] * (1 - right) + values[row + 1, column + 1] * right
    found: Floats = np.where(inside, top * (1 - down) + bottom * down, np.nan)
    return found
