"""Single points of failure with the people behind each, and the open questions. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from stratum_core.graph.critical import CriticalComponent
from stratum_core.graph.open_questions import Question
from stratum_core.number_format import count, whole
from ui.dialogs.dependency import DependencyDialog
from ui.names import kind_label, name_of
from ui.shell.places import Context
from ui.tables.plain_model import Heading, Line, PlainModel
from ui.widgets.rows import row, words

ME = "graph"
_POINTS = (Heading("Component"), Heading("Kind"), Heading("People", True, "who lose at least one service if it fails for good"),
           Heading("Others", True, "components that fail with it"))
_QUESTIONS = (Heading("Question"), Heading("People", True, "who lose a service if the dependent stops"),
              Heading("Doubt", True, "0: known, 1: nobody said"))


class _List(QWidget):
    """A sentence and a table; the row under the pointer is painted on the city."""

    def __init__(self, context: Context, headings: tuple[Heading, ...], what: str) -> None:
        super().__init__()
        self._context, self._model = context, PlainModel(headings)
        self._note = words("Being worked out.", "small", wrap=True)
        self._view = QTableView(accessibleName=what, showGrid=False, sortingEnabled=True, mouseTracking=True)
        self._view.setModel(self._model)
        self._view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._view.verticalHeader().hide()
        self._view.verticalHeader().setDefaultSectionSize(26)
        self._view.setWordWrap(True)
        header = self._view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._view.entered.connect(self._pointed)
        self._view.viewport().setMouseTracking(True)
        self._view.clicked.connect(self._chosen)
        self._view.activated.connect(self._activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row(self._note, margins=(12, 8, 12, 8)))
        layout.addWidget(self._view, 1)

    def _component(self, index: QModelIndex) -> str:
        return self._model.id_at(index.row())

    def _pointed(self, index: QModelIndex) -> None:
        knowledge, city = self._context.session.knowledge, self._context.session.city
        self._context.view.show_affected(knowledge.affected(city.index.get(self._component(index), -1)), ME)

    def _chosen(self, index: QModelIndex) -> None:
        self._context.session.select(self._component(index), "list")

    def _activated(self, index: QModelIndex) -> None:
        self._chosen(index)

    def leaveEvent(self, event: object) -> None:
        """Qt: nothing is under the pointer any more."""
        self._context.view.show_affected(None, ME)


class SinglePoints(_List):
    """Components whose failure alone takes a service from people."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, _POINTS, "Single points of failure")

    def refresh(self) -> None:
        """Show the ranking as it is now."""
        found = self._context.session.knowledge.single_points
        if found is None:
            return
        self._note.setText(f"{whole(found.evaluated)} components, each failing alone and for good: alternatives respected, "
                           "reserves used up, capacities not considered. Point at a row to see it on the city.")
        self._model.set_lines([self._line(one) for one in found.ranking])

    def _line(self, one: CriticalComponent) -> Line:
        name, people = name_of(self._context.session.city, one.asset), one.anyone or 0.0
        texts = (name, kind_label(one.kind), count(people) if one.anyone is not None else "unknown", whole(one.lost - 1))
        return Line(texts, (name, texts[1], people, one.lost), one.asset)


class Questions(_List):
    """What should be asked about first."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, _QUESTIONS, "Open questions")
        self._view.verticalHeader().setDefaultSectionSize(42)  # a question takes two lines
        self._asked: dict[str, Question] = {}

    def refresh(self) -> None:
        """Show the questions as they are now."""
        found = self._context.session.knowledge.questions
        if found is None:
            return
        self._note.setText("Needs that matter most and are known least. Double click to answer: it is kept with your name, "
                           "the date and how sure you are.")
        self._asked = {one.question: one for one in found.questions}
        self._model.set_lines([
            Line((one.question, count(one.people), f"{one.doubt:.2f}"), (one.weight, one.people, one.doubt), one.dependent)
            for one in found.questions])

    def _activated(self, index: QModelIndex) -> None:
        one = self._asked.get(str(index.siblingAtColumn(0).data()))
        if one is not None:
            ends = {"dependent": one.dependent, "supplier": one.supplier, "service": one.service}
            DependencyDialog(self._context, self, id=one.id, **ends).open()
