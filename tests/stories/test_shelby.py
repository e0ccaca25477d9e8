"""Shelby County as its tutorial does it: import, health, question, briefing, proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main

SCENARIO = """schema = "stratum.scenario/1"
name = "Substation and pump motor out"
[hazard]
kind = "outage"
assets = ["P_B1", "P_MP81"]
[run]
replicates = 60
"""


@pytest.fixture(scope="module")
def shelby(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = [
        test_data / "shelby" / name
        for name in (
            "power/power.json",
            "water/water.inp",
            "transport/transpo_net.tntp",
            "transport/transpo_node.tntp",
            "dependencies.csv",
        )
    ]
    folder = tmp_path_factory.mktemp("shelby") / "shelby.stratum"
    assert main(["import", *map(str, files), "--into", str(folder), "--crs", "EPSG:3857", "--quiet"]) == 0
    (folder.parent / "substation.toml").write_text(SCENARIO)
    return folder


def page(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_all_of_it_arrives(shelby: Path, tmp_path: Path) -> None:
    assert main(["check", str(shelby), "--quiet", "--json", str(tmp_path / "check.json")]) == 0
    messages = " ".join(found["message"] for found in page(tmp_path / "check.json")["issues"])
    assert "60 power links carry more than their rating before anything has happened, P_L5" in messages
    assert "4 L per person and day" in messages
    assert "no newline at its end" in messages


def test_its_bad_ratings_do_not_cascade(shelby: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    assert (
        main(["cascade", str(shelby), "--scenario", str(shelby.parent / "substation.toml"), "--quiet", "--json", str(out)]) == 0
    )
    result = page(out)
    assert sum(chance > 0 for chance in result["failure_probability"]) < 10
    assert result["people_total"] is None
    assert result["damage"] is None
    assert any("no population" in text for text in result["warnings"])


def test_the_pump_fails_because_its_motor_does(shelby: Path, tmp_path: Path) -> None:
    scenario, run, chain = str(shelby.parent / "substation.toml"), tmp_path / "run.json", tmp_path / "why.json"
    assert main(["cascade", str(shelby), "--scenario", scenario, "--quiet", "--json", str(run)]) == 0
    assert main(["why", str(shelby), "--run", page(run)["run"], "--asset", "W_WP81", "--quiet", "--json", str(chain)]) == 0
    texts = [step["text"] for step in page(chain)["steps"]]
    assert texts[0] == "P_MP81 is out."
    assert texts[-1].startswith("W_WP81 stops: no power")


def test_it_is_briefed_and_verified(shelby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    scenario = str(shelby.parent / "substation.toml")
    assert main(["brief", str(shelby), "--scenario", scenario, "--out", str(tmp_path / "out"), "--quiet"]) == 0
    document = next((tmp_path / "out").glob("*.pdf"))
    assert main(["verify", str(document), "--quiet"]) == 0
    changed = bytearray(document.read_bytes())
    changed[len(changed) // 2] ^= 1
    document.write_bytes(bytes(changed))
    assert main(["verify", str(document), "--quiet"]) == 1
