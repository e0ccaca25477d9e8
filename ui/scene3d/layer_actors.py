"""One layer of the city as actors, boxes to pick and pieces to pick. Main thread only."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from pyvista.core.pointset import PolyData

from stratum_core.model.city import City
from ui.layers import Layer
from ui.scene3d.actors import Painted, line_mesh, point_mesh, solid_mesh
from ui.scene3d.frame import Frame, Points
from ui.scene3d.routes import dashed, on_ground, ribbons, segments_of
from ui.scene3d.solids import Rows, Solids
from ui.scene3d.symbols import homes, symbols

#: above so many things of a layer, points are drawn instead of solids
MANY = 5000
GENERATED_OPACITY = 0.5


@dataclass
class LayerActors:
    """What a layer draws. ``rows`` maps its things to rows of its table; faded parts have half the opacity."""

    layer: Layer
    rows: Rows
    solid: list[Painted] = field(default_factory=list)
    faded: list[Painted] = field(default_factory=list)
    edges: list[Painted] = field(default_factory=list)
    low: Points = field(default_factory=lambda: np.zeros((0, 3)))
    high: Points = field(default_factory=lambda: np.zeros((0, 3)))
    pieces: Points = field(default_factory=lambda: np.zeros((0, 3)))
    piece_rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64))

    visible: bool = True

    def all(self) -> list[Painted]:
        """Every part."""
        return [*self.solid, *self.faded, *self.edges]

    def show(self, visible: bool, opacity: float) -> None:
        """Show, hide or fade all parts."""
        self.visible = visible
        for part in self.all():
            part.actor.SetVisibility(visible)
            part.actor.GetProperty().SetOpacity(opacity * (GENERATED_OPACITY if part in self.faded else 1.0))


def draw_layer(layer: Layer, city: City, frame: Frame, streets: Points) -> LayerActors | None:
    """The actors of a layer; None where nothing of it has a place."""
    if layer.form in ("home", "symbol", "point"):
        return _draw_places(layer, city, frame, streets)
    if layer.form == "line":
        return _draw_lines(layer, city, frame)
    if layer.form == "road":
        return _draw_streets(layer, city, frame)
    return None


def _draw_places(layer: Layer, city: City, frame: Frame, streets: Points) -> LayerActors | None:
    table = getattr(city, layer.table)
    xy = np.column_stack([table.x[layer.rows], table.y[layer.rows]])
    placed = np.isfinite(xy).all(axis=1)
    rows, xy = layer.rows[placed], xy[placed]
    if not len(rows):
        return None
    if layer.form == "point" or len(rows) > MANY:
        return _draw_points(layer, rows, frame.place(xy, 2.0), frame)
    if layer.form == "home":
        return _draw_homes(layer, rows, homes(xy, table.households[rows], streets, frame), table.provenance[rows] == "generated")
    return _draw_symbols(layer, rows, symbols(table.kind[rows], xy, frame), table.provenance[rows] == "generated")


def _draw_homes(layer: Layer, rows: Rows, solids: Solids, generated: Points) -> LayerActors:
    """Homes stay opaque, for there are many: where generated, their faces are muted and their edges crisp."""
    body = Painted(solid_mesh(solids), rows[solids.owner], lit=True, muted=generated[solids.owner])
    drawn = LayerActors(layer, rows, solid=[body], low=solids.low, high=solids.high)
    outlined = generated[solids.edge_owner]
    if outlined.any():
        points = solids.points[solids.edges[outlined]].reshape(-1, 3)
        drawn.edges.append(Painted(line_mesh(points), rows[solids.edge_owner[outlined]], lit=False))
    return drawn


def _draw_symbols(layer: Layer, rows: Rows, solids: Solids, generated: Points) -> LayerActors:
    drawn = LayerActors(layer, rows, low=solids.low, high=solids.high)
    mesh = solid_mesh(solids)
    for chosen, parts in ((generated, drawn.faded), (~generated, drawn.solid)):
        cells = np.flatnonzero(chosen[solids.owner])
        if len(cells):
            parts.append(Painted(_cells(mesh, cells), rows[solids.owner[cells]], lit=True))
    outlined = generated[solids.edge_owner]
    if outlined.any():
        points = solids.points[solids.edges[outlined]].reshape(-1, 3)
        drawn.edges.append(Painted(line_mesh(points), rows[solids.edge_owner[outlined]], lit=False, width=1.4))
    return drawn


def _cells(mesh: PolyData, cells: Rows) -> PolyData:
    faces = mesh.faces
    starts = mesh.GetPolys().GetOffsetsArray()
    offsets = np.array([starts.GetValue(int(i)) for i in range(mesh.n_cells + 1)])
    begin = offsets + np.arange(len(offsets))
    kept = np.concatenate([faces[begin[c] : begin[c + 1]] for c in cells])
    return PolyData(np.asarray(mesh.points), kept)


def _draw_points(layer: Layer, rows: Rows, places: Points, frame: Frame) -> LayerActors:
    dots = Painted(point_mesh(places), rows, lit=False)
    dots.actor.GetProperty().SetPointSize(4.0 if len(rows) < MANY else 2.5)
    reach = 6.0 * frame.scale
    return LayerActors(layer, rows, solid=[dots], low=places - reach, high=places + reach)


def _draw_lines(layer: Layer, city: City, frame: Frame) -> LayerActors | None:
    whole = segments_of(city, layer.rows)
    if not len(whole.ends):
        return None
    generated = city.links.provenance[whole.owner] == "generated"
    drawn = LayerActors(layer, layer.rows, pieces=on_ground(whole, frame, 1.5), piece_rows=whole.owner)
    solid = type(whole)(whole.ends[~generated], whole.owner[~generated])
    dashes = dashed(type(whole)(whole.ends[generated], whole.owner[generated]), frame.scale)
    for part in (solid, dashes):
        if len(part.ends):
            drawn.solid.append(Painted(line_mesh(on_ground(part, frame, 1.5)), part.owner, lit=False, width=layer.width))
    return drawn


def _draw_streets(layer: Layer, city: City, frame: Frame) -> LayerActors | None:
    pieces = segments_of(city, layer.rows)
    if not len(pieces.ends):
        return None
    ends = on_ground(pieces, frame, 0.5)
    if len(pieces.ends) > 4 * MANY:
        painted = Painted(line_mesh(ends), pieces.owner, lit=False, width=1.4)
    else:
        points, faces = ribbons(pieces, frame)
        painted = Painted(PolyData(points, faces), pieces.owner, lit=False)
    return LayerActors(layer, layer.rows, solid=[painted], pieces=ends, piece_rows=pieces.owner)

