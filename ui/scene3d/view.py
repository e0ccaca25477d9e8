"""A widget that shows a VTK scene as a picture and paints a 2D layer over it. Main thread only.

VTK renders off the screen and the picture is drawn by Qt: the layer above is always in step with the
camera, no native window covers it, and it works with a display, under Xvfb and with none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

from ui.scene3d.camera import Camera

_CLICK = 4.0
_FLIGHT_STEPS, _FLIGHT_MS = 8, 200
_REST_MS = 180


@dataclass(frozen=True)
class Grip:
    """What a left drag does instead of moving the camera: follow the pointer, then let go."""

    move: Callable[[QPointF], None]
    release: Callable[[], None]


class SceneView(QWidget):
    """Shows a renderer through ``camera``; ``paint_over`` paints above it."""

    clicked = Signal(QPointF)
    moved = Signal()
    first_frame = Signal()

    def __init__(self, renderer: vtkRenderer, aim: Callable[[Camera], None], lighten: Callable[[bool], None]) -> None:
        """aim points VTK's camera; lighten draws less while something moves."""
        super().__init__()
        self.camera = Camera()
        self.paint_over: Callable[[QPainter], None] = lambda painter: None
        self.grip: Callable[[QPointF], Grip | None] = lambda at: None
        self._held: Grip | None = None
        self._aim, self._lighten = aim, lighten
        self._window: vtkRenderWindow | None = vtkRenderWindow()
        self._window.SetOffScreenRendering(1)
        self._window.SetMultiSamples(0)
        self._window.AddRenderer(renderer)
        self._pixels = vtkUnsignedCharArray()
        self._image: QImage | None = None
        self._stale, self._shown = True, False
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._flight: list[Camera] = []
        self._clock = QTimer(self, interval=_FLIGHT_MS // _FLIGHT_STEPS, timeout=self._fly)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS, timeout=self._at_rest)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 200)

    # rendering

    def refresh(self) -> None:
        """Render again at the next repaint."""
        self._stale = True
        self.update()

    def refresh_soon(self) -> None:
        """Render again; if more follows at once (the hour is played), draw less until it stops."""
        if self._rest.isActive():
            self._lighten(True)
        self._rest.start()
        self.refresh()

    def _at_rest(self) -> None:
        self._lighten(False)
        self.refresh()

    def set_camera(self, camera: Camera, *, fly: bool = False) -> None:
        """Look through another camera, at once or within 200 ms."""
        self._flight = _between(self.camera, camera) if fly and self._shown else []
        if self._flight:
            self._clock.start()
        else:
            self._take(camera)

    def _fly(self) -> None:
        if self._flight:
            self._take(self._flight.pop(0))
        if not self._flight:
            self._clock.stop()

    def _take(self, camera: Camera) -> None:
        self.camera = camera
        self._aim(camera)
        self.moved.emit()
        self.refresh_soon()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the picture, then what lies over it."""
        if self._stale and self._window is not None:
            self._render(self._window, self.devicePixelRatioF())
        painter = QPainter(self)
        if self._image is not None:
            painter.drawImage(self.rect(), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter)
        painter.end()
        if not self._shown:
            self._shown = True
            QTimer.singleShot(0, self.first_frame.emit)

    def picture(self, height: int = 0) -> QImage:
        """What is shown, with what lies over it, so many pixels high; 0: as on the screen. Nothing is left out for speed."""
        assert self._window is not None
        ratio = height / self.height() if height else self.devicePixelRatioF()
        self._rest.stop()
        self._lighten(False)
        self._render(self._window, ratio)
        assert self._image is not None
        made = self._image.copy()
        painter = QPainter(made)
        painter.scale(ratio, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter)
        painter.end()
        self.refresh()
        return made

    def _render(self, window: vtkRenderWindow, ratio: float) -> None:
        width, height = max(int(self.width() * ratio), 8), max(int(self.height() * ratio), 8)
        if window.GetSize() != (width, height):
            window.SetSize(width, height)
        window.Render()
        window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels)
        rows = vtk_to_numpy(self._pixels).reshape(height, width, 4)[::-1]
        self._rows = np.ascontiguousarray(rows)
        self._image = QImage(self._rows.data, width, height, width * 4, QImage.Format.Format_RGBX8888)
        self._stale = False

    def shut(self) -> None:
        """Give VTK's window back; called when the main window closes."""
        self._clock.stop()
        self._rest.stop()
        self._image = None
        if self._window is not None:
            self._window.Finalize()
            for renderer in list(self._window.GetRenderers()):
                self._window.RemoveRenderer(renderer)
            self._window = None

    # the person's hands

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: render at the new size."""
        super().resizeEvent(event)
        self.moved.emit()
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a press begins a click or a drag."""
        self._pressed = self._last = event.position()
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        self._held = self.grip(event.position()) if plain else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: left drag moves along the ground; right drag, or with Ctrl, turns."""
        if self._pressed is None:
            return
        if self._held is not None:
            self._held.move(event.position())
            return
        delta = event.position() - self._last
        self._last = event.position()
        left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        turn = not left or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if turn:
            self.set_camera(self.camera.orbited(delta.x() * 0.3, delta.y() * 0.3))
        else:
            self.set_camera(self.camera.panned(-delta.x(), delta.y(), self.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a release near the press is a click."""
        if self._pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            away = event.position() - self._pressed
            held, self._held = self._held, None
            if held is not None:
                held.release()
            if abs(away.x()) + abs(away.y()) <= _CLICK:
                self.clicked.emit(event.position())
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: the wheel moves nearer and further."""
        self.set_camera(self.camera.zoomed(0.85 ** (event.angleDelta().y() / 120)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows move, with Shift they turn; plus and minus move nearer and further."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        key = Qt.Key(event.key())
        if key in steps:
            right, up = steps[key]
            turn = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            camera = self.camera.orbited(8 * right, -5 * up) if turn else self.camera.panned(60 * right, 60 * up, self.height())
            self.set_camera(camera)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.set_camera(self.camera.zoomed(1.2 if key == Qt.Key.Key_Minus else 1 / 1.2))
        else:
            super().keyPressEvent(event)


def _between(first: Camera, last: Camera) -> list[Camera]:
    """Cameras on the way, the last one exact; azimuth turns the short way."""
    turn = (last.azimuth - first.azimuth + 180) % 360 - 180
    shares = [(i / _FLIGHT_STEPS) ** 2 * (3 - 2 * i / _FLIGHT_STEPS) for i in range(1, _FLIGHT_STEPS)]
    way = [
        Camera(
            tuple(a + (b - a) * s for a, b in zip(first.focus, last.focus, strict=True)),  # type: ignore[arg-type]
            (first.azimuth + turn * s) % 360,
            first.elevation + (last.elevation - first.elevation) * s,
            first.distance + (last.distance - first.distance) * s,
        )
        for s in shares
    ]
    return [*way, last]
