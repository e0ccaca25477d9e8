"""A small town with one of everything that hazards touch, and files to lay over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stratum_core.model import Assets, Blocks, City, Dependencies, Links

CENTRE = (417_500.0, 5_367_500.0)  # 7.884 E, 48.456 N
ASSETS = [  # id, sector, kind, dx, dy (m), voltage, value
    ("grid", "power", "external_grid", 0, 0, 110e3, 2e6), ("sub", "power", "substation", 300, 0, 110e3, 6e4),
    ("bus", "power", "bus", 600, 0, 400.0, np.nan), ("home", "power", "load", 620, 20, 400.0, np.nan),
    ("well", "water", "well", 0, 500, np.nan, 3e5), ("node", "water", "junction", 1500, 500, np.nan, np.nan),
    ("plc", "telecom", "cabinet", 50, 500, np.nan, 15e3), ("scada", "telecom", "exchange", 0, 900, np.nan, 8e5),
    ("mast", "telecom", "mast", 900, 900, np.nan, 15e4), ("clinic", "health", "clinic", 700, 300, np.nan, 4e6)]
LINKS = [  # id, sector, kind, start, end, length
    ("line", "power", "line", "grid", "sub", 300.0), ("trafo", "power", "transformer", "sub", "bus", 1.0),
    ("cable", "power", "cable", "bus", "home", 30.0), ("main", "water", "pipe", "well", "node", 1500.0),
    ("fibre", "telecom", "fibre", "scada", "mast", 900.0)]
NEEDS = [("plc", "scada", "control"), ("well", "plc", "control"), ("clinic", "bus", "power"), ("well", "bus", "power")]


def small_town() -> City:
    """Ten assets, five links, four needs, one block of dwellings."""
    asset = list(zip(*ASSETS, strict=True))
    link = list(zip(*LINKS, strict=True))
    need = list(zip(*NEEDS, strict=True))
    return City(
        "town", crs="EPSG:25832", currency="EUR", price_year=2023,
        assets=Assets(id=_text(asset[0]), sector=_text(asset[1]), kind=_text(asset[2]), x=CENTRE[0] + np.array(asset[3]),
                      y=CENTRE[1] + np.array(asset[4]), voltage=np.array(asset[5]), value=np.array(asset[6])),
        links=Links(id=_text(link[0]), sector=_text(link[1]), kind=_text(link[2]), start=_text(link[3]), end=_text(link[4]),
                    length=np.array(link[5])),
        dependencies=Dependencies(id=_text([f"n{i}" for i in range(len(NEEDS))]), dependent=_text(need[0]),
                                  supplier=_text(need[1]), service=_text(need[2])),
        blocks=Blocks(id=_text(["block"]), x=np.array([CENTRE[0] + 650]), y=np.array([CENTRE[1] + 50.0]),
                      residents=np.array([40.0]), value=np.array([5e6]), use=_text(["residential"])))


def _text(values: object) -> np.ndarray:
    return np.array(values, dtype=object)


def write_raster(folder: Path, values: object, *, name: str = "r.tif", crs: object = "EPSG:25832", bounds: object = None,
                 nodata: float | None = None, dtype: str = "float32") -> str:
    import rasterio
    from rasterio.transform import from_bounds

    band = np.atleast_2d(np.asarray(values, dtype=dtype))
    west, south, east, north = bounds or (CENTRE[0] - 5000, CENTRE[1] - 5000, CENTRE[0] + 5000, CENTRE[1] + 5000)
    transform = from_bounds(west, south, east, north, band.shape[1], band.shape[0])
    with rasterio.open(folder / name, "w", driver="GTiff", height=band.shape[0], width=band.shape[1], count=1, dtype=dtype,
                       crs=crs, transform=transform, nodata=nodata) as file:
        file.write(band, 1)
    return name


def grid_xml(*, fields: str = "LON:dd LAT:dd PGA:pctg PGV:cms", lon: tuple[float, float, int] = (7.0, 9.0, 3),
             lat: tuple[float, float, int] = (48.0, 49.0, 2), rows: str | None = None) -> str:
    """A ShakeMap page; by default PGA 10, 20, 30 pctg from west to east, PGV 5, 10, 15 cm/s."""
    named = [word.split(":") for word in fields.split()]
    entries = "\n".join(f'<grid_field index="{i}" name="{n}" units="{u}" />' for i, (n, u) in enumerate(named, start=1))
    xs, ys = np.linspace(*lon), np.linspace(*lat)[::-1]
    if rows is None:
        rows = "\n".join(f"{x:.4f} {y:.4f} {10 * (j + 1)} {5 * (j + 1)}" for y in ys for j, x in enumerate(xs))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<shakemap_grid xmlns="http://earthquake.usgs.gov/eqcenter/shakemap" event_id="x">
<event event_id="x" magnitude="6.0" depth="10" lat="48.5" lon="8" />
<grid_specification lon_min="{lon[0]}" lat_min="{lat[0]}" lon_max="{lon[1]}" lat_max="{lat[1]}" nlon="{lon[2]}" nlat="{lat[2]}" />
{entries}
<grid_data>
{rows}
</grid_data>
</shakemap_grid>
"""
