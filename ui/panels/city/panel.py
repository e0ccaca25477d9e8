"""The 3D city: joins the scene with the session, the hour, the colours and the selection. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from app.bus import CityChanged, HourChanged, ResultChosen, ScenarioChanged, SelectionChanged
from app.evacuations import EvacuationChanged
from app.exposure import ExposureChanged
from app.situation import SituationChanged
from app.traces import TraceChanged
from app.what_if import WhatIfChanged
from ui.colouring import HAZARD, LEAVING, OBSERVED, PEOPLE, Suppliers, mode_named, modes_now
from ui.crowds import crowd_at
from ui.events import (
    AffectedShown,
    CameraAsked,
    ChainShown,
    ColourChosen,
    DrawingChanged,
    FilmAsked,
    GroupChosen,
    LayerChanged,
    LookChanged,
    PlanShown,
)
from ui.layers import evacuation_layers, layers_of, orders_layer
from ui.paints import Shown, layer_colours, same_shape
from ui.panels.city.drawn_from import points_to_see, water_of
from ui.panels.city.painting import Over, affected_legend, legend_of
from ui.panels.city.sketching import Sketching
from ui.scene3d.city_scene import CityScene
from ui.scene3d.frame import Points, frame_of, read_terrain
from ui.scene3d.view import SceneView
from ui.shell.places import Context

ME = "city"
_HOME = (-14.0, 40.0)


class CityPanel(QWidget):
    """The scene, or one sentence where nothing has a place."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._scene = CityScene()
        self.view = SceneView(self._scene.renderer, self._scene.aim, self._scene.lighten)
        self.view.setAccessibleName("3D city")
        self._over = Over(context, self._scene, self.view)
        self.view.paint_over = self._over.paint
        self.view.clicked.connect(self._clicked)
        self._sketching = Sketching(context, self._scene, self.view)
        self.view.grip = self._sketching.grip
        self.setFocusProxy(self.view)
        self._due = QTimer(self, singleShot=True, interval=0, timeout=self._recolour)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.view)
        self._layout.addWidget(_empty(context))
        self._homed = False
        self._load()
        self._subscribe()

    def _subscribe(self) -> None:
        bus = self._context.bus
        for kind in (HourChanged, ColourChosen, LookChanged, ResultChosen, GroupChosen):
            bus.subscribe(kind, lambda event: self._due.start())
        for told in (WhatIfChanged, ExposureChanged, EvacuationChanged, AffectedShown, SituationChanged):
            bus.subscribe(told, lambda event: self._due.start())
        bus.subscribe(TraceChanged, lambda event: self._trace_changed())
        bus.subscribe(LayerChanged, lambda event: self._repaint())
        bus.subscribe(SelectionChanged, self._on_selection)
        bus.subscribe(DrawingChanged, lambda event: self._drawn())
        bus.subscribe(FilmAsked, lambda event: self._film())
        for drawn in (ChainShown, DrawingChanged, PlanShown):
            bus.subscribe(drawn, lambda event: self.view.update())
        bus.subscribe(CameraAsked, lambda event: self._move(event.view))
        bus.subscribe(CityChanged, lambda event: self._city_changed())
        bus.subscribe(ScenarioChanged, lambda event: self._scenario_changed())

    # the city

    def _load(self) -> None:
        session = self._context.session
        city = self._drawn_city = session.city
        terrain = read_terrain(Path(session.project.attachments) / "terrain.tif")
        frame = frame_of(city, terrain)
        self._layout.setCurrentIndex(0 if frame is not None else 1)
        if not self._context.view.layers:
            self._context.view.set_layers(layers_of(city, hazard=True, ground=terrain is not None), ME)
        if frame is None:
            return
        self._suppliers = Suppliers(city)
        self._painted: tuple[object, ...] = ()
        self._scene.build(city, self._context.view.layers, frame)
        self._scene.draw_shown({layer.name: self._context.view.layer(layer.name) for layer in self._context.view.layers})
        self._over.city_changed()
        self._load_water()

    def _city_changed(self) -> None:
        """An edit that moves nothing is only a matter of colours; else all is drawn anew."""
        city = self._context.session.city
        if not same_shape(self._drawn_city, city):
            self._load()
        self._drawn_city = city
        self._repaint()

    def _repaint(self) -> None:
        """Give every layer its colours again: one may be new."""
        self._painted = ()
        self._due.start()

    def _trace_changed(self) -> None:
        """People and traffic are layers from the first trace on."""
        if self._context.session.evacuations.traces.found is not None:
            self._context.view.add_layers(evacuation_layers(), ME)
        self._due.start()

    def _drawn(self) -> None:
        """What is drawn for an evacuation has a layer of its own."""
        if self._context.view.tool:
            self._context.view.add_layers((orders_layer(),), ME)

    def _scenario_changed(self) -> None:
        """Other water, and perhaps zones and closures."""
        if self._context.session.orders.drawn():
            self._context.view.add_layers((orders_layer(),), ME)
        self._load_water()

    def _load_water(self) -> None:
        """The depth rasters of the chosen scenario."""
        scenario, frame = self._context.session.scenario, self._scene.frame
        self._scene.flood = None
        if scenario is not None and frame is not None:
            self._scene.flood = water_of(scenario, frame, self._context.session.city.crs)
        self._due.start()

    def _recolour(self) -> None:
        session, view = self._context.session, self._context.view
        if self._scene.frame is None:
            return
        mode = mode_named(view.colour, modes_now(session))
        hazard = session.exposures.want(session.city, session.scenario) if mode is HAZARD and session.scenario else None
        tokens, seen = self._context.look.tokens, session.situation.shown
        if mode is OBSERVED and seen is None:
            session.situation.refresh()
        hourly = bool(mode.service) or mode is LEAVING
        key = (mode.name, tokens.scheme, session.result.run if session.result else "", session.hour if hourly else -1.0,
               id(session.what_ifs.found), hazard.spec if hazard is not None else "", id(view.affected) if view.affected else 0,
               id(seen) if mode is OBSERVED else 0, id(session.evacuations.result) if mode is LEAVING else 0)
        changed = session.what_ifs.found
        shown = Shown(
            session.city,
            session.result,
            session.hour,
            failing=changed.failure_probability if changed is not None else None,
            exposed=hazard.chance if hazard is not None else None,
            affected=view.affected,
            observed=seen.observed if seen is not None else None,
            leaving=session.evacuations.not_safe(session.city, session.hour) if mode is LEAVING else None,
        )
        colours = layer_colours(view.layers, shown, mode, self._suppliers, tokens) if key != self._painted else {}
        self._painted = key
        looks = {layer.name: view.layer(layer.name) for layer in view.layers}
        hour = session.hour if session.hour > 0 or session.result is not None else None
        self._scene.update(colours, looks, tokens, hour, self.view.camera)
        traces = session.evacuations.traces
        crowd = crowd_at(traces, session.hour, view.group) if mode is PEOPLE and view.affected is None else None
        self._scene.show_people(traces.found, crowd, looks, tokens)
        self._over.crowd = crowd
        self._over.legend = legend_of(mode, session, tokens) if view.affected is None else affected_legend(view.affected, tokens)
        self.view.setAccessibleDescription(self._over.summary(mode))
        self.view.refresh_soon()

    def _film(self) -> None:
        """Ask for hours and place of a film, and shoot it."""
        from ui.dialogs.film import FilmDialog

        session = self._context.session
        leaving, result = session.evacuations.result, session.result
        followed = self._context.view.colour == PEOPLE.name and leaving is not None
        end = leaving.horizon_h if followed and leaving is not None else result.horizon_h if result is not None else 12.0
        FilmDialog(self._context, self._shoot, end, self.window()).show()

    def _shoot(self, hour: float, height: int) -> QImage:
        """The city at an hour."""
        self._context.session.set_hour(hour, ME)
        self._due.stop()
        self._recolour()
        return self.view.picture(height)

    # the camera

    def resizeEvent(self, event: object) -> None:
        """Qt: the first real size is when the camera can be placed."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        if not self._homed and self.view.width() > 400:
            self._homed = True
            self._move("home", fly=False)

    def _move(self, view: str, *, fly: bool = True) -> None:
        points = self._scene_points(view == "fit")
        if points is None:
            return
        azimuth, elevation = {"top": (0.0, 89.9), "south": (0.0, 24.0)}.get(view, _HOME)
        camera = self.view.camera
        if view != "fit":
            camera = type(camera)(camera.focus, azimuth, elevation, camera.distance)
        fitted = camera.fitted(points, self.view.width(), self.view.height())
        self.view.set_camera(fitted, fly=fly)

    def _scene_points(self, selected: bool) -> Points | None:
        frame, session = self._scene.frame, self._context.session
        if frame is None:
            return None
        place = self._over.place_of(session.selected) if selected and session.selected is not None else None
        return points_to_see(session.city, frame, place)

    # the selection

    def _clicked(self, at: QPointF) -> None:
        session, view = self._context.session, self._context.view
        if self._sketching.clicked(at):
            return
        looks = {layer.name: view.layer(layer.name) for layer in view.layers}
        table, row = self._scene.pick(self.view.camera, at.x(), at.y(), self.view.width(), self.view.height(), looks)
        session.select(str(getattr(session.city, table).id[row]) if row >= 0 else None, ME)

    def _on_selection(self, event: SelectionChanged) -> None:
        self.view.update()

    def shut(self) -> None:
        """Give VTK back."""
        self._due.stop()
        self.view.shut()


def _empty(context: Context) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.addStretch(1)
    words = QLabel("Nothing in this project has a position, so there is no city to draw.")
    button = QPushButton("Open the table")
    button.clicked.connect(lambda: context.view.set_page("table", ME))
    for widget in (words, button):
        row = QVBoxLayout()
        row.setContentsMargins(24, 4, 24, 4)
        row.addWidget(widget)
        column.addLayout(row)
    column.addStretch(1)
    return page
