"""Joins the pages of the inspector with the selection. Main thread only."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QScrollArea, QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from app.bus import CityChanged, HourChanged, ResultChosen, SelectionChanged
from ui.colouring import fits
from ui.events import FocusAsked, LookChanged
from ui.panels.inspector.data_page import DataPage
from ui.panels.inspector.head import Head
from ui.panels.inspector.needs_page import NeedsPage
from ui.panels.inspector.subject import Subject, subject_of
from ui.panels.inspector.what_if_page import WhatIfPage
from ui.panels.inspector.why_page import WhyPage
from ui.shell.places import Context
from ui.widgets.rows import column, title_bar, words

ME = "inspector"


class Inspector(QWidget):
    """Head, then tabs Why, Needs, Feeds, What if and Data; one sentence and one button where nothing is chosen."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._note = words("", "caption")
        self._head = Head(context)
        self._why = WhyPage(context)
        self._needs, self._feeds = NeedsPage(context, suppliers=True), NeedsPage(context, suppliers=False)
        self._data, self._what_if = DataPage(context), WhatIfPage(context)
        self._tabs = self._make_tabs()
        full = QWidget()
        full.setLayout(column(self._head, spacing=0))
        full.layout().addWidget(self._tabs, 1)  # type: ignore[union-attr]
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty())
        self._pages.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(title_bar("Inspector", self._note))
        layout.addLayout(self._pages, 1)
        self.setFocusProxy(self._tabs)
        self._due = QTimer(self, singleShot=True, interval=0, timeout=self._show)
        bus = context.bus
        for kind in (SelectionChanged, ResultChosen, CityChanged, LookChanged):
            bus.subscribe(kind, lambda event: self._due.start())
        bus.subscribe(HourChanged, lambda event: self._head.show_hour())
        self._show()

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(accessibleName="Inspector pages", documentMode=True)
        tabs.tabBar().setDrawBase(False)
        for title, page in (("Why", self._why), ("Needs", self._needs), ("Feeds", self._feeds), ("What if", self._what_if),
                            ("Data", self._data)):
            area = page
            if page is self._why:
                area = QScrollArea(widgetResizable=True)
                area.setWidget(page)
                area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            tabs.addTab(area, title)
        return tabs

    def _empty(self) -> QWidget:
        page = QWidget()
        self._worst = QPushButton("Find by name")
        self._worst.clicked.connect(self._choose_worst)
        self._hint = words("", "second", wrap=True)
        page.setLayout(column(self._hint, self._worst, None, margins=(16, 16, 16, 16), spacing=12))
        return page

    def _show(self) -> None:
        session = self._context.session
        subject = subject_of(session.city, session.result, session.selected)
        self._note.setText("1 selected" if subject is not None else "nothing selected")
        self._pages.setCurrentIndex(1 if subject is not None else 0)
        has_worst = session.result is not None and bool(session.result.critical_paths)
        self._hint.setText("Nothing is selected. Click a thing in the city to see what it is and why it fails.")
        self._worst.setText("Show what fails worst" if has_worst else "Find by name")
        if subject is None:
            self._context.view.show_chain((), ME)
            return
        self._fill(subject)

    def _fill(self, subject: Subject) -> None:
        result = self._context.session.result
        if result is not None and not fits(self._context.session.city, result):
            subject = replace(subject, index=-1)
        self._head.show_subject(subject)
        self._why.show_subject(subject)
        self._needs.show_subject(subject)
        self._feeds.show_subject(subject)
        self._data.show_subject(subject)
        self._what_if.show_subject(subject)

    def _choose_worst(self) -> None:
        result = self._context.session.result
        if result is not None and result.critical_paths:
            self._context.session.select(result.critical_paths[0].asset, ME)
        else:
            self._context.bus.publish(FocusAsked("search", ME))

    def shut(self) -> None:
        """Stop the timers."""
        self._due.stop()
        self._why.shut()
