"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real data sets: STRATUM_TEST_DATA, else ../shared/data beside the checkout."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    folder = Path(os.environ.get("STRATUM_TEST_DATA") or default)
    if not folder.is_dir():
        pytest.skip("real data sets are not here; set STRATUM_TEST_DATA to their folder")
    return folder
