"""The city as VTK actors: built once for a city, recoloured in place. Main thread only; ``update`` asserts it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  the renderer that VTK finds by being imported
from pyvista.core.pointset import PolyData
from vtkmodules.vtkRenderingCore import vtkLight, vtkRenderer

from stratum_core.model.city import City
from stratum_core.population.evacuation.trace import Trace
from ui.crowds import Crowd
from ui.layers import PEOPLE, TRAFFIC, Layer
from ui.scene3d.actors import actor_of
from ui.scene3d.camera import Camera
from ui.scene3d.crowd import CrowdActors
from ui.scene3d.frame import Frame, Points
from ui.scene3d.layer_actors import LayerActors, draw_layer
from ui.scene3d.picking import first_box, nearest_piece
from ui.scene3d.routes import segments_of
from ui.scene3d.sheets import Flood, contours, flood_sheet
from ui.theme import Tokens
from ui.theme_colours import rgb, unit
from ui.view_state import LayerLook

Colours = npt.NDArray[np.uint8]
_MOST_WHILE_MOVING = 10_000


class CityScene:
    """Actors of every layer in one renderer."""

    def __init__(self) -> None:
        self.renderer = vtkRenderer()
        self.renderer.SetUseFXAA(True)
        self.renderer.SetUseDepthPeeling(False)
        self._drawn: dict[str, LayerActors] = {}
        self._sheet = [actor_of(PolyData(), lit=False, width=w) for w in (1.0, 1.8, 1.0)]
        self._ground = actor_of(PolyData(), lit=False, width=1.0)
        self._lights()
        self._light = False
        self._waiting: dict[str, Callable[[], LayerActors | None]] = {}
        self.frame: Frame | None = None
        self.flood: Flood | None = None
        self.crowd = CrowdActors()

    def _lights(self) -> None:
        self.renderer.RemoveAllLights()
        self.renderer.AutomaticLightCreationOff()
        for place, strength in (((-0.5, -0.7, 1.2), 0.95), ((0.9, 0.5, 0.6), 0.35)):
            light = vtkLight()
            light.SetLightTypeToSceneLight()
            light.SetPosition(*place)
            light.SetFocalPoint(0, 0, 0)
            light.SetIntensity(strength)
            self.renderer.AddLight(light)

    def build(self, city: City, layers: tuple[Layer, ...], frame: Frame) -> None:
        """Draw all layers of a city anew."""
        self._assert_main_thread()
        self.renderer.RemoveAllViewProps()
        self._drawn.clear()
        self.frame = frame
        roads = next((layer for layer in layers if layer.form == "road"), None)
        streets = segments_of(city, roads.rows).ends if roads is not None else np.zeros((0, 4))
        if frame.terrain is not None:
            self._ground.GetMapper().SetInputData(contours(frame.terrain, frame, self._near(city, frame)))
        for actor in (self._ground, *self._sheet, *self.crowd.actors):
            self.renderer.AddActor(actor)
        self._waiting = {layer.name: lambda layer=layer: draw_layer(layer, city, frame, streets) for layer in layers}

    def draw_shown(self, looks: dict[str, LayerLook]) -> None:
        """Draw the layers that are shown for the first time; hidden ones cost nothing."""
        for name in [name for name in self._waiting if looks[name].visible]:
            drawn = self._waiting.pop(name)()
            if drawn is not None:
                self._drawn[name] = drawn
                for part in drawn.all():
                    self.renderer.AddActor(part.actor)

    @staticmethod
    def _near(city: City, frame: Frame) -> Points:
        xy = np.column_stack([city.blocks.x, city.blocks.y])
        if not len(xy):
            xy = np.column_stack([city.assets.x, city.assets.y])
        return frame.place(xy[np.isfinite(xy).all(axis=1)])

    def update(
        self,
        colours: dict[str, Colours],
        looks: dict[str, LayerLook],
        tokens: Tokens,
        hour: float | None,
        camera: Camera,
    ) -> None:
        """Colours by layer (one row for each row of its table), visibility, water and camera; nothing is rebuilt."""
        self._assert_main_thread()
        self._light = False
        self.draw_shown(looks)
        self.renderer.SetBackground(*unit(tokens.ground))
        self._ground.GetProperty().SetColor(*unit(tokens.contour))
        self._ground.SetVisibility(looks["ground"].visible if "ground" in looks else False)
        for name, drawn in self._drawn.items():
            drawn.show(looks[name].visible, looks[name].opacity)
            if name in colours:
                for part in drawn.all():
                    part.paint(colours[name], rgb(tokens.ground))
        self._update_water(looks.get("hazard"), tokens, hour)
        self.aim(camera)

    def _update_water(self, look: LayerLook | None, tokens: Tokens, hour: float | None) -> None:
        shown = look is not None and look.visible and self.flood is not None and self.frame is not None
        if shown:
            for actor, mesh in zip(self._sheet, flood_sheet(self.flood, self.frame, hour), strict=True):
                actor.GetMapper().SetInputData(mesh)
        for actor, alpha in zip(self._sheet, (tokens.flood_alpha, 0.95, 0.30), strict=True):
            actor.SetVisibility(shown)
            actor.GetProperty().SetColor(*unit(tokens.flood))
            actor.GetProperty().SetOpacity(alpha * (look.opacity if look else 1.0))

    def show_people(self, trace: Trace | None, crowd: Crowd | None, looks: dict[str, LayerLook], tokens: Tokens) -> None:
        """Everybody and the traffic of a trace at a moment, in place; None: nobody."""
        self._assert_main_thread()
        if trace is not None and self.frame is not None:
            self.crowd.take(trace, self.frame)
        seen = [looks[name].opacity if name in looks and looks[name].visible else 0.0 for name in (PEOPLE, TRAFFIC)]
        self.crowd.show(crowd, *seen, tokens)

    def aim(self, camera: Camera) -> None:
        """Point VTK's camera."""
        self.crowd.aim(camera.distance)
        vtk = self.renderer.GetActiveCamera()
        vtk.SetViewAngle(30.0)
        vtk.SetFocalPoint(*camera.focus)
        vtk.SetPosition(*camera.position)
        vtk.SetViewUp(*camera.axes[1])
        self.renderer.ResetCameraClippingRange()

    def lighten(self, moving: bool) -> None:
        """While the camera or the hour moves: no smoothing, no edges, no layer of very many lines."""
        self.renderer.SetUseFXAA(not moving)
        if moving == self._light:
            return
        self._light = moving
        self.crowd.thin(moving)
        for drawn in self._drawn.values():
            for part in drawn.edges:
                part.actor.SetVisibility(drawn.visible and not moving)
            if len(drawn.pieces) > 2 * _MOST_WHILE_MOVING:
                for part in drawn.solid:
                    part.actor.SetVisibility(drawn.visible and not moving)

    def pick(
        self, camera: Camera, x: float, y: float, width: float, height: float, looks: dict[str, LayerLook]
    ) -> tuple[str, int]:
        """(table, row) of what is drawn at a pixel; ("", -1) for bare ground. Solids first, then lines."""
        direction = camera.ray(x, y, width, height)
        best, found = float("inf"), ("", -1)
        visible = [drawn for name, drawn in self._drawn.items() if looks[name].visible]
        for drawn in visible:
            row, distance = first_box(camera.position, direction, drawn.low, drawn.high)
            if row >= 0 and distance < best:
                best, found = distance, (drawn.layer.table, int(drawn.rows[row]))
        if found[1] >= 0:
            return found
        for drawn in visible:
            piece, away = nearest_piece(camera, drawn.pieces, x, y, width, height)
            away += 3.0 if drawn.layer.form == "road" else 0.0
            if piece >= 0 and away < best:
                best, found = away, (drawn.layer.table, int(drawn.piece_rows[piece]))
        return found

    def piece_of(self, layer: str, camera: Camera, x: float, y: float, width: float, height: float, reach: float) -> int:
        """The row of the piece of a drawn layer that is nearest to a pixel; -1 beyond ``reach`` pixels."""
        drawn = self._drawn.get(layer)
        piece = nearest_piece(camera, drawn.pieces, x, y, width, height, reach)[0] if drawn is not None else -1
        return int(drawn.piece_rows[piece]) if drawn is not None and piece >= 0 else -1

    def tops(self, table: str, rows: list[int]) -> dict[int, Points]:
        """The top of each symbol or home that is drawn, by row."""
        wanted, found = set(rows), {}
        for drawn in self._drawn.values():
            if drawn.layer.table == table and len(drawn.low):
                for i in np.flatnonzero(np.isin(drawn.rows, list(wanted))):
                    middle = (drawn.low[i] + drawn.high[i]) / 2
                    found[int(drawn.rows[i])] = np.array([middle[0], middle[1], drawn.high[i][2]])
        return found

    @staticmethod
    def _assert_main_thread() -> None:
        assert threading.current_thread() is threading.main_thread(), "VTK is touched by the main thread only"
