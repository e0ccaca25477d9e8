"""What the scene is made of beside the city: the water of a scenario, and the points that the camera is to see."""

from __future__ import annotations

import numpy as np

from stratum_core.model.city import City
from stratum_core.pipeline.scenario import Scenario
from ui.scene3d.frame import Frame, Points
from ui.scene3d.sheets import Flood, read_flood


def water_of(scenario: Scenario, frame: Frame, crs: str) -> Flood | None:
    """The depth rasters of a scenario; None without any."""
    frames = [
        (float(one["at_h"]), scenario.folder / str(one["raster"]))
        for hazard in scenario.hazards
        for one in getattr(hazard, "frames", ())
        if "raster" in one
    ]
    return read_flood(frames, frame.terrain, crs)


def points_to_see(city: City, frame: Frame, place: Points | None) -> Points:
    """(n, 3) scene points around one place, else of all homes, else of all assets; outliers do not count."""
    if place is not None:
        reach = 160.0 * frame.scale
        return np.asarray(place + np.array([[-reach, -reach, 0], [reach, reach, 0], [-reach, reach, 0], [reach, -reach, 0]]))
    xy = np.column_stack([city.blocks.x, city.blocks.y])
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) < 2:
        xy = city.positions()
        xy = xy[np.isfinite(xy).all(axis=1)]
    low, high = np.quantile(xy, [0.004, 0.996], axis=0)
    return frame.place(xy[((xy >= low) & (xy <= high)).all(axis=1)])
