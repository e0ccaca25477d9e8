"""People and traffic of an evacuation in the scene: dots, cells of density, a ribbon a direction. Main thread only.

Points and colours are changed in place from hour to hour; ribbons and cells are built once for a trace.
"""

from __future__ import annotations

import numpy as np
from pyvista.core.pointset import PolyData
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor

from stratum_core.population.evacuation.trace import HELD_UP, NO_WAY, Trace
from ui.crowds import Cells, Colours, Crowd, density_colours, state_colours, traffic_colours
from ui.scene3d.actors import actor_of
from ui.scene3d.frame import Frame, Points
from ui.scene3d.routes import STREET
from ui.theme import Tokens

#: camera distance in metres from which on cells are drawn instead of dots
FAR_M = 6000.0
MOST_WHILE_MOVING = 10_000
#: camera distances in metres, and the sizes in pixels of dots of those who move and of those who are stuck
_SIZES = ((700.0, 8.0, 12.0), (1800.0, 6.0, 9.0), (np.inf, 4.0, 7.0))
_LIFT = 9.0
_OPACITY = 0.62
_IN_FRONT = -3000.0


class Dots:
    """Points of one size whose number, places and colours change in place."""

    def __init__(self) -> None:
        self._mesh = vtkPolyData()
        self._mesh.SetPoints(vtkPoints())
        self.actor = actor_of(self._mesh, lit=False)
        mapper = self.actor.GetMapper()
        mapper.SetScalarVisibility(True)
        mapper.SetResolveCoincidentTopologyToPolygonOffset()
        mapper.SetRelativeCoincidentTopologyPointOffsetParameter(_IN_FRONT)  # roofs do not hide who is at home
        self._places: Points = np.zeros((0, 3), dtype=np.float32)
        self._colours = np.zeros((0, 3), dtype=np.uint8)

    def set(self, places: Points, colours: Colours) -> None:
        """Other points."""
        self._places, self._colours = places.astype(np.float32), np.ascontiguousarray(colours)
        self.thin(len(places))

    def thin(self, most: int) -> None:
        """Draw at most so many of them, evenly chosen."""
        chosen = slice(None, None, max(-(-len(self._places) // max(most, 1)), 1))
        self._drawn = np.ascontiguousarray(self._places[chosen]), np.ascontiguousarray(self._colours[chosen])
        count = len(self._drawn[0])
        self._mesh.GetPoints().SetData(numpy_to_vtk(self._drawn[0]))
        cells = vtkCellArray()
        self._ids = np.arange(count, dtype=np.int64)
        cells.SetData(numpy_to_vtkIdTypeArray(np.array([0, count], dtype=np.int64), deep=True),
                      numpy_to_vtkIdTypeArray(self._ids))
        self._mesh.SetVerts(cells)
        self._mesh.GetPointData().SetScalars(numpy_to_vtk(self._drawn[1]))
        self._mesh.Modified()


class Tinted:
    """Faces with a colour and an opacity each, changed in place."""

    def __init__(self, width: float = 1.0) -> None:
        self.actor: vtkActor = actor_of(PolyData(), lit=False, width=width)
        self.actor.GetMapper().SetScalarVisibility(True)
        self.actor.GetMapper().SetScalarModeToUseCellData()
        self.actor.ForceTranslucentOn()

    def build(self, points: Points, faces: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        """Other faces, unseen until they are painted."""
        self._mesh = PolyData(points.astype(np.float32), faces) if len(points) else PolyData()
        self._mesh.cell_data["colour"] = np.zeros((self._mesh.n_cells, 4), dtype=np.uint8)
        self._mesh.GetCellData().SetActiveScalars("colour")
        self.actor.GetMapper().SetInputData(self._mesh)

    def paint(self, colours: Colours) -> None:
        """(faces, 4) other colours."""
        self._mesh.cell_data["colour"][:] = colours
        self._mesh.GetCellData().GetArray("colour").Modified()
        self._mesh.Modified()


class CrowdActors:
    """All actors of a trace. Dots are drawn near the camera, cells from afar."""

    def __init__(self) -> None:
        self._calm, self._stuck = Dots(), Dots()
        self._squares, self._ribbons = Tinted(), Tinted()
        self._of: tuple[Trace, Frame] | None = None
        self.shown: Crowd | None = None
        self.cells: Cells | None = None
        self.far = False
        self._people = False

    @property
    def actors(self) -> list[vtkActor]:
        """In the order in which they are drawn."""
        return [part.actor for part in (self._squares, self._ribbons, self._calm, self._stuck)]

    def take(self, trace: Trace, frame: Frame) -> None:
        """Build ribbons and cells for a trace; nothing where it is drawn already."""
        if self._of is not None and self._of[0] is trace and self._of[1] is frame:
            return
        self._of = (trace, frame)
        self.cells = Cells.over(trace.home)
        self._squares.build(*_squares(self.cells, frame))
        points, faces, self._link = _ribbons(trace, frame)
        self._ribbons.build(points, faces)

    def show(self, crowd: Crowd | None, people: float, traffic: float, tokens: Tokens) -> None:
        """Everybody at a moment; people, traffic: opacities, 0: not drawn."""
        self.shown = crowd
        self._people = crowd is not None and people > 0
        self._ribbons.actor.SetVisibility(crowd is not None and traffic > 0)
        if crowd is None or self._of is None or self.cells is None:
            self._sort_out()
            return
        if traffic > 0 and len(self._link):
            colours = traffic_colours(crowd.density, crowd.flow, tokens, 0.95 * traffic)
            self._ribbons.paint(colours[self._link])
        if people > 0:
            self._squares.paint(density_colours(self.cells.density(crowd.places, crowd.at_risk), tokens, _OPACITY * people))
            self._place(crowd, people, tokens)
        self._sort_out()

    def _place(self, crowd: Crowd, opacity: float, tokens: Tokens) -> None:
        assert self._of is not None
        state = crowd.state[crowd.shown]
        places = self._of[1].place(crowd.places[crowd.shown], _LIFT)
        colours, stuck = state_colours(tokens)[state], np.isin(state, (HELD_UP, NO_WAY))
        for dots, chosen in ((self._calm, ~stuck), (self._stuck, stuck)):
            dots.set(places[chosen], colours[chosen])
            dots.actor.GetProperty().SetOpacity(opacity)

    def aim(self, distance: float) -> None:
        """Dots or cells, as the camera is near or far."""
        self.far = distance > FAR_M
        _, *sizes = next(size for size in _SIZES if distance <= size[0])
        for dots, pixels in zip((self._calm, self._stuck), sizes, strict=True):
            dots.actor.GetProperty().SetPointSize(pixels)
        self._sort_out()

    def thin(self, moving: bool) -> None:
        """Draw fewer dots while the camera or the hour moves."""
        for dots in (self._calm, self._stuck):
            dots.thin(MOST_WHILE_MOVING // 2 if moving else 10**9)

    def _sort_out(self) -> None:
        self._squares.actor.SetVisibility(self._people and self.far)
        for dots in (self._calm, self._stuck):
            dots.actor.SetVisibility(self._people and not self.far)


def _squares(cells: Cells, frame: Frame) -> tuple[Points, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """A square a cell, a little smaller than it, on the ground of its middle."""
    row, column = np.divmod(np.arange(cells.columns * cells.rows), cells.columns)
    middle = np.array(cells.corner) + (np.column_stack([column, row]) + 0.5) * cells.side
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * cells.side * 0.48
    placed = frame.place(middle, 2.0)
    points = np.repeat(placed, 4, axis=0)
    points[:, :2] += np.tile(corners, (len(middle), 1))
    return points, _quads(len(middle))


def _ribbons(trace: Trace, frame: Frame) -> tuple[Points, np.ndarray[tuple[int], np.dtype[np.int64]], Points]:
    """(points, faces, link of each) of the right half of every road that a vehicle of the trace takes."""
    roads = trace.roads
    used = np.zeros(roads.links, dtype=bool)
    used[trace.link[np.repeat(trace.speed == 0, np.diff(trace.begin))]] = True
    of_corner = np.floor(roads.key).astype(np.int64)
    placed = np.isfinite(roads.xy).all(axis=1)
    begin = np.flatnonzero((of_corner[:-1] == of_corner[1:]) & used[of_corner[:-1]] & placed[:-1] & placed[1:])
    a, b = roads.xy[begin], roads.xy[begin + 1]
    along = (b - a) / np.maximum(np.hypot(*(b - a).T), 1e-9)[:, None]
    right = np.column_stack([along[:, 1], -along[:, 0]]) * STREET * frame.scale
    corners = np.stack([a + right * 0.06, b + right * 0.06, b + right * 0.62, a + right * 0.62], axis=1).reshape(-1, 2)
    below = frame.ground(np.stack([a, b, b, a], axis=1).reshape(-1, 2))
    points = np.column_stack([corners - np.array(frame.origin), below + 1.6])
    return points, _quads(len(begin)), of_corner[begin]


def _quads(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Faces of ``count`` squares of four points of their own, as VTK has them."""
    return np.hstack([np.full((count, 1), 4), np.arange(4 * count).reshape(-1, 4)]).reshape(-1).astype(np.int64)
