"""An alert as a draft message."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
import pyproj

from stratum_core.estimation.alerts import Alert
from stratum_core.exporters.cap import Draft, cap_xml
from stratum_core.model.city import City

_RADIUS_KM = 1.0


def draft_of(city: City, alert: Alert, author: str, *, status: str = "Draft", sent: datetime | None = None) -> bytes:
    """The CAP 1.2 draft of an alert, around what its sensor measures where that has a place. Raises InputError."""
    sender = f"{_word(author)}@{_word(city.name)}.invalid"  # to be replaced: only an authority has an address to send from
    raised = f"{datetime.fromtimestamp(alert.raised / 1e6, UTC):%Y-%m-%d %H:%MZ}"
    told = (f"{alert.text} Raised at {raised} by the rule '{alert.rule}' on the sensor {alert.sensor}. From a model's estimates, "
            "not from an observer.")
    return cap_xml(Draft(
        identifier=f"stratum.{_word(alert.id)}", sender=sender, sent=sent or datetime.now(UTC).astimezone(), event=alert.rule,
        headline=alert.text, description=told, severity=alert.severity, chance=alert.chance, hours=alert.hours, area=city.name,
        status=status, circle=_circle(city, alert.sensor)))


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-").lower() or "unknown"


def _circle(city: City, sensor: str) -> tuple[float, float, float] | None:
    """Latitude and longitude of the sensor or of what it measures, with a radius; None where the city is a schematic."""
    rows = city.sensors
    at = np.flatnonzero(rows.id == sensor)
    if not len(at) or city.crs in ("", "none"):
        return None
    component = city.index.get(str(rows.component[at[0]]), len(city.assets))
    x, y = ((city.assets.x[component], city.assets.y[component]) if component < len(city.assets)
            else (rows.x[at[0]], rows.y[at[0]]))
    if not np.isfinite(x + y):
        return None
    longitude, latitude = pyproj.Transformer.from_crs(city.crs, "EPSG:4326", always_xy=True).transform(x, y)
    return float(latitude), float(longitude), _RADIUS_KM
