"""GeoPackage (OGC 12-128r19): nodes as points, physical links by their course, dependencies as straight lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from stratum_core.errors import InputError
from stratum_core.exporters import EXPORTERS, Columns, GraphTables


@EXPORTERS.register("gpkg")
def write(tables: GraphTables, file: Path) -> None:
    """Write three layers; nodes without a place, and edges to them, are left out. Raises InputError for a schematic city."""
    if tables.crs == "none":
        raise InputError("the city is a schematic without a coordinate system, which a GeoPackage needs", where=str(file),
                         repair="export .graphml or .csv, or import it with --crs")
    x, y = tables.nodes["x"].astype(float), tables.nodes["y"].astype(float)
    placed = np.isfinite(x) & np.isfinite(y)
    _layer(tables, file, "nodes", shapely.points(x[placed], y[placed]), "Point",
           {name: column[placed] for name, column in tables.nodes.items() if name not in ("x", "y")})
    if tables.links:
        ids, paths = zip(*tables.links, strict=True)
        at = {name: i for i, name in enumerate(tables.nodes["id"])}
        chosen = np.array([at[name] for name in ids])
        _layer(tables, file, "links", np.array([shapely.LineString(path) for path in paths]), "LineString",
               {name: column[chosen] for name, column in tables.nodes.items() if name not in ("x", "y")})
    _dependencies(tables, file, {str(name): (a, b) for name, a, b in zip(tables.nodes["id"], x, y, strict=True)})


def _dependencies(tables: GraphTables, file: Path, place: dict[str, tuple[float, float]]) -> None:
    rows = tables.dependencies
    ends = np.array([[place[s], place[d]] for s, d in zip(rows["supplier"], rows["dependent"], strict=True)]).reshape(-1, 2, 2)
    known = np.isfinite(ends).all(axis=(1, 2))
    if known.any():
        _layer(tables, file, "dependencies", shapely.linestrings(ends[known]), "LineString",
               {name: column[known] for name, column in rows.items()})


def _layer(tables: GraphTables, file: Path, layer: str, shapes: Any, geometry: str, columns: Columns) -> None:
    import pyogrio.raw

    # a GeoPackage numbers its rows in a column fid of its own; its text is UTF-8
    fields = {name: column for name, column in columns.items() if name != "fid"}
    pyogrio.raw.write(str(file), shapely.to_wkb(shapes), list(fields.values()), list(fields), layer=layer, driver="GPKG",
                      geometry_type=geometry, crs=tables.crs, append=file.exists())
