"""Which lifeline a component belongs to."""

from __future__ import annotations

import pytest

from stratum_core.model.lifelines import lifeline_of


@pytest.mark.parametrize(("sector", "name"), [
    ("power", "Energy"), ("water", "Water Systems"), ("roads", "Transportation"), ("telecom", "Communications"),
    ("", ""), ("air", ""),
])
def test_the_lifeline_of_a_sector(sector: str, name: str) -> None:
    assert lifeline_of(sector) == name
