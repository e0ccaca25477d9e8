"""The look of the window: colour tokens of dark, light and high contrast, and which one is on.

Colour means data; chrome is neutral. Widgets ask ``Look.tokens`` when they paint and repaint on
``LookChanged``; nothing else in the window names a colour.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.bus import Bus
from stratum_core.resource_files import resource
from ui.events import LookChanged
from ui.style_sheet import style_sheet

Scheme = Literal["dark", "light", "contrast"]


@dataclass(frozen=True)
class Tokens:
    """Colours by their use, as RRGGBB; the ramp has five classes, ``neutral`` is below the first."""

    scheme: Scheme
    window: str
    panel: str
    raised: str
    divider: str
    control: str
    text: str
    second: str
    third: str
    accent: str
    filled: str
    on_filled: str
    selected: str
    on_selected: str
    focus: str
    ground: str
    contour: str
    street: str
    home: str
    neutral: str
    network: str
    flood: str
    flood_alpha: float
    chain: str
    casing: str
    status: dict[str, str] = field(default_factory=dict)
    status_text: dict[str, str] = field(default_factory=dict)
    on_status: str = "14181D"
    sector: dict[str, str] = field(default_factory=dict)
    ramp: tuple[str, ...] = ()
    people: dict[str, str] = field(default_factory=dict)

    def colour(self, name: str) -> QColor:
        """The QColor of a token."""
        return QColor(f"#{getattr(self, name)}")


DARK = Tokens(
    scheme="dark",
    window="0F141A",
    panel="161D25",
    raised="1F2832",
    divider="2B3642",
    control="5F6E7D",
    text="E9EEF4",
    second="B4BFCB",
    third="8F9CAA",
    accent="7CB7FF",
    filled="2463AE",
    on_filled="FFFFFF",
    selected="223A56",
    on_selected="E9EEF4",
    focus="7CB7FF",
    ground="1A222B",
    contour="313D4A",
    street="36434F",
    home="66758A",
    neutral="66758A",
    network="55636F",
    flood="2F83C9",
    flood_alpha=0.30,
    chain="FFFFFF",
    casing="0F141A",
    status={"R": "FF7366", "Y": "F4C84A", "G": "55C690", "?": "A3AFBB"},
    status_text={"R": "FF7366", "Y": "F4C84A", "G": "55C690", "?": "A3AFBB"},
    sector={
        "power": "FBE58A",
        "water": "86B4FF",
        "wastewater": "C06A45",
        "gas": "9470FF",
        "heat": "FF8038",
        "telecom": "DDFDF3",
        "roads": "A1ACBB",
        "health": "FF3D8F",
        "community": "FF3D8F",
    },
    ramp=("9B2964", "CF4446", "F1731D", "FCB216", "F2F27D"),
    people={
        "not warned": "7A8794",
        "getting ready": "F2F03A",
        "on foot": "FFFFFF",
        "driving": "86BEFF",
        "held up": "FF4A1C",
        "safe": "27CF80",
        "stays": "55568C",
        "no way to leave": "B048F0",
    },
)

LIGHT = Tokens(
    scheme="light",
    window="E9E8E3",
    panel="F7F6F2",
    raised="FFFFFF",
    divider="D3D1C8",
    control="85898C",
    text="182029",
    second="434E5A",
    third="5A6570",
    accent="17579F",
    filled="17579F",
    on_filled="FFFFFF",
    selected="D8E6F6",
    on_selected="182029",
    focus="17579F",
    ground="EAE9E3",
    contour="CFCDC4",
    street="FFFFFF",
    home="BDBBB3",
    neutral="BDBBB3",
    network="9AA1A6",
    flood="5FA8DE",
    flood_alpha=0.34,
    chain="11161B",
    casing="FFFFFF",
    status={"R": "B3261E", "Y": "F0B81C", "G": "1B7F4B", "?": "56616C"},
    status_text={"R": "B3261E", "Y": "745000", "G": "146C3F", "?": "56616C"},
    on_status="FFFFFF",
    sector={
        "power": "B67B04",
        "water": "1C4799",
        "wastewater": "79461E",
        "gas": "7C39F4",
        "heat": "4A1005",
        "telecom": "0E9A6B",
        "roads": "6B7C94",
        "health": "6B1650",
        "community": "6B1650",
    },
    ramp=("F8CD37", "F57B17", "CA404A", "87216B", "420A68"),
    people={
        "not warned": "65686E",
        "getting ready": "E0C010",
        "on foot": "182029",
        "driving": "1277E6",
        "held up": "A81A06",
        "safe": "2FB45A",
        "stays": "A3A396",
        "no way to leave": "842488",
    },
)

CONTRAST = replace(
    DARK,
    scheme="contrast",
    window="000000",
    panel="000000",
    raised="000000",
    divider="FFFFFF",
    control="FFFFFF",
    text="FFFFFF",
    second="FFFFFF",
    third="FFFFFF",
    accent="66D9FF",
    filled="66D9FF",
    on_filled="000000",
    selected="FFFFFF",
    on_selected="000000",
    focus="FFE14A",
    ground="000000",
    contour="4A4A4A",
    street="5A5A5A",
    casing="000000",
)

_TOKENS: dict[Scheme, Tokens] = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}


class Look:
    """Which scheme is on. Main thread only."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.tokens = DARK

    def follow_system(self) -> None:
        """Take the scheme that the desktop has; dark where it does not say."""
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        self.choose("light" if light else "dark", "system")

    def choose(self, scheme: Scheme, initiator: str) -> None:
        """Turn a scheme on for the whole program."""
        self.tokens = _TOKENS[scheme]
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(palette(self.tokens))
            application.setStyleSheet(style_sheet(self.tokens))
        self._bus.publish(LookChanged(scheme, initiator))

    def next(self, initiator: str) -> None:
        """Dark, light, high contrast, and round again."""
        order: tuple[Scheme, ...] = ("dark", "light", "contrast")
        self.choose(order[(order.index(self.tokens.scheme) + 1) % 3], initiator)


def palette(tokens: Tokens) -> QPalette:
    """Qt's palette from the tokens, for what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: "panel",
        role.Base: "panel",
        role.AlternateBase: "panel",
        role.Button: "raised",
        role.ToolTipBase: "raised",
        role.Text: "text",
        role.WindowText: "text",
        role.ButtonText: "text",
        role.ToolTipText: "text",
        role.PlaceholderText: "third",
        role.Highlight: "selected",
        role.HighlightedText: "on_selected",
        role.Link: "accent",
        role.Mid: "divider",
    }
    for which, name in pairs.items():
        made.setColor(which, tokens.colour(name))
    made.setColor(QPalette.ColorGroup.Disabled, role.Text, tokens.colour("third"))
    made.setColor(QPalette.ColorGroup.Disabled, role.ButtonText, tokens.colour("third"))
    return made


def load_fonts(application: QApplication) -> None:
    """Inter with tabular figures, else what the system has."""
    for file in sorted(resource("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    base = font(13)
    application.setFont(base)


def font(pixels: int, *, bold: bool = False) -> QFont:
    """The window's font at a pixel size of the type scale: 11, 12, 13, 15, 17 or 19."""
    made = QFont("Inter")
    made.setFamilies(["Inter", "Noto Sans", "DejaVu Sans"])
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    if hasattr(made, "setFeature"):
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
