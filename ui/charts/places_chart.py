"""Where people go: a bar for those there at the hour, the middle 90 % of runs at the end, the beds. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from stratum_core.model.people_results import Place
from stratum_core.number_format import between, count
from ui.theme import Look, font

_ROW, _BAR = 40, 8


class PlacesChart(QWidget):
    """One row a destination, all on one scale."""

    def __init__(self, look: Look) -> None:
        super().__init__(accessibleName="Where people go")
        self._look = look
        self._places: tuple[Place, ...] = ()
        self._now: dict[str, float] = {}
        self.setMinimumWidth(220)

    def set_places(self, places: tuple[Place, ...]) -> None:
        """Show other destinations."""
        self._places = places
        self.setMinimumHeight(_ROW * len(places) + 4)
        self._tell()

    def set_now(self, now: dict[str, float]) -> None:
        """People at each destination at the hour, in the run that is followed; empty: the middle of all runs at the end."""
        self._now = now
        self._tell()

    def _tell(self) -> None:
        self.setAccessibleDescription("; ".join(f"{_name(place)}: {self._words(place)}" for place in self._places))
        self.update()

    def _here(self, place: Place) -> float:
        return self._now.get(place.destination, 0.0) if self._now else place.people.p50

    def _words(self, place: Place) -> str:
        beds = f" of {count(place.beds)} beds" if place.beds is not None else ""
        if not self._now:
            return f"{between(place.people.p05, place.people.p95)}{beds}"
        return f"{count(self._here(place))} now, {between(place.people.p05, place.people.p95)}{beds}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((max(place.people.p95, place.beds or 0.0, self._here(place)) for place in self._places), default=1.0)
        for number, place in enumerate(self._places):
            self._row(painter, QRectF(1, number * _ROW + 2, self.width() - 12, _ROW - 6), place, max(most, 1.0))
        painter.end()

    def _row(self, painter: QPainter, area: QRectF, place: Place, most: float) -> None:
        tokens = self._look.tokens
        text = QRectF(area.left(), area.top(), area.width(), 18)
        painter.setFont(font(12))
        painter.setPen(tokens.colour("text"))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, _name(place))
        painter.setPen(tokens.colour("second"))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._words(place))
        top, scale = area.top() + 21, area.width() / most
        painter.setPen(Qt.PenStyle.NoPen)
        if place.beds is not None:
            painter.setBrush(tokens.colour("divider"))
            painter.drawRect(QRectF(area.left(), top, place.beds * scale, _BAR))
        painter.setBrush(tokens.colour("accent"))
        painter.drawRect(QRectF(area.left(), top, self._here(place) * scale, _BAR))
        self._interval(painter, area.left(), top, place, scale)

    def _interval(self, painter: QPainter, left: float, top: float, place: Place, scale: float) -> None:
        """A bracket from the 5 to the 95 % quantile, and a line where the beds end."""
        tokens, middle = self._look.tokens, top + _BAR / 2
        low, high = left + place.people.p05 * scale, left + place.people.p95 * scale
        for colour, width in (("casing", 3.0), ("text", 1.4)):
            painter.setPen(QPen(tokens.colour(colour), width))
            painter.drawLine(QPointF(low, middle), QPointF(high, middle))
            for x in (low, high):
                painter.drawLine(QPointF(x, middle - 4), QPointF(x, middle + 4))
        if place.beds is not None:
            painter.setPen(QPen(tokens.colour("second"), 2))
            end = left + place.beds * scale - 1
            painter.drawLine(QPointF(end, top - 2), QPointF(end, top + _BAR + 2))


def _name(place: Place) -> str:
    return place.destination[:1].upper() + place.destination[1:]
