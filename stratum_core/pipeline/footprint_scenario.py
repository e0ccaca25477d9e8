"""A scenario of a footprint that somebody drew on the city, written as two files of the project: polygon and scenario."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely

from stratum_core.errors import InputError
from stratum_core.hazards.projection import LONLAT, transformed
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.pipeline.outage_scenario import REPLICATES, free_stem, quoted
from stratum_core.pipeline.scenario import SCHEMA


def write_footprint(folder: Path, city: City, name: str, ring: Floats, *, probability: float, lasts_h: float) -> Path:
    """Write the scenario ``name`` in which what lies inside ``ring`` stops at hour 0; returns its TOML file.

    ring: (n, 2) vertices in the city's coordinates, in metres. probability: chance that a component inside stops; lasts_h: hours
    until repair can start. Raises InputError without a name, for fewer than three vertices or a ring that crosses itself.
    """
    if not name.strip():
        raise InputError("the scenario has no name", repair="give it one")
    if len(ring) < 3:
        raise InputError("the footprint has fewer than three corners", repair="click three places or more on the city")
    if not shapely.Polygon(ring).is_valid:
        raise InputError("the outline of the footprint crosses itself", repair="take the last corners back and go round it")
    if not 0 <= probability <= 1:
        raise InputError(f"the chance {probability:g} is outside 0 to 1", repair="give a share, such as 0.5")
    corners = ring if city.crs == "none" else transformed(np.asarray(ring, dtype=float), city.crs, LONLAT, where="footprint")
    closed = np.vstack([corners, corners[:1]]).tolist()
    page = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [closed]}}]}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = free_stem(folder, name, "footprint")
        (folder / f"{stem}.geojson").write_text(json.dumps(page), encoding="utf-8")
        path = folder / f"{stem}.toml"
        lines = [
            f'schema = "{SCHEMA}"', f"name = {quoted(name.strip())}", "", "[hazard]", 'kind = "footprint"',
            f'file = "{stem}.geojson"', f"probability = {probability:g}", f"lasts_h = {lasts_h:g}", "", "[run]",
            f"replicates = {REPLICATES}", "",
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"the scenario cannot be written: {error.strerror}", where=str(folder),
                         repair="give yourself the right to write there") from error
    return path
