"""Where panels go: a panel registers itself under a place; the window asks for the panels of a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import QWidget

from app.bus import Bus
from app.session import Session
from stratum_core.registry import Registry
from ui.theme import Look
from ui.view_state import ViewState

Place = Literal["menu", "question", "strip", "left", "view", "notice", "centre", "beside", "right", "bottom", "status"]


@dataclass(frozen=True)
class Context:
    """All that a panel may know."""

    session: Session
    bus: Bus
    look: Look
    view: ViewState


Make = Callable[[Context], QWidget]


@dataclass(frozen=True)
class Panel:
    """A panel that registered itself; ``stretch`` is its share of the place."""

    name: str
    place: Place
    order: int
    title: str
    stretch: int
    make: Make


PANELS: Registry[Panel] = Registry("panel", "ui.panels")


def panel(name: str, place: Place, *, order: int = 0, title: str = "", stretch: int = 0) -> Callable[[Make], Make]:
    """Register what makes a panel of ``place``; panels of one place stand by ``order``."""

    def register(make: Make) -> Make:
        PANELS.register(name)(Panel(name, place, order, title, stretch, make))
        return make

    return register


def panels_of(place: Place) -> list[Panel]:
    """The panels of a place, in order."""
    return sorted((p for p in PANELS if p.place == place), key=lambda p: (p.order, p.name))
