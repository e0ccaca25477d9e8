"""Small cities for the knowledge graph."""

from __future__ import annotations

import pytest
from small_cities import small_city

from stratum_core.model import City
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city


@pytest.fixture(scope="session")
def sample() -> City:
    return read_city(resource("sample/city"))


@pytest.fixture
def town() -> City:
    """Two feeds on a ring of three buses, a spur to a fourth, a pump with power from the spur, a clinic on its water."""
    return small_city(
        [("feed/1", "power", "external_grid"), ("feed/2", "power", "external_grid"),
         *((f"bus/{i}", "power", "bus") for i in range(1, 5)), ("house", "power", "load"), ("lake", "water", "reservoir"),
         ("works", "water", "junction"), ("tap", "water", "junction"), ("clinic", "health", "clinic")],
        [("line/12", "line", "bus/1", "bus/2"), ("line/23", "line", "bus/2", "bus/3"), ("line/31", "line", "bus/3", "bus/1"),
         ("line/34", "line", "bus/3", "bus/4"), ("main", "pipe", "lake", "works"), ("pump", "pump", "works", "tap")],
        [("pump", "bus/4", "", 1), ("clinic", "tap", "water", 1), ("clinic", "bus/1", "power", 1),
         ("clinic", "bus/4", "power", 1)],
        [("power", "house"), ("water", "tap"), ("health", "clinic")],
        {"feed/1": "bus/1", "feed/2": "bus/2", "house": "bus/4"})
