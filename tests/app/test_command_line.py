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
        (["cascade", "sample", "--scenario", "flood", "--runs", "5", "--hydraulics", "9"], "9 replicates cannot be checked"),
        (["whatif", "sample", "--scenario", "flood"], "nothing is changed"),
        (["whatif", "sample", "--scenario", "flood", "--reserve", "Clinic"], "Write asset=hours"),
        (["whatif", "sample", "--scenario", "flood", "--crews", "magic=2"], "magic"),
        (["critical", "sample", "--top", "0"], "--top is below 1"),
        (["sensitivity", "sample", "--scenario", "flood", "--trajectories", "1"], "at least 2"),
        (["cascade", "sample", "--scenario", "flood", "--horizon", "long"], "is no time"),
        (["cascade", "sample", "--scenario", "flood", "--threads", "-3"], "threads"),
        (["brief", "sample", "--scenario", "flood", "--out", "/dev/null/x"], "cannot be written"),
        (["new", "sample"], "built-in"),
        (["cascade", "sample", "--scenario", "flood", "--cluster", "tcp://x:1"], "clusters come with a later version"),
        (["cascade", "sample", "--scenario", "flood", "--json", "/proc/x/y.json"], "cannot be written"),
        (["cascade", "sample", "--scenario", "flood", "--json", "/tmp"], "this is a folder"),
        (["cascade", "sample", "--scenario", "flood", "--runs", "20", "--set", "run.replicates=40"], "given twice"),
        (["graph", "sample", "critical", "--top", "-3"], "give 1 or more"),
        (["keys", "ledger"], "takes no settings"),
        (["keys", "hazrd"], "Did you mean 'hazard'?"),
        (["verify", "nothing.pdf"], "cannot be read"),
        (["evacuate", "sample", "--scenario", "flood", "--plan", "a:evacuation.order_h=1", "--plan", "a:evacuation.order_h=2"],
         "two plans are called 'a'"),
        (["evacuate", "sample", "--scenario", "flood", "--plan", "as it is:evacuation.order_h=1"], "is the scenario itself"),
        (["why", "sample", "--run", "x", "--asset", "Clinic"], "unknown run"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_the_place_of_json_is_tried_before_the_run_and_its_folder_made(tmp_path: Path) -> None:
    assert main(["cascade", "nowhere", "--scenario", "flood", "--json", str(tmp_path / "new" / "run.json")]) == 2
    assert (tmp_path / "new").is_dir()


@pytest.mark.parametrize("command", ["cascade", "brief", "hazard"])
def test_keys_are_listed_for_each_command_that_takes_settings(command: str, tmp_path: Path) -> None:
    assert main(["keys", command, "--quiet", "--json", str(tmp_path / "k.json")]) == 0
    found = json.loads((tmp_path / "k.json").read_text())
    keys = {row["key"] for row in found}
    assert {"run.replicates", "power.rating_factor", "hazard.level_sd_m"} <= keys


@pytest.mark.parametrize("query", [["path", "--asset", "Station 03", "--to", "Clinic"], ["cuts"], ["ego", "--asset", "Clinic"]])
def test_graph_answers_are_short_tables(query: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "sample", *query, "--top", "3"]) == 0
    said = capsys.readouterr().out
    assert not any(sign in said for sign in ("Node(", "Edge(", "{'", " 1 components"))
    assert len(said.splitlines()) < 80


def test_a_long_list_of_names_ends_as_a_sentence() -> None:
    from stratum_core.errors import unknown

    assert str(unknown("kind", "zzz", [f"kind{i}" for i in range(50)])).endswith("kind44 and 10 more.")
    assert str(unknown("kind", "zzz", ["a", "b"])) == "unknown kind 'zzz'. Known: a, b."


def test_without_a_display_the_window_says_what_to_do() -> None:
    start = pytest.importorskip("ui.start")
    assert "There is no display" in start.missing_display({}, "linux")
    assert "does not answer" in start.missing_display({"DISPLAY": ":4077"}, "linux")
    assert start.missing_display({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert start.missing_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == ""
    assert start.missing_display({}, "win32") == ""


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


def test_an_evacuation_with_the_outages_of_another_disaster_says_so(tmp_path: Path) -> None:
    run, out = tmp_path / "run.json", tmp_path / "left.json"
    assert main(["cascade", "sample", "--scenario", "flood", "--runs", "2", "--quiet", "--json", str(run)]) == 0
    for scenario, zone, warned in (("flood", "hazard", False), ("outage", "all", True)):
        assert main(["evacuate", "sample", "--scenario", scenario, "--run", str(page(run)["run"]), "--runs", "1", "--quiet",
                     "--horizon", "1h", "--set", f"evacuation.zone={zone}", "--json", str(out)]) == 0
        assert any("whose hazards are not those" in text for text in page(out)["warnings"]) == warned


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


def test_a_start_that_is_no_time_is_refused_before_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "when.toml"
    hazard = '[hazard]\nkind = "outage"\nassets = ["Station 03"]\n'
    scenario.write_text(f'schema = "stratum.scenario/1"\nstart = "yesterday"\n{hazard}', encoding="utf-8")
    assert main(["cascade", "sample", "--scenario", str(scenario), "--runs", "2", "--quiet"]) == 2
    assert "'yesterday' is no time" in capsys.readouterr().err


def test_a_ranking_refuses_what_it_does_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["critical", "sample", "--by", "learned", "--horizon", "48h"]) == 2
    assert "24 hours" in capsys.readouterr().err
    assert main(["train", "criticality", "--out", str(tmp_path / "net.bin")]) == 2
    assert ".onnx" in capsys.readouterr().err
    assert main(["train", "restoration", "--epochs", "3", "--out", str(tmp_path / "net.onnx")]) == 2
    assert "no epochs" in capsys.readouterr().err


def test_training_orders_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stratum_core.policy.restoration.learned.training.PACKAGES", ("nowhere_to_be_found",))
    assert main(["train", "restoration", "--out", str(tmp_path / "net.onnx")]) == 2
    assert "nowhere_to_be_found, which is not installed" in capsys.readouterr().err


def test_a_restoration_of_a_run_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", "sample", "--run", "ffff"]) == 2
    assert "run" in capsys.readouterr().err
