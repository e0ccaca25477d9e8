"""What would be otherwise if the chosen thing were broken or protected, or had a reserve. Main thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.what_if import WhatIfChanged
from stratum_core.number_format import count, whole
from stratum_core.policy.actions import Action, Break, CrewCount, Protect, Reserve
from ui.changes import LEAST, changed, service_title
from ui.colouring import FAILURE
from ui.names import name_of
from ui.panels.inspector.subject import Subject
from ui.shell.places import Context
from ui.widgets.rows import row, words

ME = "inspector"
_RESERVES_H = (4.0, 12.0, 24.0, 72.0)


class WhatIfPage(QWidget):
    """Three switches, what they change by service, and what is changed in all."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._subject: Subject | None = None
        self._state = words("", "small", wrap=True)
        self._broken = self._switch("Break it", "It is out from the start and stays out", Break)
        self._protected = self._switch("Protect it", "The hazard does not damage it", Protect)
        self._reserved = self._switch("Give it a reserve", "It runs so long without what it needs", self._reserve)
        self._hours = QComboBox(accessibleName="Hours of reserve")
        for hours in _RESERVES_H:
            self._hours.addItem(f"{hours:g} h", hours)
        self._hours.setCurrentIndex(2)
        self._clear = QPushButton("Clear all changes")
        self._clear.clicked.connect(context.session.what_ifs.clear)
        self._tree = QTreeWidget(rootIsDecorated=False, accessibleName="What the changes do")
        self._tree.setHeaderLabels(["Without", "Before", "After", "Change, 95 %"])
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self._changes = words("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(row(self._broken, self._protected, None, spacing=6))
        layout.addLayout(row(self._reserved, self._hours, None, spacing=6))
        layout.addWidget(self._state)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._changes)
        layout.addLayout(row(self._clear, None))
        context.bus.subscribe(WhatIfChanged, self._changed)

    def _reserve(self, component: int) -> Reserve:
        return Reserve(component, float(self._hours.currentData()))

    def _switch(self, title: str, tip: str, action: Callable[[int], Action]) -> QPushButton:
        button = QPushButton(title, checkable=True)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self._toggle(action))
        return button

    def _toggle(self, action: Callable[[int], Action]) -> None:
        subject = self._subject
        if subject is None or subject.index < 0:
            return
        wanted = action(subject.index)
        held = next((a for a in self._context.session.what_ifs.actions if _alike(a, wanted)), wanted)
        self._context.session.what_ifs.toggle(held)

    def show_subject(self, subject: Subject) -> None:
        """Ask about another component."""
        self._subject = subject
        self._show(refining=False)

    def _changed(self, event: WhatIfChanged) -> None:
        if self._context.session.what_ifs.actions:
            self._context.view.set_colour(FAILURE.name, ME)
        self._show(refining=event.refining)

    def _show(self, *, refining: bool) -> None:
        what_ifs, subject = self._context.session.what_ifs, self._subject
        able = what_ifs.possible and subject is not None and subject.index >= 0
        needs = able and subject is not None and bool((self._context.session.city.dependencies.dependent == subject.id).any())
        for button in (self._broken, self._protected):
            button.setEnabled(able)
        self._reserved.setEnabled(needs)
        self._hours.setEnabled(needs)
        index = subject.index if subject is not None else -1
        self._broken.setChecked(Break(index) in what_ifs.actions)
        self._protected.setChecked(Protect(index) in what_ifs.actions)
        self._reserved.setChecked(any(isinstance(a, Reserve) and a.component == index for a in what_ifs.actions))
        self._clear.setVisible(bool(what_ifs.actions))
        self._state.setText(self._state_text(able, refining))
        self._changes.setText(self._all_changes())
        self._fill()

    def _state_text(self, able: bool, refining: bool) -> str:
        what_ifs = self._context.session.what_ifs
        if not what_ifs.possible:
            return "No run yet. Answer the question first; then see here what one change would do."
        if not able:
            return "A home is not changed itself; choose what supplies it under Needs."
        if not what_ifs.actions:
            return "Change one thing and see what it does to the same runs, with the same random numbers."
        if what_ifs.found is None:
            return "Running the replicates that this can change\N{HORIZONTAL ELLIPSIS}"
        found = what_ifs.found
        more = " All replicates are being run." if refining else ""
        again = f"{whole(found.rerun)} of them could be affected and were run again"
        return f"People-hours, means of {whole(found.replicates)} runs; {again}.{more}"

    def _all_changes(self) -> str:
        actions = self._context.session.what_ifs.actions
        return "Changed: " + "; ".join(self._told(a) for a in actions) if actions else ""

    def _told(self, action: Action) -> str:
        city = self._context.session.city
        if isinstance(action, CrewCount):
            return f"{whole(action.number)} crews of {action.sector}"
        name = name_of(city, str(city.component_ids[action.component]))
        if isinstance(action, Reserve):
            return f"{name} has {action.hours:g} h of reserve"
        return f"{name} is {'broken' if isinstance(action, Break) else 'protected'}"

    def _fill(self) -> None:
        found = self._context.session.what_ifs.found
        self._tree.clear()
        moved = {s: d for s, d in found.people_hours.items() if abs(d.change) >= LEAST} if found is not None else {}
        self._tree.setVisible(found is not None)
        for service, difference in sorted(moved.items(), key=lambda pair: -abs(pair[1].change)):
            texts = [service_title(service), count(difference.before), count(difference.after), changed(difference)]
            item = QTreeWidgetItem(texts)
            item.setToolTip(0, texts[0])
            for number in (1, 2, 3):
                item.setTextAlignment(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._tree.addTopLevelItem(item)
        if found is not None and not moved:
            self._tree.addTopLevelItem(QTreeWidgetItem(["Nobody gains or loses", "", "", ""]))


def _alike(one: Action, other: Action) -> bool:
    if type(one) is not type(other) or isinstance(one, CrewCount) or isinstance(other, CrewCount):
        return False
    return one.component == other.component
