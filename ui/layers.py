"""The layers of a city as data: which components each holds, its icon, and whether it is on at first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stratum_core.model.city import City

Rows = npt.NDArray[np.int64]
HIGH_VOLTAGE = 1000.0
#: layers of an evacuation that is followed
PEOPLE, TRAFFIC = "people", "traffic"
#: the layer of roads, and that of what is drawn for an evacuation
ROADS, ORDERS = "streets", "orders"


@dataclass(frozen=True)
class Layer:
    """One row of the layers panel.

    table: assets, links, blocks, hazard or ground. rows are positions in that table.
    form: how the scene draws it (home, symbol, line, road, point, sheet, ground).
    """

    name: str
    title: str
    sector: str
    form: str
    table: str = ""
    rows: Rows = ()  # type: ignore[assignment]
    provenance: str = ""
    shown: bool = True
    opacity: float = 1.0
    width: float = 1.0


@dataclass(frozen=True)
class _Rule:
    name: str
    title: str
    sector: str
    form: str
    table: str
    kinds: frozenset[str]
    shown: bool = True
    opacity: float = 1.0
    width: float = 1.0


def _kinds(words: str) -> frozenset[str]:
    return frozenset(words.split())


_RULES = (
    _Rule("stations", "Stations", "power", "symbol", "assets", _kinds("substation external_grid generator")),
    _Rule("high", "Cables, high", "power", "line", "links", _kinds("line cable"), width=2.2),
    _Rule("low", "Cables, low", "power", "line", "links", _kinds("line cable"), opacity=0.55, width=1.0),
    _Rule("mains", "Water mains", "water", "line", "links", _kinds("pipe valve pump"), opacity=0.9, width=2.6),
    _Rule("tanks", "Tanks and pumps", "water", "symbol", "assets", _kinds("tank reservoir well treatment pump_station")),
    _Rule(
        "facilities",
        "Clinic, care, school",
        "health",
        "symbol",
        "assets",
        _kinds("hospital clinic fire_station care_home school shelter"),
    ),
    _Rule("masts", "Mast and exchange", "telecom", "symbol", "assets", _kinds("exchange mast cabinet")),
    _Rule("fibre", "Fibre", "telecom", "line", "links", _kinds("fibre"), opacity=0.7, width=1.4),
    _Rule("sewers", "Sewers", "wastewater", "line", "links", _kinds("sewer"), shown=False, width=1.8),
    _Rule("lift", "Lift stations, works", "wastewater", "symbol", "assets", _kinds("lift_station sewage_works")),
    _Rule("gas", "Gas mains", "gas", "line", "links", _kinds("gas_pipe"), shown=False, width=1.8),
    _Rule("gas_sites", "Gas stations", "gas", "symbol", "assets", _kinds("gas_station")),
    _Rule("heat", "Heat mains", "heat", "line", "links", _kinds("heat_pipe"), shown=False, width=1.8),
    _Rule("heat_sites", "Heat plants", "heat", "symbol", "assets", _kinds("heat_plant")),
    _Rule("streets", "Street corridors", "roads", "road", "links", _kinds("road")),
)
_NODES = _kinds("bus load motor junction manhole gas_junction gas_connection heat_junction heat_consumer crossing")


def layers_of(city: City, *, hazard: bool, ground: bool) -> tuple[Layer, ...]:
    """The layers that the city has rows for, homes first, ground last."""
    found = [*_homes(city), *_by_rules(city), *_nodes(city)]
    if hazard:
        found.append(Layer("hazard", "Flood depth", "water", "sheet", "hazard", provenance="assumed"))
    if ground:
        found.append(Layer("ground", "Ground, 0.5 m steps", "ground", "ground", "ground", provenance="derived"))
    return tuple(found)


def evacuation_layers() -> tuple[Layer, ...]:
    """The layers of people and traffic, while a replicate of an evacuation is followed."""
    return (Layer(PEOPLE, "People", "people", "crowd", provenance="generated"),
            Layer(TRAFFIC, "Evacuation traffic", "roads", "crowd", provenance="generated"))


def orders_layer() -> Layer:
    """The layer of zones, closures and ways out, while the scenario has some or they are drawn."""
    return Layer(ORDERS, "Zones and closures", "roads", "over", provenance="assumed")


def _homes(city: City) -> list[Layer]:
    if not len(city.blocks):
        return []
    rows = np.flatnonzero(np.isfinite(city.blocks.x) & np.isfinite(city.blocks.y))
    return [Layer("homes", f"Homes, {len(rows):,}", "homes", "home", "blocks", rows, _most(city.blocks.provenance[rows]))]


def _by_rules(city: City) -> list[Layer]:
    found = []
    for rule in _RULES:
        table = getattr(city, rule.table)
        chosen = np.isin(table.kind.astype(str), list(rule.kinds))
        if rule.name in ("high", "low"):
            high = ~(city.links.voltage <= HIGH_VOLTAGE)
            chosen &= high if rule.name == "high" else ~high
        rows = np.flatnonzero(chosen)
        if len(rows):
            found.append(_layer(rule, rows, city))
    return found


def _layer(rule: _Rule, rows: Rows, city: City) -> Layer:
    title = rule.title
    table = getattr(city, rule.table)
    if rule.name in ("high", "low"):
        volts = table.voltage[rows]
        volts = volts[np.isfinite(volts)]
        title = f"Cables, {volts.max() / 1000:g} kV" if len(volts) else "Power lines"
    elif rule.form == "symbol" and rule.name == "stations":
        title = f"{rule.title}, {len(rows):,}"
    return Layer(
        rule.name,
        title,
        rule.sector,
        rule.form,
        rule.table,
        rows,
        _most(table.provenance[rows]),
        rule.shown,
        rule.opacity,
        rule.width,
    )


def _nodes(city: City) -> list[Layer]:
    """Network nodes as points: on where the city has no homes to show, off where they would only hide them."""
    rows = np.flatnonzero(np.isin(city.assets.kind.astype(str), list(_NODES)) & np.isfinite(city.assets.x))
    if not len(rows):
        return []
    title = f"Network nodes, {len(rows):,}"
    shown = not len(city.blocks)
    return [Layer("nodes", title, "power", "point", "assets", rows, _most(city.assets.provenance[rows]), shown)]


def _most(provenances: npt.NDArray[np.object_]) -> str:
    return Counter(provenances.tolist()).most_common(1)[0][0] if len(provenances) else ""
