"""Alerts: what the sensors tell, what fails most, and what is wrong with the run. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.bus import ResultChosen, SelectionChanged
from app.situation import SituationChanged
from stratum_core.number_format import clock
from ui.events import LookChanged
from ui.panels.alerts.findings import Alert, alerts_of, live_alerts
from ui.shell.places import Context, panel
from ui.theme import Look, font
from ui.widgets.marks import STATUS_WORDS, draw_status
from ui.widgets.rows import column, title_bar, words

ME = "alerts"
_ALERT = Qt.ItemDataRole.UserRole


@panel("alerts", "bottom", order=2, title="Alerts", stretch=3)
def make(context: Context) -> QWidget:
    """The panel."""
    return Alerts(context)


class Alerts(QWidget):
    """A list; a double click or Enter selects what an alert is about."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._count = words("", "caption")
        self._list = QListWidget(accessibleName="Alerts", uniformItemSizes=True)
        self._list.setItemDelegate(Row(context.look))
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._activated)
        self.setLayout(column(title_bar("Alerts", self._count), self._list, spacing=0))
        self.setMinimumWidth(260)
        self.setFocusProxy(self._list)
        for kind in (ResultChosen, SituationChanged):
            context.bus.subscribe(kind, lambda event: self._fill())
        context.bus.subscribe(LookChanged, lambda event: self._list.viewport().update())
        context.bus.subscribe(SelectionChanged, self._on_selection)
        self._fill()

    def _fill(self) -> None:
        session = self._context.session
        live = live_alerts(session.city, session.situation.now)
        found = [*live, *alerts_of(session.city, session.result)]
        self._list.clear()
        for alert in found:
            item = QListWidgetItem(f"{STATUS_WORDS[alert.letter]}: {alert.title}. {alert.detail}")
            item.setData(_ALERT, alert)
            item.setToolTip(f"{alert.title}\n{alert.detail}")
            self._list.addItem(item)
        self._count.setText(f"{len(found)} open" if found or session.result is not None else "no run yet")
        if not found:
            item = QListWidgetItem("Nothing fails in this run." if session.result else "Alerts appear after a run. Press Answer.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)

    def _activated(self, item: QListWidgetItem) -> None:
        alert = item.data(_ALERT)
        if alert is not None and alert.asset:
            self._context.session.select(alert.asset, ME)
            if alert.t_h is not None:
                self._context.session.set_hour(alert.t_h, ME)

    def _on_selection(self, event: SelectionChanged) -> None:
        if event.initiator == ME:
            return
        for number in range(self._list.count()):
            alert = self._list.item(number).data(_ALERT)
            if alert is not None and alert.asset == event.asset:
                self._list.setCurrentRow(number)
                return
        self._list.setCurrentRow(-1)


class Row(QStyledItemDelegate):
    """Two lines beside the status shape, the time at the right."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Qt."""
        return QSize(200, 40)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt."""
        alert: Alert | None = index.data(_ALERT)
        tokens, box = self._look.tokens, QRectF(option.rect)
        painter.save()
        selected = bool(option.state & option.state.State_Selected)
        if selected:
            painter.fillRect(box, tokens.colour("selected"))
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), tokens.colour("accent"))
        painter.setPen(tokens.colour("divider"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        text, second = (tokens.colour("on_selected"),) * 2 if selected else (tokens.colour("text"), tokens.colour("second"))
        if alert is None:
            painter.setFont(font(12))
            painter.setPen(second)
            painter.drawText(box.adjusted(12, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            self._write(painter, box, alert, text, second)
        painter.restore()

    def _write(self, painter: QPainter, box: QRectF, alert: Alert, text: object, second: object) -> None:
        draw_status(painter, QRectF(box.left() + 13, box.center().y() - 9, 18, 18), alert.letter, self._look.tokens)
        right = 62 if alert.t_h is not None else 8
        for top, words_here, made, ink in ((3, alert.title, font(12, bold=True), text), (19, alert.detail, font(11), second)):
            line = QRectF(box.left() + 42, box.top() + top, box.width() - 42 - right, 17)
            painter.setFont(made)
            painter.setPen(ink)  # type: ignore[call-overload]
            cut = QFontMetrics(made).elidedText(words_here, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
        if alert.t_h is not None:
            painter.setFont(font(11))
            painter.setPen(second)  # type: ignore[call-overload]
            spot = QRectF(box.right() - 66, box.top(), 54, box.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, clock(alert.t_h))
