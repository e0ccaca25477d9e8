"""Right end of the view bar: search, colouring, camera buttons. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPushButton, QWidget

from app.bus import ResultChosen, ScenarioChanged
from app.evacuations import EvacuationChanged
from ui.colouring import modes_now
from ui.events import BesideChosen, ColourChosen, PageChosen
from ui.shell.places import Context, panel
from ui.widgets.elided_combo import ElidedComboBox
from ui.widgets.rows import row

ME = "view_bar"
#: of the list of colourings, so that all pages have room beside it; its texts are whole when it is open
_WIDEST = 152
_CAMERA = (
    ("Home", "home", "The whole town, from the south (Home)"),
    ("Top", "top", "From above, north up"),
    ("Fit", "fit", "The selected component, or the whole town"),
)


@panel("search", "view", order=0, title="Find by name")
def make_search(context: Context) -> QWidget:
    """A line that finds components by name."""
    line = QLineEdit(placeholderText="Find", clearButtonEnabled=True)
    line.setFixedWidth(84)
    line.textChanged.connect(lambda text: context.view.search(text, "search"))
    line.returnPressed.connect(lambda: context.view.search(line.text(), "search", entered=True))
    box = QWidget()
    box.setLayout(row(line, margins=(8, 0, 0, 0)))
    box.setFocusProxy(line)
    return box


@panel("view_bar", "view", order=1, title="View")
def make(context: Context) -> QWidget:
    """The panel."""
    return ViewBar(context)


class ViewBar(QWidget):
    """Colour by, and where the camera goes."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._modes = ElidedComboBox(accessibleName="Colour by", toolTip="What the colours of the city mean")
        self._modes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._modes.activated.connect(lambda number: context.view.set_colour(str(self._modes.itemData(number)), ME))
        self._modes.setMaximumWidth(_WIDEST)
        camera = QPushButton("Camera", toolTip="Where the city is seen from")
        views = QMenu(camera)
        for text, view, tip in _CAMERA:
            views.addAction(text, lambda view=view: context.view.move_camera(view, ME)).setToolTip(tip)
        views.setToolTipsVisible(True)
        camera.setMenu(views)
        graph = QPushButton("Graph", checkable=True, toolTip="Who needs whom, beside the city (Ctrl+G)")
        graph.clicked.connect(lambda on: context.view.set_beside(on, ME))
        context.bus.subscribe(BesideChosen, lambda event: graph.setChecked(event.shown))
        self._of_city = (self._modes, camera)
        self.setLayout(row(self._modes, camera, graph, margins=(6, 0, 8, 0), spacing=6))
        context.bus.subscribe(ColourChosen, lambda event: self._fill())
        context.bus.subscribe(PageChosen, lambda event: self._show_for(event.page))
        context.bus.subscribe(ResultChosen, self._on_result)
        context.bus.subscribe(ScenarioChanged, lambda event: self._fill())
        context.bus.subscribe(EvacuationChanged, lambda event: self._fill())
        self._fill()

    def _fill(self) -> None:
        session = self._context.session
        with QSignalBlocker(self._modes):
            self._modes.clear()
            for mode in modes_now(session):
                self._modes.addItem(mode.title, mode.name)
            self._modes.view().setMinimumWidth(self._modes.view().sizeHintForColumn(0) + 24)
            self._modes.setCurrentIndex(max(self._modes.findData(self._context.view.colour), 0))

    def _show_for(self, page: str) -> None:
        """Colours and camera are of the city; other pages leave their room to the tabs."""
        for one in self._of_city:
            one.setVisible(page == "city")

    def _on_result(self, event: ResultChosen) -> None:
        """The first result is shown in the colours of the question."""
        if self._context.view.colour == "sector" and self._context.view.service:
            self._context.view.set_colour(f"losing:{self._context.view.service}", ME)
        elif self._context.view.colour == "sector":
            self._context.view.set_colour("failure", ME)
        self._fill()
