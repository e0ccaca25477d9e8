"""The page on hazards names every hazard and every key, with the default that the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratum_core.hazards import HAZARDS
from stratum_core.model.spec import keys

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "hazards.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", HAZARDS.names())
def test_the_page_has_every_key_with_its_default(kind: str) -> None:
    section = PAGE.split(f"\n## {kind}\n", 1)[1].split("\n## ", 1)[0]
    for name, unit, default, meaning, source in keys(HAZARDS.get(kind)):
        row = next(line for line in section.splitlines() if line.startswith(f"| `{name}` |"))
        assert meaning in row
        assert source in row
        assert f"| {unit} |" in row
        if isinstance(default, float) and default:
            assert f"| {default} |" in row


@pytest.mark.parametrize("kind", HAZARDS.names())
def test_every_module_says_what_is_left_out(kind: str) -> None:
    import importlib

    said = (importlib.import_module(HAZARDS.get(kind).__module__).__doc__ or "").lower()
    assert "left out" in said or kind == "outage"
