"""What --json of the commands holds: labelled, fit for its schema, null where nobody is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from stratum_core.model import Assets
from stratum_core.model.city import City
from stratum_core.pipeline.projects import new_project


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, Path]:
    """A grid of one bus without people or prices, and an outage of it."""
    assets = Assets(id=["g", "b"], sector=["power"] * 2, kind=["external_grid", "bus"], node=["b", ""], x=[0.0, 1.0],
                    y=[0.0, 0.0], voltage=[float("nan"), 400.0])
    new_project(tmp_path / "r.stratum", City(name="r", currency="EUR", price_year=2025, assets=assets)).close()
    scenario = tmp_path / "out.toml"
    scenario.write_text('schema = "stratum.scenario/1"\nname = "out"\n[hazard]\nkind = "outage"\nassets = ["b"]\n')
    return tmp_path / "r.stratum", scenario


def page(arguments: list[str], folder: Path) -> Any:
    out = folder / "page.json"
    assert main([*arguments, "--quiet", "--json", str(out)]) in (0, 1)
    return json.loads(out.read_text(encoding="utf-8"))


def test_a_city_without_people_or_prices_gives_null_and_a_warning(bare: tuple[Path, Path], tmp_path: Path) -> None:
    found = page(["cascade", str(bare[0]), "--scenario", str(bare[1]), "--runs", "30"], tmp_path)
    names = ("people_total", "people_without_service", "people_peak", "people_hours", "damage", "currency", "price_year")
    assert {name: found[name] for name in names} == dict.fromkeys(names)
    assert any("no population" in text for text in found["warnings"])
    assert any("no replacement values" in text for text in found["warnings"])
    assert set(found["cascade_size"]["quantiles"]) == {"p05", "p50", "p95"}


def test_one_replicate_has_no_interval(bare: tuple[Path, Path], tmp_path: Path) -> None:
    found = page(["cascade", str(bare[0]), "--scenario", str(bare[1]), "--runs", "1"], tmp_path)
    assert found["cascade_size"]["ci95"] is None
    assert found["cascade_probability"]["ci95"] is None
    assert found["failure_ci95"] == [[None, None]] * 2
    assert main(["brief", str(bare[0]), "--scenario", str(bare[1]), "--runs", "1", "--out", str(tmp_path / "b"), "--quiet"]) == 0


def test_such_a_run_is_read_again_as_it_was(bare: tuple[Path, Path], tmp_path: Path) -> None:
    from stratum_core.ledger.canonical import result_digest
    from stratum_core.store.project import Project

    found = page(["cascade", str(bare[0]), "--scenario", str(bare[1]), "--runs", "1"], tmp_path)
    with Project(bare[0]) as project:
        again = project.result(found["run"])
    assert result_digest(again) == found["digest"]
    assert (again.people_hours, again.currency, again.price_year) == ({}, "", 0)


def test_names_that_no_font_holds_are_briefed(bare: tuple[Path, Path], tmp_path: Path) -> None:
    scenario = tmp_path / "洪水🌊.toml"
    scenario.write_text(bare[1].read_text().replace('"out"', '"洪水 🌊"'), encoding="utf-8")
    found = page(["brief", str(bare[0]), "--scenario", str(scenario), "--runs", "4", "--out", str(tmp_path / "b")], tmp_path)
    assert Path(found["document"]).read_bytes().startswith(b"%PDF-")
    assert main(["verify", found["document"], "--quiet"]) == 0


def test_nothing_is_recorded_before_the_document_exists(
    bare: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stratum_core.errors import EngineError
    from stratum_core.pipeline import main_job

    def fail(facts: object) -> None:
        raise EngineError("The briefing could not be typeset.")

    monkeypatch.setattr(main_job, "make_briefing", fail)
    assert main(["brief", str(bare[0]), "--scenario", str(bare[1]), "--runs", "4", "--out", str(tmp_path / "b"), "--quiet"]) == 3
    assert page(["ledger", str(bare[0]), "list"], tmp_path)["entries"] == []
