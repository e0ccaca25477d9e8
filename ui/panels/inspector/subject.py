"""What the inspector is about: one component or home with its figures. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.situation import Situation
from stratum_core.model.city import City
from stratum_core.model.results import CascadeResult
from stratum_core.number_format import clock, count, decimal, hours, percent, percent_between, whole
from stratum_core.pipeline.situation.pages import tank_state
from ui.names import kind_label, kind_of, name_of


@dataclass(frozen=True)
class Subject:
    """table and row in the city; ``index`` is the place in per-component arrays, -1 for a home."""

    id: str
    name: str
    table: str
    row: int
    index: int
    kind: str
    sector: str
    provenance: str
    source: str


def subject_of(city: City, result: CascadeResult | None, id: str | None) -> Subject | None:
    """The chosen component or home; None where nothing is chosen or it is gone."""
    if id is None:
        return None
    index = city.index.get(id, -1)
    if index >= 0:
        table, row = ("assets", index) if index < len(city.assets) else ("links", index - len(city.assets))
    else:
        found = np.flatnonzero(city.blocks.id == id)
        if not len(found):
            return None
        table, row = "blocks", int(found[0])
    rows = getattr(city, table)
    sector = str(rows.sector[row]) if table != "blocks" else "homes"
    label = kind_label(kind_of(city, id)) if index >= 0 else "Home"
    return Subject(
        id, name_of(city, id), table, row, index, label, sector, str(rows.provenance[row]), _source(city, str(rows.source[row]))
    )


def _source(city: City, source: str) -> str:
    found = np.flatnonzero(city.sources.id == source)
    if not len(found):
        return source or "no source given"
    date = str(city.sources.date[found[0]])
    return f"{city.sources.title[found[0]]}{', ' + date if date else ''}"


def failure_lines(city: City, result: CascadeResult, subject: Subject) -> tuple[str, tuple[float, float, float], str]:
    """(headline, share with its interval, the interval in words) of a component."""
    share = float(result.failure_probability[subject.index])
    low, high = (float(v) for v in result.failure_ci95[subject.index])
    headline = f"Down in {percent(share)} of {whole(result.replicates)} runs"
    return headline, (share, low, high), f"95\u202f% interval {percent_between(low, high, joined=' to ')}"


def facts(city: City, result: CascadeResult | None, subject: Subject) -> list[tuple[str, str]]:
    """First down, down for, serves: what and figure."""
    found = []
    if result is not None and subject.index >= 0:
        first = float(result.time_to_failure_h[subject.index])
        share = float(result.failure_probability[subject.index])
        if share > 0:
            found.append(("First down", f"{clock(first)} (mean, where it fails)"))
            found.append(("Down for", f"{hours(float(result.mean_hours_down[subject.index]) / share)} (mean, where it fails)"))
    found.append(("Serves", _serves(city, subject)))
    return found


def seen_by(situation: Situation, id: str) -> list[tuple[str, str]]:
    """What balances tell of a component now: the level of a tank without a gauge, a pressure, a voltage."""
    found, seen, networks = [], situation.shown, situation.networks
    for tank in seen.tanks if seen is not None else ():
        state = tank_state(situation.city, seen.at if seen is not None else 0, tank)
        if state.tank == id and state.model == "inferred" and state.level is not None:
            found.append(("Level", f"{percent(state.low80 or 0.0)} to {percent(state.high80 or 0.0)} full (80\u202f%), inferred"))
    pressures = networks.pressures.junctions if networks is not None and networks.pressures is not None else ()
    found += [("Pressure", f"{decimal(one.low80, 3)} to {decimal(one.high80, 3)} m of water (80\u202f%), {one.source}")
              for one in pressures if one.junction == id]
    buses = networks.power.buses if networks is not None and networks.power is not None else ()
    found += [("Voltage", f"{whole(one.low95)} to {whole(one.high95)} V (95\u202f%), {one.source}")
              for one in buses if one.bus == id]
    return found


def _serves(city: City, subject: Subject) -> str:
    if subject.table == "blocks":
        return f"{count(float(city.blocks.residents[subject.row]))} people live here ({subject.provenance})"
    chosen = city.services.supplier == subject.id
    homes = set(city.services.block[chosen].tolist())
    if homes:
        people = float(np.nansum(city.blocks.residents[np.isin(city.blocks.id, list(homes))]))
        services = " and ".join(sorted(set(city.services.service[chosen].tolist())))
        return f"{count(people)} people, {services}"
    if subject.table == "assets" and np.isfinite(city.assets.people[subject.row]):
        return f"{count(float(city.assets.people[subject.row]))} people"
    needs = int((city.dependencies.supplier == subject.id).sum())
    return f"{whole(needs)} other components" if needs else "others through its network"
