"""What the person looks at besides what the session holds: colours, layers, service, page. Main thread only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.bus import Bus
from stratum_core.graph.affected import Affected
from stratum_core.model.optimise_results import OptionRow
from stratum_core.model.results import Step
from ui.events import (
    AffectedShown,
    BesideChosen,
    CameraAsked,
    ChainShown,
    ColourChosen,
    DrawingChanged,
    GroupChosen,
    LayerChanged,
    PageChosen,
    PlanShown,
    SearchAsked,
    ServiceChosen,
)
from ui.layers import Layer


@dataclass(frozen=True)
class LayerLook:
    """How a layer is shown; opacity from 0 to 1."""

    visible: bool = True
    opacity: float = 1.0


class ViewState:
    """Values that panels share; every setter tells the bus who changed it, and says nothing when nothing changed."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.colour = "sector"
        self.service = ""
        self.page = "city"
        self.chain: tuple[Step, ...] = ()
        self.affected: Affected | None = None
        self.beside = False
        self.plan: tuple[OptionRow, ...] = ()
        self.group = ""
        self.tool = ""
        self.brushed: tuple[str, ...] = ()
        self.drawing: tuple[tuple[float, float], ...] | None = None
        self.layers: tuple[Layer, ...] = ()
        self._layer_looks: dict[str, LayerLook] = {}

    def layer(self, name: str) -> LayerLook:
        """How a layer is shown."""
        return self._layer_looks.get(name, LayerLook())

    def set_layers(self, layers: tuple[Layer, ...], initiator: str) -> None:
        """The layers that the city has; those that are off at first are hidden. An event without a layer: all of them."""
        self.layers = layers
        self._layer_looks = {layer.name: LayerLook(layer.shown, layer.opacity) for layer in layers}
        self._bus.publish(LayerChanged("", initiator))

    def add_layers(self, layers: tuple[Layer, ...], initiator: str) -> None:
        """More layers, before the others; what is set of those that are there stays."""
        fresh = tuple(layer for layer in layers if layer.name not in self._layer_looks)
        if fresh:
            self.layers = (*fresh, *self.layers)
            self._layer_looks |= {layer.name: LayerLook(layer.shown, layer.opacity) for layer in fresh}
            self._bus.publish(LayerChanged("", initiator))

    def set_group(self, group: str, initiator: str) -> None:
        """Show only the people of a group on the city and in the curve; empty: all."""
        if group != self.group:
            self.group = group
            self._bus.publish(GroupChosen(group, initiator))

    def set_layer(self, name: str, initiator: str, *, visible: bool | None = None, opacity: float | None = None) -> None:
        """Show, hide or fade a layer."""
        before = self.layer(name)
        after = replace(
            before,
            visible=before.visible if visible is None else visible,
            opacity=before.opacity if opacity is None else opacity,
        )
        if after != before:
            self._layer_looks[name] = after
            self._bus.publish(LayerChanged(name, initiator))

    def set_colour(self, mode: str, initiator: str) -> None:
        """Colour the city by another mode."""
        if mode != self.colour:
            self.colour = mode
            self._bus.publish(ColourChosen(mode, initiator))

    def set_service(self, service: str, initiator: str) -> None:
        """Ask about another service."""
        if service != self.service:
            self.service = service
            self._bus.publish(ServiceChosen(service, initiator))

    def set_page(self, page: str, initiator: str) -> None:
        """Show another page of the centre."""
        if page != self.page:
            self.page = page
            self._bus.publish(PageChosen(page, initiator))

    def show_affected(self, found: Affected | None, initiator: str) -> None:
        """Paint who is hit by one failure on the city; None: no longer."""
        if found is not self.affected:
            self.affected = found
            self._bus.publish(AffectedShown(initiator))

    def show_plan(self, plan: tuple[OptionRow, ...], initiator: str) -> None:
        """Stand the measures of a plan on the city; empty: none."""
        if plan != self.plan:
            self.plan = plan
            self._bus.publish(PlanShown(initiator))

    def set_drawing(self, corners: tuple[tuple[float, float], ...] | None, initiator: str) -> None:
        """Corners (metres) that are being drawn on the city; None: nothing is."""
        if corners != self.drawing:
            self.drawing = corners
            self._bus.publish(DrawingChanged(initiator))

    def set_tool(self, tool: str, initiator: str) -> None:
        """What clicks on the city draw for an evacuation (``ui.panels.city.sketching``); empty: they select."""
        if tool != self.tool:
            self.tool = tool
            self._bus.publish(DrawingChanged(initiator))

    def set_brushed(self, roads: tuple[str, ...], initiator: str) -> None:
        """Roads under the brush."""
        if roads != self.brushed:
            self.brushed = roads
            self._bus.publish(DrawingChanged(initiator))

    def set_beside(self, shown: bool, initiator: str) -> None:
        """Show the graph beside the page of the centre, or hide it."""
        if shown != self.beside:
            self.beside = shown
            self._bus.publish(BesideChosen(shown, initiator))

    def show_chain(self, steps: tuple[Step, ...], initiator: str) -> None:
        """Draw a causal chain over the city; empty: none."""
        if steps != self.chain:
            self.chain = steps
            self._bus.publish(ChainShown(steps, initiator))

    def search(self, text: str, initiator: str, *, entered: bool = False) -> None:
        """Look for a name."""
        self._bus.publish(SearchAsked(text, entered, initiator))

    def move_camera(self, view: str, initiator: str) -> None:
        """Ask the camera to go somewhere."""
        self._bus.publish(CameraAsked(view, initiator))
