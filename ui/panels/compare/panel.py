"""Two runs side by side: one camera for both, one hour, one colouring, and what differs below. Main thread only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHeaderView, QSizePolicy, QSplitter, QTableView, QVBoxLayout, QWidget

from app.bus import CityChanged, HourChanged, ResultChosen, RunEnded
from app.notices import of_error
from stratum_core.cascade.comparison import Comparison, compare
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import clock, whole
from stratum_core.store.project import RunRow
from ui.colouring import FAILURE, Mode, Suppliers, fits, mode_named, modes
from ui.events import ColourChosen, LayerChanged, LookChanged, PageChosen
from ui.paints import Shown, layer_colours
from ui.panels.compare.lines import MOVED, PEOPLE, moved_lines, people_lines
from ui.scene3d.camera import Camera
from ui.scene3d.city_scene import CityScene
from ui.scene3d.frame import frame_of, read_terrain
from ui.scene3d.view import SceneView
from ui.shell.places import Context
from ui.tables.plain_model import PlainModel
from ui.widgets.rows import column, row, words

ME = "compare"
_HOME = (-14.0, 40.0)


class Compare(QWidget):
    """Two views over two tables; nothing is drawn before the page is first shown."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sides = (Side(context, "First run"), Side(context, "Second run"))
        for side, other in (self._sides, self._sides[::-1]):
            side.moved_to = other.follow
            side.chosen = self._compare
        self._note = words("", "small", wrap=True)
        self._people, self._moved = PlainModel(PEOPLE), PlainModel(MOVED)
        views = QSplitter()
        views.setHandleWidth(1)
        for side in self._sides:
            views.addWidget(side)
        tables = QSplitter()
        tables.setHandleWidth(1)
        tables.addWidget(_table(self._people, "People without a service in two runs"))
        moved = _table(self._moved, "Components that fail more or less often")
        moved.activated.connect(lambda index: context.session.select(self._moved.id_at(index.row()), ME))
        tables.addWidget(moved)
        tables.setSizes([660, 340])
        below = QWidget()
        under = column(self._note, margins=(12, 6, 12, 0))
        under.addWidget(tables, 1)
        below.setLayout(under)
        split = QSplitter(orientation=views.orientation().Vertical)
        split.setHandleWidth(1)
        split.addWidget(views)
        split.addWidget(below)
        split.setSizes([600, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self._due = QTimer(self, singleShot=True, interval=0, timeout=self._paint)
        bus = context.bus
        for kind in (HourChanged, ColourChosen, LookChanged, LayerChanged):
            bus.subscribe(kind, lambda event: self._due.start())
        for kind in (PageChosen, RunEnded, ResultChosen, CityChanged):
            bus.subscribe(kind, lambda event: self._list())

    def _list(self) -> None:
        """Offer the stored runs, the two newest first; only while the page is shown."""
        if self._context.view.page != ME:
            return
        session = self._context.session
        session.jobs.data(session.runs, self._offer, lambda error: self._context.bus.publish(of_error(error)))

    def _offer(self, runs: list[RunRow]) -> None:
        for side, place in zip(self._sides, (1, 0), strict=True):
            side.offer(runs, min(place, len(runs) - 1))
        if len(runs) < 2:
            self._note.setText("Two runs can be compared here. Answer another question, or the same one with other settings.")
        self._due.start()

    def _compare(self) -> None:
        first, second = (side.result for side in self._sides)
        if first is not None and second is not None:
            found = compare(first, second)
            self._people.set_lines(people_lines(found, first, second))
            moved = moved_lines(found, self._context.session.city)
            self._moved.set_lines(moved)
            self._note.setText(_how(found) + ("" if moved else " No component fails more or less often."))
        self._due.start()

    def _paint(self) -> None:
        if self._context.view.page == ME:
            for side in self._sides:
                side.paint_city()

    def shut(self) -> None:
        """Give VTK back."""
        self._due.stop()
        for side in self._sides:
            side.shut()


def _how(found: Comparison) -> str:
    if found.paired:
        return "The same random numbers in both runs, also where settings differ: changes are taken replicate by replicate."
    return "Runs of other seeds, sizes or cities: changes are those of independent samples, chance included."


class Side(QWidget):
    """One run: which, its city, its colours."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self._context = context
        self.result: CascadeResult | None = None
        self.moved_to = lambda camera: None
        self.chosen = lambda: None
        self._runs = QComboBox(accessibleName=title)
        self._runs.setMinimumWidth(170)
        self._runs.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._runs.activated.connect(lambda number: self._load(str(self._runs.itemData(number))))
        self._scene: CityScene | None = None
        self._view: SceneView | None = None
        self._suppliers: Suppliers | None = None
        self._text, self._told = words("", "small"), ""
        head, chosen = QWidget(), QWidget()
        chosen.setLayout(row(words(title, "title"), self._runs))
        head.setLayout(column(chosen, self._text, margins=(12, 5, 12, 5), spacing=3))
        self._layout = column(head, spacing=0)
        self.setLayout(self._layout)

    def offer(self, runs: list[RunRow], place: int) -> None:
        """List the runs; what was chosen stays chosen."""
        kept = str(self._runs.currentData() or "")
        self._runs.clear()
        for run in runs:
            self._runs.addItem(f"{run.run[:4]}  {run.title}", run.run)
            self._runs.setItemData(self._runs.count() - 1, run.title, Qt.ItemDataRole.ToolTipRole)
        if not runs:
            return
        number = self._runs.findData(kept)
        self._runs.setCurrentIndex(number if number >= 0 else place)
        self._load(str(self._runs.currentData()))

    def _load(self, run: str) -> None:
        if self.result is not None and self.result.run == run:
            return
        session = self._context.session
        session.jobs.data(lambda: session.project.result(run), self._take, lambda e: self._context.bus.publish(of_error(e)))

    def _take(self, result: CascadeResult) -> None:
        self.result = result
        self._told = f"{whole(result.replicates)} replicates, seed {result.seed}"
        self.chosen()

    def follow(self, camera: Camera) -> None:
        """Look where the other side looks."""
        if self._view is not None and self._view.camera != camera:
            self._view.set_camera(camera)

    def paint_city(self) -> None:
        """Colour the city by this run at this hour."""
        session, view, result = self._context.session, self._context.view, self.result
        if self._scene is None:
            self._build()
        if self._scene is None or self._view is None or self._suppliers is None:
            return
        tokens = self._context.look.tokens
        known = result if result is not None and fits(session.city, result) else None
        mode = _mode(view.colour, session.city, known)
        shown = Shown(session.city, known, session.hour)
        colours = layer_colours(view.layers, shown, mode, self._suppliers, tokens)
        looks = {layer.name: view.layer(layer.name) for layer in view.layers}
        self._scene.update(colours, looks, tokens, session.hour, self._view.camera)
        told = mode.title + (f", {clock(session.hour)}" if mode.service else "")
        self._view.setAccessibleDescription(f"Coloured by: {told}.")
        self._text.setText(f"{self._told}. {told}" if self._told else told)
        self._view.refresh_soon()

    def _build(self) -> None:
        session, view = self._context.session, self._context.view
        frame = frame_of(session.city, read_terrain(Path(session.project.attachments) / "terrain.tif"))
        if frame is None:
            return
        self._scene = CityScene()
        self._scene.build(session.city, view.layers, frame)
        self._suppliers = Suppliers(session.city)
        shown = SceneView(self._scene.renderer, self._scene.aim, self._scene.lighten)
        shown.setAccessibleName("3D city of one run")
        shown.moved.connect(lambda: self.moved_to(shown.camera))
        self._view = shown
        self._layout.addWidget(shown, 1)
        places = frame.place(_places(session.city))
        start = Camera(azimuth=_HOME[0], elevation=_HOME[1])
        QTimer.singleShot(0, lambda: shown.set_camera(start.fitted(places, max(shown.width(), 320), max(shown.height(), 200))))

    def shut(self) -> None:
        """Give VTK back."""
        if self._view is not None:
            self._view.shut()


def _mode(name: str, city: City, result: CascadeResult | None) -> Mode:
    """The colouring of the city page where it tells of a run, else the chance of failing."""
    mode = mode_named(name, modes(city, result))
    return mode if mode.is_chance or result is None else FAILURE


def _places(city: City) -> np.ndarray:
    """Where people live, else where anything is; without the outliers."""
    homes = np.column_stack([city.blocks.x, city.blocks.y])
    positions = homes if np.isfinite(homes).all(axis=1).sum() > 1 else city.positions()
    placed = positions[np.isfinite(positions).all(axis=1)]
    low, high = np.quantile(placed, [0.01, 0.99], axis=0)
    inside: np.ndarray = placed[((placed >= low) & (placed <= high)).all(axis=1)]
    return inside


def _table(model: PlainModel, name: str) -> QTableView:
    view = QTableView(accessibleName=name, showGrid=False)
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(24)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setMinimumSectionSize(64)
    return view
