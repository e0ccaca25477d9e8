"""Services and changes of figures in the words of tables. No Qt."""

from __future__ import annotations

from stratum_core.model.results import Difference
from stratum_core.number_format import DASH, count
from ui.colouring import LOSING

#: changes below this are not told: half a person, half an hour of one
LEAST = 0.5


def service_title(service: str) -> str:
    """A service at the head of a row: Phone and data."""
    title = LOSING.get(service, service).removeprefix("their ")
    return title[:1].upper() + title[1:]


def changed(difference: Difference) -> str:
    """A change with its sign and the half width of its 95 % interval: −24,000 ± 1,300."""
    if abs(difference.change) < LEAST:
        return DASH
    half = f" ± {count((difference.ci95[1] - difference.ci95[0]) / 2)}" if difference.ci95 is not None else ""
    return f"{sign(difference.change)}{count(abs(difference.change))}{half}"


def sign(change: float) -> str:
    """Plus or a true minus."""
    return "+" if change > 0 else "\N{MINUS SIGN}"
