"""The outward contract: exit codes, one sentence for bad input, JSON that says what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def page(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["casca"], "Did you mean 'cascade'?"),
        (["cascade", "sample", "--scenario", "flod"], "Did you mean 'flood'?"),
        (["cascade", "nowhere", "--scenario", "flood"], "there is no project"),
        (["cascade", "sample", "--scenario", "flood", "--set", "power.rating_facto=2"], "Did you mean 'power.rating_factor'?"),
        (["cascade", "sample", "--scenario", "flood", "--set", "run.replicates=many"], "is not a whole number"),
        (["cascade", "sample", "--scenario", "flood", "--runs", "0"], "outside 1"),
        (["cascade", "sample", "--scenario", "flood", "--horizon", "long"], "is no time"),
        (["cascade", "sample", "--scenario", "flood", "--threads", "-3"], "threads"),
        (["brief", "sample", "--scenario", "flood", "--out", "/dev/null/x"], "cannot be written"),
        (["new", "sample"], "built-in"),
        (["verify", "nothing.pdf"], "cannot be read"),
        (["why", "sample", "--run", "x", "--asset", "Clinic"], "unknown run"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_cascade_and_why_on_the_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run.json"
    assert main(["cascade", "sample", "--scenario", "flood", "--runs", "40", "--json", str(out)]) == 0
    result = page(out)
    assert result["schema"] == "stratum.cascade/1"
    assert result["replicates"] == 40
    assert (
        main(["why", "sample", "--run", str(result["run"]), "--asset", "Tank South", "--json", str(tmp_path / "why.json")]) == 0
    )
    steps = page(tmp_path / "why.json")["steps"]
    assert isinstance(steps, list)
    assert steps[0]["text"].endswith("floods.")
    assert steps[-1]["text"] == "Tank South runs empty."


def test_the_digest_does_not_depend_on_threads(tmp_path: Path) -> None:
    digests = set()
    for threads in ("1", "2"):
        out = tmp_path / f"{threads}.json"
        assert main(["cascade", "sample", "--scenario", "flood", "--runs", "60", "--threads", threads, "--json", str(out)]) == 0
        digests.add(page(out)["digest"])
    assert len(digests) == 1


def test_another_seed_gives_another_digest(tmp_path: Path) -> None:
    digests = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.json"
        assert main(["cascade", "sample", "--scenario", "flood", "--runs", "30", "--seed", seed, "--json", str(out)]) == 0
        digests.add(page(out)["digest"])
    assert len(digests) == 2


def test_synthetic_metro_runs(tmp_path: Path) -> None:
    folder = tmp_path / "metro.stratum"
    assert main(["new", str(folder), "--synthetic", "1000", "--quiet"]) == 0
    assert main(["check", str(folder), "--quiet"]) == 0
    scenario = tmp_path / "out.toml"
    ids = json.dumps(_first_substation(folder))
    scenario.write_text(f'schema = "stratum.scenario/1"\n[hazard]\nkind = "outage"\nassets = [{ids}]\n[run]\nreplicates = 30\n')
    out = tmp_path / "run.json"
    assert main(["cascade", str(folder), "--scenario", str(scenario), "--json", str(out), "--quiet"]) == 0
    assert page(out)["people_total"]


def _first_substation(folder: Path) -> str:
    from stratum_core.store.project import Project

    with Project(folder) as project:
        city = project.city()
    return str(city.assets.id[city.assets.kind == "substation"][0])
