"""Meshes as VTK actors whose colours are changed in place, never rebuilt. Main thread only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyvista.core.pointset import PolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from ui.scene3d.frame import Points
from ui.scene3d.solids import Rows, Solids

MUTED = 0.62
Colours = npt.NDArray[np.uint8]


class Painted:
    """An actor with one colour for each cell; ``owner`` is the row of each cell's thing."""

    def __init__(
        self, mesh: PolyData, owner: Rows, *, lit: bool, width: float = 1.0, muted: npt.NDArray[np.bool_] | None = None
    ) -> None:
        self.owner, self._muted = owner, muted
        mesh.cell_data["colour"] = np.full((mesh.n_cells, 3), 128, dtype=np.uint8)
        mesh.GetCellData().SetActiveScalars("colour")
        self._mesh = mesh
        self.actor = actor_of(mesh, lit=lit, width=width)
        mapper = self.actor.GetMapper()
        mapper.SetScalarModeToUseCellData()
        mapper.SetColorModeToDirectScalars()
        mapper.SetScalarVisibility(True)

    def paint(self, colours: Colours, ground: tuple[int, int, int]) -> None:
        """Give every thing its colour; colours: (things, 3), by row of ``owner``; muted cells go towards the ground's."""
        array = self._mesh.cell_data["colour"]
        chosen = colours[self.owner]
        if self._muted is not None:
            blended = chosen[self._muted] * MUTED + np.array(ground) * (1 - MUTED)
            chosen[self._muted] = blended.astype(np.uint8)
        array[:] = chosen
        self._mesh.GetCellData().GetArray("colour").Modified()
        self._mesh.Modified()


def actor_of(mesh: PolyData, *, lit: bool, width: float = 1.0) -> vtkActor:
    """A plain actor of a mesh: flat, lit or not."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(mesh)
    mapper.SetScalarVisibility(False)
    actor = vtkActor()
    actor.SetMapper(mapper)
    look = actor.GetProperty()
    look.SetInterpolationToFlat()
    look.SetLineWidth(width)
    look.SetLighting(lit)
    look.SetAmbient(0.30)
    look.SetDiffuse(0.74)
    look.SetSpecular(0.0)
    return actor


def solid_mesh(solids: Solids) -> PolyData:
    """The faces of solids."""
    return PolyData(solids.points, solids.faces)


def edge_mesh(solids: Solids) -> PolyData:
    """The edges of solids."""
    lines = np.hstack([np.full((len(solids.edges), 1), 2), solids.edges])
    return PolyData(solids.points, lines=lines.ravel())


def line_mesh(points: Points) -> PolyData:
    """Pieces of two points each."""
    count = len(points) // 2
    lines = np.column_stack([np.full(count, 2), np.arange(2 * count).reshape(-1, 2)])
    return PolyData(points, lines=lines.ravel())


def point_mesh(points: Points) -> PolyData:
    """Single points."""
    verts = np.column_stack([np.ones(len(points), dtype=np.int64), np.arange(len(points))])
    return PolyData(points, verts=verts.ravel())
