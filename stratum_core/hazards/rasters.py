"""The first band of a raster, read at points: any CRS, any grid, any nodata."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stratum_core.errors import InputError
from stratum_core.hazards.projection import transformed
from stratum_core.model.fields import Bools, Floats

#: beyond it a value is a way to say nothing, whatever the file declares (such as +1.8e308 or -3.4e38)
_NOTHING = 1e30


class Sampled(NamedTuple):
    """value: of the cell that holds each point, NaN without data; outside: beyond the raster; greatest of the whole raster."""

    value: Floats
    outside: Bools
    greatest: float
    least: float


def sampled(path: Path, points: Floats, crs: str) -> Sampled:
    """The raster at ``points`` ((n, 2) in ``crs``; "none": the raster's own plane).

    Raises InputError for a raster that cannot be read or laid over the city.
    """
    import rasterio

    try:
        with rasterio.open(path) as raster:
            _readable(raster, path)
            values = _values(raster.read(1, masked=True), path)
            xy = _into(points, crs, raster.crs, path)
            inverse = ~raster.transform
    except rasterio.errors.RasterioError as error:
        raise InputError("the raster cannot be read", where=str(path),
                         repair="check that the file exists and is a GeoTIFF or another raster that GDAL reads") from error
    x, y = xy[:, 0], xy[:, 1]
    return _at(values, inverse.a * x + inverse.b * y + inverse.c, inverse.d * x + inverse.e * y + inverse.f)


def _readable(raster: Any, path: Path) -> None:
    if raster.count < 1:
        raise InputError("the raster has no band", where=str(path), repair="name one layer of it, saved as a GeoTIFF")
    if raster.transform.determinant == 0.0:
        raise InputError("the raster has cells without size", where=str(path), repair="give it a geotransform")


def _values(band: Any, path: Path) -> Floats:
    if band.dtype.kind not in "fiu":
        raise InputError(f"the raster holds {band.dtype} instead of numbers", where=str(path), repair="save it as 32-bit float")
    values = band.astype(np.float64).filled(np.nan)
    values[~np.isfinite(values) | (np.abs(values) > _NOTHING)] = np.nan
    found: Floats = values
    return found


def _at(values: Floats, columns: Floats, rows: Floats) -> Sampled:
    rows, columns = np.floor(rows), np.floor(columns)
    inside = (rows >= 0) & (columns >= 0) & (rows < values.shape[0]) & (columns < values.shape[1])
    found = np.full(len(rows), np.nan)
    found[inside] = values[rows[inside].astype(np.int64), columns[inside].astype(np.int64)]
    some = values[np.isfinite(values)]
    return Sampled(found, ~inside, float(some.max(initial=-np.inf)), float(some.min(initial=np.inf)))


def _into(points: Floats, crs: str, raster_crs: Any, path: Path) -> Floats:
    if crs == "none" or not len(points):
        return points.reshape(-1, 2)
    if raster_crs is None:
        raise InputError("the raster has no coordinate system", where=str(path),
                         repair="write one into it, for example with gdal_edit")
    return transformed(points, crs, raster_crs, where=str(path))
