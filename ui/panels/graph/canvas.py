"""The graph as boxes and wires: pointer on a box paints its impact on the city, a click expands, a drag asks for a new edge."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from stratum_core.graph.typed import TypedGraph
from stratum_core.number_format import count, whole
from ui.names import kind_label, name_of
from ui.panels.graph.layout import HEIGHT, INDUSTRY, MARGIN, PEOPLE, RELATION_WORDS, WIDTH, Box, Picture, Wire
from ui.shell.places import Context
from ui.theme import font
from ui.widgets.marks import draw_provenance, draw_sector, sector_colour

_HOVER_MS = 40


class Canvas(QWidget):
    """Paints a picture; says what is pointed at, clicked and joined by a drag. Main thread only."""

    pointed = Signal(int)  # node, or -1
    clicked = Signal(object)  # Box
    centred = Signal(int)  # node
    joined = Signal(int, int)  # supplier, dependent

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._graph: TypedGraph | None = None
        self._picture = Picture()
        self._at = self._told = -1
        self._pressed: Box | None = None
        self._drag: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)
        self._due = QTimer(self, singleShot=True, interval=_HOVER_MS, timeout=self._tell)

    def show_picture(self, graph: TypedGraph | None, picture: Picture) -> None:
        """Show other boxes."""
        self._graph, self._picture = graph, picture
        self.setMinimumSize(QSize(int(picture.width) + MARGIN, int(picture.height)))
        self.setAccessibleDescription(self._summary())
        self.update()

    def shut(self) -> None:
        """Stop the timer."""
        self._due.stop()

    # what is where

    def box_at(self, at: QPointF | QPoint) -> Box | None:
        """The box at a pixel."""
        x, y = at.x(), at.y()
        return next((b for b in self._picture.boxes if 0 <= x - b.x <= WIDTH and 0 <= y - b.y <= HEIGHT), None)

    def box_of(self, node: int) -> Box | None:
        """The box of a node, alone or among many."""
        return next((b for b in self._picture.boxes if b.node == node or node in b.many), None)

    def text_of(self, box: Box) -> str:
        """What stands in a box."""
        assert self._graph is not None
        kind = kind_label(str(self._graph.columns["kind"][box.node]))
        if box.many:
            what = "homes" if self._graph.columns["type"][box.node] == "block" else f"× {kind}"
            return f"{whole(len(box.many))} {what}"
        id = str(self._graph.columns["id"][box.node])
        service = id.removeprefix("service/")
        return name_of(self._graph.city, id) if service == id else service.capitalize()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: lanes, wires, boxes, and the wire that is being drawn."""
        painter, tokens = QPainter(self), self._context.look.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), tokens.colour("window"))
        if self._graph is None:
            return
        at = {box.node: box for box in self._picture.boxes}
        for lane, y, height in self._picture.lanes:
            self._lane(painter, lane, y, height)
        for wire in self._picture.wires:
            if wire.start in at and wire.end in at:
                self._wire(painter, wire, at[wire.start], at[wire.end])
        for box in self._picture.boxes:
            self._box(painter, box)
        if self._drag is not None and self._pressed is not None:
            painter.setPen(QPen(tokens.colour("focus"), 2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(self._pressed.x + WIDTH, self._pressed.y + HEIGHT / 2), self._drag)

    def _lane(self, painter: QPainter, lane: str, y: float, height: float) -> None:
        tokens = self._context.look.tokens
        painter.fillRect(QRectF(0, y, self.width(), height), tokens.colour("panel"))
        painter.setFont(font(11))
        painter.setPen(tokens.colour("third"))
        left = self.visibleRegion().boundingRect().left()  # stays in sight while the graph is moved
        painter.drawText(QRectF(left + MARGIN, y, 200, 17), Qt.AlignmentFlag.AlignVCenter, lane.capitalize())

    def _wire(self, painter: QPainter, wire: Wire, start: Box, end: Box) -> None:
        tokens, graph = self._context.look.tokens, self._graph
        assert graph is not None
        edge = graph.edge(wire.edge)
        hot = self._at in (start.node, end.node)
        pen = QPen(tokens.colour("accent" if hot else "control"), 1.0 + 1.2 * edge.strength * bool(edge.id))
        if wire.spare or (edge.id and edge.provenance in ("derived", "assumed")):
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first, last = QPointF(start.x + WIDTH, start.y + HEIGHT / 2), QPointF(end.x, end.y + HEIGHT / 2)
        if start.step >= end.step:  # the same column or against the usual way: round the right side
            first, last = QPointF(start.x + WIDTH, start.y + HEIGHT / 2), QPointF(end.x + WIDTH, end.y + HEIGHT / 2)
        reach = max(30.0, abs(last.x() - first.x()) / 2)
        back = reach if start.step < end.step else -reach
        path = QPainterPath(first)
        path.cubicTo(first + QPointF(reach, 0), last - QPointF(back, 0), last)
        painter.drawPath(path)
        self._head(painter, last, 1 if start.step < end.step else -1, pen.color())

    @staticmethod
    def _head(painter: QPainter, tip: QPointF, way: int, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon([tip, tip + QPointF(-7 * way, -3.5), tip + QPointF(-7 * way, 3.5)])

    def _box(self, painter: QPainter, box: Box) -> None:
        tokens, graph = self._context.look.tokens, self._graph
        assert graph is not None
        area = QRectF(box.x, box.y, WIDTH, HEIGHT)
        found = self._context.view.affected
        lost = found is not None and box.node < graph.components and bool(found.components[box.node])
        chosen = str(graph.columns["id"][box.node]) == self._context.session.selected
        painter.setBrush(tokens.colour("selected" if chosen else "raised"))
        painter.setPen(QPen(tokens.colour("focus") if chosen or box.node == self._at else
                            QColor(f"#{tokens.ramp[3]}") if lost else tokens.colour("divider"), 2 if chosen or lost else 1))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if box.many:  # a second edge: more than one stands here
            painter.drawLine(QPointF(area.left() + 4, area.bottom() + 2), QPointF(area.right() - 4, area.bottom() + 2))
        sector = str(graph.columns["sector"][box.node]) or "community"
        shape = "homes" if box.lane == PEOPLE else sector
        if box.lane != INDUSTRY:
            draw_sector(painter, QRectF(box.x + 6, box.y + 6, 12, 12), shape, sector_colour(shape, tokens))
        provenance = str(graph.columns["provenance"][box.node])
        if provenance:
            draw_provenance(painter, QRectF(area.right() - 15, box.y + 8, 8, 8), provenance, tokens)
        painter.setFont(font(12))
        painter.setPen(tokens.colour("text"))
        text = QFontMetrics(painter.font()).elidedText(self.text_of(box), Qt.TextElideMode.ElideMiddle, WIDTH - 42)
        painter.drawText(QRectF(box.x + 23, box.y, WIDTH - 40, HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)

    # pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        box = self.box_at(event.position())
        if self._pressed is not None and (event.position() - QPointF(self._pressed.x, self._pressed.y)).manhattanLength() > 0:
            self._drag = event.position() if box is not self._pressed else None
            self.update()
        self._point(box.node if box is not None and not box.many else -1)
        self.setCursor(Qt.CursorShape.PointingHandCursor if box is not None else Qt.CursorShape.ArrowCursor)
        if box is not None:
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(12, 12), self._tip(box), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.box_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: on the same box a click; on another one a new edge is asked for."""
        pressed, box = self._pressed, self.box_at(event.position())
        self._pressed = self._drag = None
        self.update()
        if pressed is None or box is None:
            return
        if box.node == pressed.node:
            self.clicked.emit(box)
        elif not box.many and not pressed.many:
            self.joined.emit(pressed.node, box.node)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: the box comes into the middle."""
        box = self.box_at(event.position())
        if box is not None and not box.many:
            self.centred.emit(box.node)

    def leaveEvent(self, event: object) -> None:
        """Qt."""
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows go from box to box, Return expands, Ctrl+Return brings it into the middle."""
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        box = self.box_of(self._at)
        if event.key() in ways and self._picture.boxes:
            x, y = ways[Qt.Key(event.key())]
            self._point(_next(self._picture.boxes, box, x, y).node)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and box is not None:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and not box.many:
                self.centred.emit(box.node)
            else:
                self.clicked.emit(box)
        else:
            super().keyPressEvent(event)

    def _point(self, node: int) -> None:
        if node != self._at:
            self._at = node
            self._due.start()
            self.update()

    def _tell(self) -> None:
        if self._told != self._at:
            self._told = self._at
            self.pointed.emit(self._at)

    # words

    def _tip(self, box: Box) -> str:
        graph = self._graph
        assert graph is not None
        lines = [f"<b>{self.text_of(box)}</b>"]
        if not box.many:
            lines.append(f"{kind_label(str(graph.columns['kind'][box.node]))}, {graph.columns['id'][box.node]}")
        found = self._context.view.affected
        if found is not None and found.component == box.node:
            lost = whole(int(found.components.sum()) - 1)
            lines.append(f"If it fails for good: {count(found.people)} people lose a service, {lost} others fail.")
        for wire in self._picture.wires:
            if box.node in (wire.start, wire.end) and graph.edge(wire.edge).id:
                lines.append(_said(graph, wire))
        return "<br>".join(lines[:9])

    def _summary(self) -> str:
        if self._graph is None or not self._picture.boxes:
            return "No graph is shown."
        boxes = ", ".join(self.text_of(box) for box in self._picture.boxes[:12])
        return f"{len(self._picture.boxes)} boxes in {len(self._picture.lanes)} lanes: {boxes}."


def _said(graph: TypedGraph, wire: Wire) -> str:
    """A dependency in words, with who says so and how sure."""
    edge = graph.edge(wire.edge)
    who = edge.author or edge.source or "nobody named"
    sure = f", confidence {edge.confidence:.2f}" if edge.confidence is not None else ""
    start, end = name_of(graph.city, edge.start), name_of(graph.city, edge.end)
    return f"{end} needs {RELATION_WORDS.get(edge.relation, edge.relation)} from {start} ({edge.provenance}, {who}{sure})"


def _next(boxes: tuple[Box, ...], box: Box | None, x: int, y: int) -> Box:
    """The nearest box in a direction; the same one where there is none."""
    if box is None:
        return next((b for b in boxes if b.step == 0), boxes[0])
    ahead = [b for b in boxes if (b.x - box.x) * x > 0 or (b.y - box.y) * y > 0]
    ahead = [b for b in ahead if (b.step - box.step) * x > 0] if x else [b for b in ahead if b.step == box.step]
    return min(ahead, key=lambda b: abs(b.x - box.x) + abs(b.y - box.y), default=box)
