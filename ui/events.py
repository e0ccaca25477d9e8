"""What panels tell each other about the view alone; the application's own events are in ``app.bus``."""

from __future__ import annotations

from dataclasses import dataclass

from app.notices import Notice
from stratum_core.model.results import Step


@dataclass(frozen=True)
class LookChanged:
    """Another colour scheme is on."""

    scheme: str
    initiator: str


@dataclass(frozen=True)
class ColourChosen:
    """The 3D city is coloured by another mode of ``ui.colouring``."""

    mode: str
    initiator: str


@dataclass(frozen=True)
class ServiceChosen:
    """The question asks about another service."""

    service: str
    initiator: str


@dataclass(frozen=True)
class LayerChanged:
    """A layer is shown or hidden, or has another opacity."""

    layer: str
    initiator: str


@dataclass(frozen=True)
class CameraAsked:
    """The camera goes home, top, south, fit, or to the selected component."""

    view: str
    initiator: str


@dataclass(frozen=True)
class PageChosen:
    """Another page of the centre is shown."""

    page: str
    initiator: str


@dataclass(frozen=True)
class ChainShown:
    """The causal chain that the inspector lists; its numbers are those of the steps."""

    steps: tuple[Step, ...]
    initiator: str


@dataclass(frozen=True)
class AffectedShown:
    """Who is hit if the component under the pointer fails is painted on the city, or no longer."""

    initiator: str


@dataclass(frozen=True)
class DrawingChanged:
    """Corners are drawn on the city, or no longer."""

    initiator: str


@dataclass(frozen=True)
class RoadsPicked:
    """Roads were clicked or brushed on the city while they are drawn."""

    roads: tuple[str, ...]
    initiator: str


@dataclass(frozen=True)
class CrossingPicked:
    """A crossing was clicked on the city while ways out are drawn."""

    node: str
    initiator: str


@dataclass(frozen=True)
class FilmAsked:
    """The city is to be recorded as a film."""

    initiator: str


@dataclass(frozen=True)
class GroupChosen:
    """People of another group are shown; empty: all."""

    group: str
    initiator: str


@dataclass(frozen=True)
class PlanShown:
    """The measures of another plan stand on the city, or none."""

    initiator: str


@dataclass(frozen=True)
class BesideChosen:
    """The graph is shown beside the page of the centre, or hidden."""

    shown: bool
    initiator: str


@dataclass(frozen=True)
class SearchAsked:
    """The person looks for a name; ``entered``: they pressed Enter."""

    text: str
    entered: bool
    initiator: str


@dataclass(frozen=True)
class ProjectAsked:
    """Another project is to be opened, or this one anew; ``notices`` are said once it is."""

    project: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class FocusAsked:
    """A place of the window is to take the keyboard."""

    panel: str
    initiator: str
