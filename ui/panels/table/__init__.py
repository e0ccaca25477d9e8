"""The tables of the city, linked both ways with the selection. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableView, QWidget

from app.bus import CityChanged, SelectionChanged
from stratum_core.number_format import counted
from ui.events import SearchAsked
from ui.shell.places import Context, panel
from ui.tables.city_model import CityModel
from ui.widgets.rows import column, row, words

ME = "table"
_TITLES = (
    ("assets", "Assets"),
    ("links", "Links"),
    ("blocks", "Homes"),
    ("dependencies", "Dependencies"),
    ("sources", "Sources"),
)


@panel("table", "centre", order=1, title="Table")
def make(context: Context) -> QWidget:
    """The panel."""
    return CityTable(context)


class CityTable(QWidget):
    """Which table, how many rows, the rows."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._model = CityModel()
        self._choice = QComboBox(accessibleName="Which table")
        for name, title in _TITLES:
            if len(getattr(context.session.city, name)):
                self._choice.addItem(title, name)
        self._count = words("", "note")
        self._view = self._make_view()
        self._text, self._filled = "", False
        layout = column(margins=(0, 6, 0, 0), spacing=6)
        layout.addLayout(row(self._choice, self._count, None, margins=(12, 0, 12, 0)))
        layout.addWidget(self._view, 1)
        self.setLayout(layout)
        self.setFocusProxy(self._view)
        self._filter = QTimer(self, singleShot=True, interval=120, timeout=self._find)
        self._choice.activated.connect(lambda number: self._show())
        bus = context.bus
        bus.subscribe(CityChanged, lambda event: self._show())
        bus.subscribe(SelectionChanged, self._on_selection)
        bus.subscribe(SearchAsked, self._on_search)
        self._show()

    def _make_view(self) -> QTableView:
        view = QTableView(accessibleName="Rows", showGrid=False, sortingEnabled=True)
        view.setModel(self._model)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(24)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.horizontalHeader().setHighlightSections(False)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        view.selectionModel().currentRowChanged.connect(self._row_chosen)
        return view

    def _show(self) -> None:
        self._filled = self.isVisible()
        if not self._filled:
            return
        self._fill()

    def _fill(self) -> None:
        self._filled = True
        city = self._context.session.city
        self._model.show_table(city, str(self._choice.currentData() or "assets"))
        self._fit_columns()
        self._tell()
        self._go(self._context.session.selected)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: columns are measured when somebody looks at them, not at start."""
        super().showEvent(event)
        if not self._filled:
            self._fill()
        self._fit_columns()

    def _fit_columns(self) -> None:
        if not self.isVisible():
            return
        self._view.horizontalHeader().setResizeContentsPrecision(60)
        self._view.resizeColumnsToContents()
        for number in range(self._model.columnCount()):
            self._view.setColumnWidth(number, min(max(self._view.columnWidth(number), 64), 220))

    def _tell(self) -> None:
        found = f" with “{self._text}”" if self._text else ""
        self._count.setText(f"{counted(self._model.rowCount(), 'row')}{found}")

    def _row_chosen(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid() and self._choice.currentData() in ("assets", "links", "blocks"):
            self._context.session.select(self._model.id_at(current.row()), ME)

    def _on_selection(self, event: SelectionChanged) -> None:
        if event.initiator == ME or event.asset is None:
            return
        city = self._context.session.city
        index = city.index.get(event.asset, -1)
        table = "blocks" if index < 0 else "assets" if index < len(city.assets) else "links"
        number = self._choice.findData(table)
        if number >= 0 and number != self._choice.currentIndex():
            self._choice.setCurrentIndex(number)
            self._show()
        if self._filled:
            self._go(event.asset)

    def _go(self, id: str | None) -> None:
        row_number = self._model.row_of(id) if id else -1
        model = self._view.selectionModel()
        if row_number < 0:
            model.clear()
            return
        index = self._model.index(row_number, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        model.setCurrentIndex(index, flags)
        self._view.scrollTo(index, QTableView.ScrollHint.PositionAtCenter)

    def _on_search(self, event: SearchAsked) -> None:
        self._text = event.text.strip()
        self._filter.start()
        if event.entered:
            self._filter.stop()
            self._find()
            if self._model.rowCount():
                self._context.session.select(self._model.id_at(0), "search")
                self._context.view.move_camera("fit", "search")

    def _find(self) -> None:
        if not self._filled:
            self._fill()
        self._model.find(self._text)
        self._tell()

    def shut(self) -> None:
        """Stop the timer."""
        self._filter.stop()
