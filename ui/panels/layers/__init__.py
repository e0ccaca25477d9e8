"""The layers: shown or not, opacity, where the data come from. Main thread only."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from app.bus import CityChanged
from ui.events import LayerChanged, LookChanged
from ui.layers import Layer
from ui.shell.places import Context, panel
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.marks import ProvenanceMark, SectorMark
from ui.widgets.rows import column, row, title_bar, words
from ui.widgets.thin_slider import ThinSlider

ME = "layers"


@panel("layers", "left", order=1, title="Layers", stretch=5)
def make(context: Context) -> QWidget:
    """The panel."""
    return Layers(context)


class Layers(QWidget):
    """One row for each layer."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._rows: dict[str, LayerRow] = {}
        body = QWidget()
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(10, 4, 8, 8)
        self._list.setSpacing(0)
        area = QScrollArea(widgetResizable=True)
        area.setWidget(body)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = title_bar("Layers", words("opacity", "caption"), words("source", "caption"))
        self.setLayout(column(head, area, spacing=0))
        bus = context.bus
        bus.subscribe(LayerChanged, self._changed)
        bus.subscribe(LookChanged, lambda event: self._fill())
        bus.subscribe(CityChanged, lambda event: self._fill())
        self._fill()

    def _fill(self) -> None:
        if list(self._rows) == [layer.name for layer in self._context.view.layers]:
            for made in self._rows.values():
                made.show_look()
            return
        while self._list.count():
            item = self._list.takeAt(0)
            if item.widget() is not None:
                item.widget().hide()
                item.widget().deleteLater()
        self._rows = {layer.name: LayerRow(layer, self._context) for layer in self._context.view.layers}
        for made in self._rows.values():
            self._list.addWidget(made)
        self._list.addStretch(1)
        if self._rows:
            self.setFocusProxy(next(iter(self._rows.values())).check)

    def _changed(self, event: LayerChanged) -> None:
        if event.layer in self._rows:
            self._rows[event.layer].show_look()
        elif not event.layer:
            self._fill()


class LayerRow(QWidget):
    """Check, icon, name, opacity, provenance mark."""

    def __init__(self, layer: Layer, context: Context) -> None:
        super().__init__()
        self._layer, self._context = layer, context
        self.setFixedHeight(23)
        tokens = context.look.tokens
        self.check = QCheckBox(accessibleName=f"Show {layer.title}")
        shape = {"homes": "homes", "hazard": "sheet", "ground": "ground"}.get(layer.name, layer.sector)
        self._icon, self._shape = SectorMark(tokens, shape, 14), shape
        self._slider = ThinSlider(context.look, accessibleName=f"Opacity of {layer.title}")
        self._slider.setRange(5, 100)
        self._slider.setFixedWidth(32)
        self._mark = ProvenanceMark(tokens, layer.provenance)
        name = ElidedLabel(layer.title, "small")
        name.setToolTip(f"{layer.title}: mostly {layer.provenance}")
        line = row(self.check, self._icon, spacing=7)
        line.addWidget(name, 1)
        line.addWidget(self._slider)
        line.addWidget(self._mark)
        self.setLayout(line)
        self.check.toggled.connect(lambda on: context.view.set_layer(layer.name, ME, visible=on))
        self._slider.valueChanged.connect(lambda value: context.view.set_layer(layer.name, ME, opacity=value / 100))
        self.show_look()

    def show_look(self) -> None:
        """Show what the view state says."""
        look, tokens = self._context.view.layer(self._layer.name), self._context.look.tokens
        with QSignalBlocker(self.check), QSignalBlocker(self._slider):
            self.check.setChecked(look.visible)
            self._slider.setValue(round(look.opacity * 100))
        self._icon.set_sector(self._shape, tokens)
        self._mark.set_provenance(self._layer.provenance, tokens)
