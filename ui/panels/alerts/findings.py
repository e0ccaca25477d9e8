"""From a result to alerts: chains by their share of runs, bottlenecks, warnings. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import percent, percent_between, whole
from stratum_core.pipeline.situation.board import Picture
from ui.names import kind_of, name_of, step_text

#: an alert is R from this share of runs, Y below
UNSTABLE_FROM = 0.5
_LETTERS = {"Extreme": "R", "Severe": "R", "Moderate": "Y", "Minor": "?"}
_CLOSES = frozenset({"hospital", "clinic", "fire_station", "care_home", "school", "shelter"})


@dataclass(frozen=True)
class Alert:
    """letter R, Y or ?; asset and time where it has them."""

    letter: str
    title: str
    detail: str
    asset: str = ""
    t_h: float | None = None


def alerts_of(city: City, result: CascadeResult | None) -> list[Alert]:
    """Worst first: what fails, what starts most of it, what the run warns of."""
    if result is None:
        return []
    return [*_chains(city, result), *_bottlenecks(city, result), *_warnings(result)]


def live_alerts(city: City, picture: Picture | None) -> list[Alert]:
    """Open alerts of the live city, the worst first."""
    found = []
    for one in picture.alerts if picture is not None else ():
        at = np.flatnonzero(city.sensors.id == one.sensor)
        component = str(city.sensors.component[at[0]]) if len(at) else ""
        taken = f"taken on by {one.acknowledged_by}" if one.acknowledged_by else "nobody has taken it on"
        found.append(Alert(_LETTERS[one.severity], one.text.rstrip("."), f"{one.severity}, {taken}", component))
    return found


def _chains(city: City, result: CascadeResult) -> list[Alert]:
    found = []
    for chain in result.critical_paths:
        if chain.asset not in city.index or not chain.steps:
            continue
        verb = "closes" if kind_of(city, chain.asset) in _CLOSES else "fails"
        title = f"{name_of(city, chain.asset)} {verb} in {percent(chain.share.value)} of runs"
        last = chain.steps[-1]
        detail = f"95 % interval {percent_between(*chain.share.bounds)}. {step_text(city, last)}"
        found.append(Alert("R" if chain.share.value >= UNSTABLE_FROM else "Y", title, detail, chain.asset, last.t_h))
    return found


def _bottlenecks(city: City, result: CascadeResult) -> list[Alert]:
    found = []
    for one in result.bottlenecks[:3]:
        if one.share >= 0.05 and one.asset in city.index:
            detail = f"It starts {percent(one.share)} of all people-hours lost"
            found.append(Alert("Y", f"{name_of(city, one.asset)} is a bottleneck", detail, one.asset))
    return found


def _warnings(result: CascadeResult) -> list[Alert]:
    found = [Alert("?", "The run warns", text) for text in result.warnings]
    if not result.converged:
        text = f"The mean is not yet within 5 % after {whole(result.replicates)} runs. Run more replicates."
        found.append(Alert("?", "Intervals are still wide", text))
    return found
