"""What is painted over the 3D city: chain, labels, selection, legend, north, scale. Main thread only."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from app.session import Session
from stratum_core.graph.affected import Affected
from stratum_core.model.tables import PROVENANCES
from stratum_core.number_format import NARROW, clock, count, percent
from stratum_core.pipeline.situation.observability import BLIND, WORDS
from ui.colouring import HAZARD, OBSERVED, Mode, observed_colours, provenance_colours
from ui.crowds import Crowd
from ui.names import name_of
from ui.panels.city.orders_over import draw_orders
from ui.panels.city.people_key import PeopleKey, draw_directions
from ui.panels.city.plan_over import draw_plan
from ui.scene3d.chain_overlay import Label, draw_chain, draw_labels
from ui.scene3d.city_scene import CityScene
from ui.scene3d.frame import Points
from ui.scene3d.legend import Legend, draw_legend, draw_north, draw_scale, legend_box
from ui.scene3d.view import SceneView
from ui.shell.places import Context
from ui.theme import Tokens

#: kinds whose names are shown, the most telling first
_NAMED = ("clinic", "hospital", "care_home", "school", "shelter", "tank", "treatment", "exchange", "mast", "fire_station",
          "external_grid", "pump_station", "gas_station", "heat_plant", "substation")

_PER_CENT = ("0", "5", "20", "40", "60", "80", "100")


class Over:
    """Paints the 2D layer; it holds no state of its own but names and places."""

    def __init__(self, context: Context, scene: CityScene, view: SceneView) -> None:
        self._context, self._scene, self._view = context, scene, view
        self.legend: Legend | None = None
        self.crowd: Crowd | None = None
        self._named: list[tuple[str, str, Points]] = []

    def city_changed(self) -> None:
        """Choose the names to show."""
        assets = self._context.session.city.assets
        order = {kind: rank for rank, kind in enumerate(_NAMED)}
        rows = [i for i in range(len(assets)) if assets.kind[i] in order and assets.name[i]]
        rows = sorted(rows, key=lambda i: order[assets.kind[i]])[:40]
        tops = self._scene.tops("assets", rows)
        self._named = [(str(assets.id[i]), str(assets.name[i]), tops[i]) for i in rows if i in tops]

    def place_of(self, component: str) -> Points | None:
        """The scene point at the top of a component or home; None where it has no place."""
        city, frame = self._context.session.city, self._scene.frame
        if frame is None:
            return None
        row = city.index.get(component)
        if row is None:
            found = np.flatnonzero(city.blocks.id == component)
            return self._scene.tops("blocks", [int(found[0])]).get(int(found[0])) if len(found) else None
        if row < len(city.assets):
            top = self._scene.tops("assets", [row]).get(row)
            if top is not None:
                return top
            xy = np.array([[city.assets.x[row], city.assets.y[row]]])
        else:
            xy = _middle_of(city, row - len(city.assets))
        return frame.place(xy, 2.0)[0] if np.isfinite(xy).all() else None

    def paint(self, painter: QPainter) -> None:
        """Everything: the legend in the corner that the chain leaves free, the chain over the rest."""
        tokens, view = self._context.look.tokens, self._view
        if self._scene.frame is None or self.legend is None:
            return
        width, height = view.width(), view.height()
        key = PeopleKey(self._context, self.crowd, far=self._scene.crowd.far) if self.crowd is not None else None
        box = key.box(height) if key is not None else self._legend_box(self.legend, height)
        covered = [QRectF(width - 70, 12, 60, 76), QRectF(width - 380, height - 44, 380, 44), box]
        draw_north(painter, view.camera, tokens, width)
        schematic = self._context.session.city.crs == "none"
        note = self._note() if width > 700 else ""  # beside the legend there is no room for it
        draw_scale(painter, view.camera, tokens, width, height, note, not schematic)
        if self.crowd is not None:
            draw_directions(painter, self._context, self.crowd, self._scene, self._project, view.rect())
        area = QRectF(4, 4, width - 8, height - 8)
        covered += draw_orders(painter, self._context, self._scene.frame, self._project, covered, area)
        covered += draw_plan(painter, self._context, self._scene.frame, self._project)
        self._drawing(painter, tokens)
        self._selected(painter, tokens)
        covered += self._chain(painter, tokens)
        if key is not None:
            key.draw(painter, tokens, box)
        else:
            draw_legend(painter, self.legend, tokens, box)
        draw_labels(painter, self._labels(), covered, tokens, area)

    def _legend_box(self, legend: Legend, height: int) -> QRectF:
        """The lower left corner, or the upper one where that hides fewer steps of the chain."""
        places = self._chain_places()
        seen = self._project(places) if len(places) else places
        corners = [legend_box(legend, height), legend_box(legend, height, top=True)]
        return min(corners, key=lambda box: sum(box.adjusted(-14, -14, 14, 40).contains(x, y) for x, y, _ in seen))

    def _note(self) -> str:
        frame = self._scene.frame
        parts = [f"Relief × {frame.relief:g}"] if frame is not None and frame.terrain is not None else []
        if self._scene.flood is not None and self._context.view.layer("hazard").visible:
            hour, ran = self._context.session.hour, self._context.session.result is not None
            parts.append(f"Water at {clock(hour)}, assumed" if hour > 0 or ran else "Greatest water level, assumed")
        return ". ".join(parts)

    def _drawing(self, painter: QPainter, tokens: Tokens) -> None:
        """The footprint while it is drawn: its corners, its outline, and what it covers."""
        corners, frame = self._context.view.drawing, self._scene.frame
        if not corners or frame is None:
            return
        seen = [QPointF(x, y) for x, y, depth in self._project(frame.place(np.array(corners), 1.0)) if depth > 0]
        fill = tokens.colour("accent")
        fill.setAlpha(60)
        painter.setPen(QPen(tokens.colour("focus"), 2))
        painter.setBrush(fill)
        if len(seen) > 2:
            painter.drawPolygon(seen)
        else:
            painter.drawPolyline(seen)
        painter.setBrush(tokens.colour("focus"))
        for corner in seen:
            painter.drawEllipse(corner, 4, 4)

    def _selected(self, painter: QPainter, tokens: Tokens) -> None:
        selected = self._context.session.selected
        place = self.place_of(selected) if selected else None
        if place is None:
            return
        x, y, depth = self._project(place[None])[0]
        if depth > 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, pen in (("casing", 5.0), ("focus", 2.0)):
                painter.setPen(QPen(tokens.colour(colour), pen))
                painter.drawEllipse(QPointF(x, y), 13, 13)

    def _chain(self, painter: QPainter, tokens: Tokens) -> list[QRectF]:
        places = self._chain_places()
        return draw_chain(painter, self._project(places), tokens) if len(places) else []

    def _chain_places(self) -> Points:
        places = [self.place_of(step.asset) for step in self._context.view.chain]
        whole = bool(places) and all(place is not None for place in places)
        return np.array(places) if whole else np.zeros((0, 3))

    def _labels(self) -> list[Label]:
        chain = self._context.view.chain
        in_chain = {step.asset for step in chain}
        session = self._context.session
        found = []
        for step, place in zip(chain, self._chain_places(), strict=False):
            found.append((name_of(session.city, step.asset), place, 0, True))
        if session.selected and session.selected not in in_chain:
            place = self.place_of(session.selected)
            if place is not None:
                found.append((name_of(session.city, session.selected), place, 1, True))
        found += [(name, top, 2, False) for id, name, top in self._named if id not in in_chain and id != session.selected]
        if not found:
            return []
        seen = self._project(np.array([top for _, top, _, _ in found]))
        rows = zip(found, seen, strict=True)
        return [Label(text, x, y, rank, strong) for (text, _, rank, strong), (x, y, depth) in rows if depth > 0]

    def _project(self, places: Points) -> Points:
        return self._view.camera.project(places, self._view.width(), self._view.height())

    def summary(self, mode: Mode) -> str:
        """The scene in words, for a screen reader."""
        session, view = self._context.session, self._context.view
        shown = [layer.title for layer in view.layers if view.layer(layer.name).visible]
        parts = [f"{session.city.name}: {', '.join(shown)}.", f"Coloured by {mode.title.lower()}."]
        if session.result is not None:
            parts.append(f"Time {clock(session.hour)}.")
            worst = np.argsort(-session.result.failure_probability)[:3]
            names = ", ".join(str(session.city.component_names[i]) for i in worst)
            parts.append(f"Most likely to fail: {names}.")
        if session.selected:
            parts.append(f"Selected: {name_of(session.city, session.selected)}.")
        return " ".join(parts)


def _middle_of(city: object, row: int) -> Points:
    from ui.scene3d.routes import segments_of

    ends = segments_of(city, np.array([row])).ends  # type: ignore[arg-type]
    if not len(ends):
        return np.full((1, 2), np.nan)
    piece = ends[len(ends) // 2]
    return np.array([[(piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2]])


def legend_of(mode: Mode, session: Session, tokens: Tokens) -> Legend:
    """The legend of a mode."""
    if mode.is_chance:
        notes = {"failure": "chance in the whole run, per cent", "loading": "load of the undamaged city, per cent of rating"}
        notes["leaving"] = f"of those told to go, at {clock(session.hour)}, per cent"
        note = notes.get(mode.kind, f"chance at {clock(session.hour)}, per cent")
        if mode.kind == "failure" and session.what_ifs.found is not None:
            note = f"with {len(session.what_ifs.actions)} changed, per cent"
        ramp = (tokens.neutral, *tokens.ramp)
        return Legend(mode.title, note, ramp, _PER_CENT)
    if mode.kind == "hazard":
        return _exposure(session, tokens)
    if mode.kind == "provenance":
        colours = provenance_colours(tokens.text, tokens.accent, tokens.ramp[1], tokens.status["Y"])
        swatches = tuple((word, "{:02X}{:02X}{:02X}".format(*colours[word])) for word in PROVENANCES)
        return Legend(mode.title, "of each row", swatches=swatches)
    if mode is OBSERVED:
        return _observed(session, tokens)
    sectors = list(dict.fromkeys([*session.city.assets.sector, *session.city.links.sector]))
    sectors = [s for s in tokens.sector if s in sectors and s not in ("roads", "community")]
    swatches = tuple((s, tokens.sector[s]) for s in sectors)
    people = session.result.people_total if session.result else float(np.nansum(session.city.blocks.residents))
    note = f"{count(people)}{NARROW}people" if people else ""
    return Legend("Sector", note, swatches=swatches)


def _observed(session: Session, tokens: Tokens) -> Legend:
    """The legend of what sensors see, with the share of components."""
    seen = session.situation.shown
    colours = observed_colours(tokens.accent, tokens.status["Y"], tokens.neutral, tokens.ground)
    shares = seen.observed.shares() if seen is not None else {}
    swatches = tuple((word.removeprefix("observed, "), "{:02X}{:02X}{:02X}".format(*colour))
                     for word, colour in reversed(list(zip(WORDS, colours, strict=True))))
    told = f"{percent(shares[WORDS[BLIND]])} of components blind" if seen is not None else "nothing heard yet"
    return Legend(OBSERVED.title, told, swatches=swatches)


def affected_legend(found: Affected, tokens: Tokens) -> Legend:
    """The legend while the pointer rests on a component of the graph."""
    swatches = (("fails", tokens.ramp[1]), ("lost with it", tokens.ramp[3]), ("unaffected", tokens.neutral))
    return Legend("If it fails for good", f"{count(found.people)}{NARROW}people lose a service", swatches=swatches)


def _exposure(session: Session, tokens: Tokens) -> Legend:
    """The legend of the chance that the hazard itself does damage, before anything cascades."""
    known, scenario = session.exposures.known, session.scenario
    ready = known is not None and scenario is not None and known.spec == scenario.digest()
    note = "chance before anything cascades, per cent" if ready else "being worked out"
    return Legend(HAZARD.title, note, (tokens.neutral, *tokens.ramp), _PER_CENT)
