"""The colours of every layer in a mode: arrays for the scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph.affected import Affected
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.results import CascadeResult
from stratum_core.pipeline.situation.observability import Observability
from ui.colouring import Colours, Mode, Suppliers, by_class, by_word, chances, observed_colours, provenance_colours
from ui.layers import Layer
from ui.theme import Tokens
from ui.theme_colours import mixed, rgb


@dataclass(frozen=True)
class Shown:
    """What the colours tell of; ``failing``: chances of failing that stand in for those of the
    result; ``exposed``: chances that the hazard itself damages each component; ``affected``: who is
    hit by one failure, which goes before every mode; ``observed``: what sensors see of each component;
    ``leaving``: share of the told people of each block who have not arrived."""

    city: City
    result: CascadeResult | None
    hour: float
    failing: Floats | None = None
    affected: Affected | None = None
    exposed: Floats | None = None
    observed: Observability | None = None
    leaving: Floats | None = None


def layer_colours(
    layers: tuple[Layer, ...], shown: Shown, mode: Mode, suppliers: Suppliers, tokens: Tokens
) -> dict[str, Colours]:
    """One colour for each row of a layer's table, by layer."""
    by_table: dict[str, Colours] = {}
    if shown.affected is not None:
        by_table = _hit(shown.affected, len(shown.city.assets), tokens)
    elif mode.kind == "observed":
        by_table = _observed(shown, tokens)
    elif mode.kind == "leaving" and shown.leaving is not None:
        by_table = _by_tables(shown.city, np.full(len(shown.city.component_ids), np.nan), shown.leaving, tokens)
    elif mode.kind == "hazard" and shown.exposed is not None:
        by_table = _by_tables(shown.city, shown.exposed, np.full(len(shown.city.blocks), np.nan), tokens)
    elif mode.is_chance and shown.result is not None:
        by_table = _chances(shown, mode, suppliers, tokens)
    made: dict[tuple[str, str], Colours] = {}
    found: dict[str, Colours] = {}
    for layer in layers:
        if layer.table in _TABLES:
            key = (layer.table, layer.form if layer.form in ("road", "home", "line") else "")
            if key not in made:
                made[key] = _of(layer, shown, mode, by_table, tokens)
            found[layer.name] = made[key]
    return found


_TABLES = ("assets", "links", "blocks")


def _of(layer: Layer, shown: Shown, mode: Mode, by_table: dict[str, Colours], tokens: Tokens) -> Colours:
    table = getattr(shown.city, layer.table)
    if layer.form == "road":
        return _flat(len(table), tokens.street)
    if mode.kind == "provenance" and shown.affected is None:
        colours = provenance_colours(tokens.text, tokens.accent, tokens.ramp[1], tokens.status["Y"])
        return by_word(table.provenance, colours, rgb(tokens.neutral))
    if by_table:
        if layer.form == "line" and mode.kind == "losing" and shown.affected is None:
            return _flat(len(table), tokens.network)
        if layer.form == "home" and mode.kind == "loading" and shown.affected is None:
            return _flat(len(table), tokens.home)
        return by_table[layer.table]
    if layer.form == "home":
        return _flat(len(table), mixed(tokens.home, tokens.ground, 0.6) if mode.kind == "people" else tokens.home)
    if mode.kind == "people":
        return _flat(len(table), tokens.network)
    sectors = {name: rgb(code) for name, code in tokens.sector.items()}
    return by_word(table.sector, sectors, rgb(tokens.network))


def _chances(shown: Shown, mode: Mode, suppliers: Suppliers, tokens: Tokens) -> dict[str, Colours]:
    city, result = shown.city, shown.result
    assert result is not None
    components, blocks = chances(mode, city, result, suppliers, shown.hour)
    if mode.kind == "failure" and shown.failing is not None:
        components = shown.failing
    return _by_tables(city, components, blocks, tokens)


def _by_tables(city: City, components: Floats, blocks: Floats, tokens: Tokens) -> dict[str, Colours]:
    """Values of components and blocks as colours of their classes, by table."""
    unknown = mixed(tokens.neutral, tokens.ground, 0.55)
    colours = by_class(components, tokens.ramp, tokens.neutral, unknown)
    assets = len(city.assets)
    return {
        "assets": colours[:assets],
        "links": colours[assets:],
        "blocks": by_class(blocks, tokens.ramp, tokens.neutral, unknown),
    }


def _observed(shown: Shown, tokens: Tokens) -> dict[str, Colours]:
    """What sensors see; all blind before anything was heard."""
    palette = np.array(observed_colours(tokens.accent, tokens.status["Y"], tokens.neutral, tokens.ground), dtype=np.uint8)
    assets, count = len(shown.city.assets), len(shown.city.component_ids)
    known = shown.observed is not None and len(shown.observed.code) == count
    components = palette[shown.observed.code if known and shown.observed is not None else np.zeros(count, dtype=np.int64)]
    return {"assets": components[:assets], "links": components[assets:], "blocks": _flat(len(shown.city.blocks), tokens.home)}


def _hit(affected: Affected, assets: int, tokens: Tokens) -> dict[str, Colours]:
    """What fails with one component in one colour of the ramp, the rest drawn back."""
    table = np.array([rgb(tokens.neutral), rgb(tokens.ramp[3])], dtype=np.uint8)
    components = table[affected.components.astype(np.int64)]
    components[affected.component] = rgb(tokens.ramp[1])
    return {"assets": components[:assets], "links": components[assets:], "blocks": table[affected.blocks.astype(np.int64)]}


_SHAPING = ("id", "x", "y", "z", "kind", "sector", "provenance", "voltage", "households", "start", "end", "supplier")


def same_shape(before: City, after: City) -> bool:
    """True when nothing that decides what is drawn where differs."""
    for name, rows in before.tables().items():
        others = after.tables()[name].columns()
        for column in (c for c in rows.columns() if c in _SHAPING):
            mine, theirs = rows.columns()[column], others[column]
            if not np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"):
                return False
    return True


def _flat(count: int, code: str) -> Colours:
    return np.tile(np.array(rgb(code), dtype=np.uint8), (count, 1))
