"""What is known of every node of the typed graph, by name: all fields of assets, links and blocks, and what they share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.model.city import City
from stratum_core.model.fields import Strings

Columns = dict[str, npt.NDArray[Any]]


def node_columns(city: City, services: tuple[str, ...]) -> Columns:
    """(nodes,) arrays by attribute for assets, links, blocks, services and industries; NaN or empty: no such field.

    type, layer, kind (of a block its use), people (residents of a block, jobs of an industry), sector, x and y are there for all.
    """
    tables = {"asset": city.assets.columns(), "link": city.links.columns(), "block": city.blocks.columns()}
    tables["service"] = {"id": np.array([f"service/{name}" for name in services], object), "name": np.array(services, object)}
    tables["industry"] = city.industries.columns()
    sizes = {kind: len(columns["id"]) for kind, columns in tables.items()}
    blocks = tables["block"]
    blocks |= {"kind": blocks["use"], "people": blocks["residents"], "sector": np.full(sizes["block"], "community", object)}
    tables["industry"] |= {"people": city.industries.jobs, "kind": np.full(sizes["industry"], "industry", object)}
    place = city.positions()[len(city.assets) :]
    tables["link"] |= {"x": place[:, 0], "y": place[:, 1]}
    types = {"type": np.repeat(np.array(list(sizes), object), list(sizes.values()))}
    layers = {"layer": np.concatenate([*(_layer_of_sector(tables[kind]["sector"]) for kind in ("asset", "link")),
                                       _layer_of_use(blocks["use"]), np.full(sizes["service"], "social", object),
                                       np.full(sizes["industry"], "economic", object)])}
    names = list(dict.fromkeys(name for columns in tables.values() for name in columns if name != "path"))
    fields = {name: _joined([columns.get(name, sizes[kind]) for kind, columns in tables.items()]) for name in names}
    return types | layers | fields


def dependency_columns(city: City) -> Columns:
    """The fields of every dependency by name, and the layer that its service is of."""
    columns: Columns = dict(city.dependencies.columns())
    return columns | {"layer": np.array([layer_of_service(service) for service in columns["service"]], object)}


def layer_of_service(service: str) -> str:
    """The layer of a dependency."""
    return {"telecom": "digital", "control": "digital", "fuel": "economic", "staff": "economic"}.get(service, "physical")


def _joined(parts: list[Any]) -> npt.NDArray[Any]:
    """Arrays joined; a number stands for so many rows without a value."""
    words = any(isinstance(part, np.ndarray) and part.dtype == object for part in parts)
    truths = any(isinstance(part, np.ndarray) and part.dtype == np.bool_ for part in parts)
    missing: Any = "" if words or truths else np.nan
    filled = [np.full(part, missing, object if words or truths else float) if isinstance(part, int) else part for part in parts]
    if truths:
        filled = [np.where(part, "yes", "no").astype(object) if part.dtype == np.bool_ else part for part in filled]
    return np.concatenate(filled)


def _layer_of_sector(sectors: Strings) -> Strings:
    return np.where(sectors == "telecom", "digital", "physical").astype(object)


def _layer_of_use(uses: Strings) -> Strings:
    return np.where(np.isin(uses.astype(str), ["commercial", "industrial"]), "economic", "social").astype(object)
