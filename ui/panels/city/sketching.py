"""What the mouse does on the city while zones and roads are drawn: clicks, dragged corners, a brush. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF

from ui.events import CrossingPicked, RoadsPicked
from ui.layers import ROADS
from ui.scene3d.city_scene import CityScene
from ui.scene3d.frame import Points
from ui.scene3d.view import Grip, SceneView
from ui.shell.places import Context

ME = "city"
#: tools of the view state
ZONE, CLOSE, TURN, ROUTE, EXIT = "zone", "close", "turn", "route", "exit"
#: pixels from a corner, and from a road, that still count as on it
_CORNER, _ROAD = 10.0, 14.0


class Sketching:
    """Turns what happens on the view into corners of the view state and events of the bus."""

    def __init__(self, context: Context, scene: CityScene, view: SceneView) -> None:
        self._context, self._scene, self._view = context, scene, view

    def clicked(self, at: QPointF) -> bool:
        """Take a click; False where nothing is being drawn."""
        view, tool = self._context.view, self._context.view.tool
        if view.drawing is not None:
            corner = self._under(at)
            if corner is not None:
                view.set_drawing((*view.drawing, corner), ME)
        elif tool in (CLOSE, TURN, ROUTE):
            road = self._road(at)
            if road:
                self._context.bus.publish(RoadsPicked((road,), ME))
        elif tool == EXIT:
            node = self._crossing(at)
            if node:
                self._context.bus.publish(CrossingPicked(node, ME))
        return view.drawing is not None or bool(tool)

    def grip(self, at: QPointF) -> Grip | None:
        """A corner to be moved, or the brush; None: a drag moves the camera."""
        view = self._context.view
        if view.drawing:
            seen = self._project(np.array(view.drawing))
            away = np.hypot(seen[:, 0] - at.x(), seen[:, 1] - at.y())
            corner = int(away.argmin())
            return Grip(lambda to: self._move(corner, to), lambda: None) if away[corner] <= _CORNER else None
        if view.tool in (CLOSE, ROUTE):
            return Grip(self._brush, self._brushed)
        return None

    def _move(self, corner: int, to: QPointF) -> None:
        place, view = self._under(to), self._context.view
        if place is not None and view.drawing is not None and corner < len(view.drawing):
            view.set_drawing((*view.drawing[:corner], place, *view.drawing[corner + 1 :]), ME)

    def _brush(self, to: QPointF) -> None:
        road, view = self._road(to), self._context.view
        if road and road not in view.brushed:
            view.set_brushed((*view.brushed, road), ME)

    def _brushed(self) -> None:
        roads = self._context.view.brushed
        self._context.view.set_brushed((), ME)
        if roads:
            self._context.bus.publish(RoadsPicked(roads, ME))

    def _under(self, at: QPointF) -> tuple[float, float] | None:
        frame = self._scene.frame
        if frame is None:
            return None
        return frame.under(self._view.camera, at.x(), at.y(), self._view.width(), self._view.height())

    def _road(self, at: QPointF) -> str:
        row = self._scene.piece_of(ROADS, self._view.camera, at.x(), at.y(), self._view.width(), self._view.height(), _ROAD)
        return str(self._context.session.city.links.id[row]) if row >= 0 else ""

    def _crossing(self, at: QPointF) -> str:
        """The end of a road that is nearest to a pixel."""
        city = self._context.session.city
        roads = city.links.sector == "roads"
        nodes = np.unique(np.concatenate([city.links.start[roads], city.links.end[roads]]).astype(str))
        rows = np.array([city.index[name] for name in nodes.tolist()], dtype=np.int64)
        seen = self._project(np.column_stack([city.assets.x, city.assets.y])[rows])
        away = np.where(seen[:, 2] > 0, np.hypot(seen[:, 0] - at.x(), seen[:, 1] - at.y()), np.inf)
        return str(nodes[int(np.nanargmin(away))]) if len(away) and np.nanmin(away) <= 2 * _ROAD else ""

    def _project(self, xy: Points) -> Points:
        frame = self._scene.frame
        assert frame is not None
        return self._view.camera.project(frame.place(xy, 1.0), self._view.width(), self._view.height())
