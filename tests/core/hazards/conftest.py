"""The town of ``hazard_cases``, and rasters over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hazard_cases import small_town, write_raster

from stratum_core.model import City


@pytest.fixture(scope="session")
def town() -> City:
    """Ten assets, five links, four needs, one block of dwellings."""
    return small_town()


@pytest.fixture
def raster(tmp_path: Path) -> Callable[..., str]:
    """Writes a raster over the town: one value, or an array, in any CRS and with any nodata; gives its name."""
    return lambda *a, **k: write_raster(tmp_path, *a, **k)
