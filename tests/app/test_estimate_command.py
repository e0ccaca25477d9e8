"""estimate on plain series: figures of the Nile, dates and gaps, and bad input in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main

CASE = Path(__file__).resolve().parents[1] / "cases" / "estimation" / "kalman_nile.json"


@pytest.fixture
def nile(tmp_path: Path) -> Path:
    flow = json.loads(CASE.read_text(encoding="utf-8"))["inputs"]["z"]
    path = tmp_path / "nile.csv"
    path.write_text("time,value\n" + "".join(f"{1871 + i},{value}\n" for i, value in enumerate(flow)))
    return path


def page(path: Path, *arguments: str) -> dict[str, object]:
    out = path.with_suffix(".json")
    assert main(["estimate", "--series", str(path), *arguments, "--quiet", "--json", str(out)]) == 0
    found: dict[str, object] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_the_nile(nile: Path) -> None:
    found = page(nile, "--model", "local_level", "--set", "q=1469.1", "--set", "r=15099")
    assert found["log_likelihood"] == pytest.approx(-632.54563, abs=1e-4)
    assert found["left_out"] == 1
    assert found["filtered"][-1] == pytest.approx(798.370, abs=1e-3)
    assert found["variance"][-1] == pytest.approx(4032.158, abs=1e-3)
    assert found["smoothed"][0] == pytest.approx(1111.668, abs=1e-3)
    assert found["innovations"][:2] == [None, 40]
    assert found["fitted"] == []
    again = page(nile, "--model", "local_level", "--set", "q=1469.1", "--set", "r=15099")
    assert again["digest"] == found["digest"]


def test_a_wrong_model_is_a_warning(nile: Path) -> None:
    assert "Q is too small" in page(nile, "--set", "q=146.9", "--set", "r=15099")["warnings"][0]


def test_dates_count_in_their_usual_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tank.csv"
    level = ["" if t == 9 else f"{5 - 0.09 * t + 0.01 * (t % 3):.3f}" for t in range(48)]
    lines = [f"2026-03-13T{t // 4:02d}:{15 * (t % 4):02d},{value}" for t, value in enumerate(level)]
    path.write_text("\n".join(["time,value", *lines]) + "\n")
    found = page(path, "--model", "local_trend", "--threshold", "0.2")
    assert found["step"] == 0.25
    assert found["innovations"][9] is None
    assert main(["estimate", "--series", str(path), "--model", "local_trend", "--threshold", "0.2"]) == 0
    assert "Below 0.2 at 13 Mar 13:" in capsys.readouterr().out


@pytest.mark.parametrize(("text", "sentence"), [
    ("time,value\n1,2\n2,x\n3,4\n", "row 3: value: 'x' is no number"),
    ("time,value\n2,2\n1,3\n", "row 3: time goes back"),
    ("time,value\n1,\n2,\n", "no reading"),
    ("when,what\n1,2\n", "its columns are when, what"),
    ("time,value\n1,2\n2,3\n", "too few"),
])
def test_a_bad_series_is_one_sentence(text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    assert main(["estimate", "--series", str(path)]) == 2
    assert sentence in capsys.readouterr().err


def test_an_unknown_model_or_setting_offers_the_known(nile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--series", str(nile), "--model", "local_leve"]) == 2
    assert "did you mean 'local_level'" in capsys.readouterr().err.lower()
    assert main(["estimate", "--series", str(nile), "--set", "q=-1"]) == 2
    assert "q is -1" in capsys.readouterr().err


def test_keys_tell_what_set_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "estimate"]) == 0
    told = capsys.readouterr().out
    assert {line.split()[0] for line in told.splitlines()} == {"q", "r", "q_slope", "q_season", "period", "harmonics", "step"}


@pytest.mark.parametrize(("kind", "most"), [("particle:20000", 0.06), ("ensemble:20000", 0.03)])
def test_other_filters_come_to_the_exact_one(nile: Path, kind: str, most: float) -> None:
    for model in ("local_level", "local_trend"):
        found = page(nile, "--model", model, "--set", "q=1469.1", "--set", "r=15099", "--beside", kind,
                     *(("--set", "q_slope=5") if model == "local_trend" else ()))["beside"]
        assert found["apart"] < most
        assert found["filtered"][:found["begins"]] == [None] * found["begins"]


@pytest.mark.parametrize("kind", ["kalman:5", "particle", "particle:0", "ensemble:x"])
def test_a_wrong_filter_is_refused(nile: Path, kind: str) -> None:
    assert main(["estimate", "--series", str(nile), "--beside", kind, "--quiet"]) == 2


def test_condition_from_inspections(tmp_path: Path) -> None:
    """Beta(1 + 9 k, 1 + 1) with k = 0.8 for each of the 680 days since the nine; Dirichlet(2, 2, 1)."""
    seen, out = tmp_path / "seen.csv", tmp_path / "out.json"
    seen.write_text("id,date,result,count\npump,2024-03-01,works,9\npump,2026-01-10,faulty,1\n")
    assert main(["estimate", "--inspections", str(seen), "--set", "kept_per_y=0.8", "--quiet", "--json", str(out)]) == 0
    found = json.loads(out.read_text())["inspected"][0]["health"]
    working = 1 + 9 * 0.8 ** (680 / 365.25)
    assert (found["working"], found["faulty"]) == (pytest.approx(working), 2.0)
    assert found["mean"] == pytest.approx(working / (working + 2))
    seen.write_text("id,date,grade\npipes,2024-03-01,1\npipes,2024-03-01,2\nothers,2024-03-01,3\n")
    assert main(["estimate", "--inspections", str(seen), "--quiet", "--json", str(out)]) == 0
    assert json.loads(out.read_text())["inspected"][0]["grades"]["mean"] == [0.4, 0.4, 0.2]


@pytest.mark.parametrize("text", [
    "id,date\na,2024-01-01\n", "id,date,result\na,2024-01-01,maybe\n", "id,date,result\na,yesterday,works\n",
    "id,date,grade\na,2024-01-01,0\n", "id,date,result,count\na,2024-01-01,works,-1\n", "id,date,result\n",
    "id,date,result,count\na,2024-01-01,works,nan\n",
])
def test_bad_inspections_are_named(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    seen = tmp_path / "seen.csv"
    seen.write_text(text)
    assert main(["estimate", "--inspections", str(seen)]) == 2
    assert "seen.csv" in capsys.readouterr().err
