"""estimate, alerts and a run from now on a small waterworks whose tank drains: pages, sentences, and what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import numpy as np
import pytest
from cascade_cities import waterworks

from app.cli import main
from stratum_core.model import City
from stratum_core.model.tables import Sensors
from stratum_core.pipeline.projects import new_project
from stratum_core.resource_files import resource
from stratum_core.store.project import Project

START, STEP_S, NOISE = 1_770_000_000, 600, 0.02
SCENARIO = 'schema = "stratum.scenario/1"\nname = "out"\n[hazard]\nkind = "outage"\nassets = ["clinic"]\nlasts_h = 1\n'


def town() -> City:
    """The waterworks with a level gauge of 0 to 4 m on its tank, and whether its power line is up."""
    return replace(waterworks(), sensors=Sensors(
        id=["gauge", "line is up"], component=["tank", "line"], quantity=["level", "status"], unit=["m", "1"], noise=[NOISE, 0.0],
        low=[0.0, 0.0], high=[4.0, 1.0], interval=[STEP_S, STEP_S]))


def time(step: int) -> str:
    return f"{datetime.fromtimestamp(START + STEP_S * step, UTC):%Y-%m-%dT%H:%M:%SZ}"


def take(folder: Path, level: np.ndarray, first: int = 0) -> None:
    """Readings of both sensors, one each ten minutes from step ``first`` on."""
    file = folder.with_name(f"from-{first}.csv")
    rows = [f"{time(first + i)},{row}\n" for i, value in enumerate(level) for row in (f"gauge,{value:.4f}", "line is up,0")]
    file.write_text("time,sensor,value\n" + "".join(rows), encoding="utf-8")
    assert main(["replay", str(folder), "--readings", str(file), "--quiet"]) == 0


def course(start: float, end: float, steps: int) -> np.ndarray:
    return np.linspace(start, end, steps) + np.random.default_rng(steps).normal(0, NOISE, steps)


@pytest.fixture
def works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the town after a day in which the tank falls from 3.6 to 1.2 m, without its line."""
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    folder = tmp_path / "works.stratum"
    new_project(folder, town()).close()
    take(folder, course(3.6, 1.2, 144))
    return folder


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    """Run a command, check its page against the committed schema, return exit code and page."""
    out = tmp_path / "page.json"

    def run(name: str, *arguments: str) -> tuple[int, Any]:
        code = main([*arguments, "--quiet", "--json", str(out)])
        page = json.loads(out.read_text(encoding="utf-8"))
        assert page["schema"] == f"stratum.{name}/1"
        jsonschema.validate(page, json.loads(resource(f"schemas/{name}.schema.json").read_text(encoding="utf-8")))
        return code, page

    return run


def test_the_state_of_the_sensors_with_what_comes(works: Path, ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, page = ask("situation", "estimate", str(works))
    gauge, line = page["sensors"]
    assert (code, page["at"], gauge["time"], gauge["age_h"]) == (0, time(143), time(143), 0)
    assert gauge["estimate"] == pytest.approx(1.2, abs=4 * gauge["sd"])
    assert gauge["model"] == "local_trend"
    assert gauge["consistency"]["consistent"]
    assert [ahead["hours"] for ahead in gauge["forecast"]] == [1, 3, 6, 12]
    assert gauge["forecast"][2]["mean"] == pytest.approx(1.2 - 6 * 2.4 / 23.83, abs=0.1)
    empty = next(one for one in gauge["crossings"] if one["rule"] == "storage runs empty")
    assert empty["threshold"] == pytest.approx(0.2)
    assert empty["p10"] < empty["p50"] < empty["p90"]
    assert "80\u202f% between" in empty["text"]
    assert gauge["faults"] == []
    assert (line["model"], line["estimate"], line["sd"], line["forecast"]) == ("status", 0, 0, [])
    assert sum(page["observability"].values()) == pytest.approx(1)
    assert main(["estimate", str(works), "--sensor", "gauge"]) == 0
    told = capsys.readouterr().out
    assert "tank, level: 1.2" in told
    assert "below 0.2 m at " in told
    assert "Nothing speaks against the model." in told


def test_what_was_known_earlier_uses_nothing_later(works: Path, ask: Any) -> None:
    page = ask("situation", "estimate", str(works), "--at", time(72), "--sensor", "gauge")[1]
    (gauge,) = page["sensors"]
    assert (page["at"], gauge["time"]) == (time(72), time(72))
    assert gauge["estimate"] == pytest.approx(3.6 - 72 * 2.4 / 143, abs=4 * gauge["sd"])
    later = ask("situation", "estimate", str(works), "--at", time(144 + 36), "--sensor", "gauge")[1]["sensors"][0]
    assert later["age_h"] == pytest.approx(37 / 6)
    assert later["sd"] > gauge["sd"]


def test_a_stuck_gauge_is_told_with_its_threshold(works: Path, ask: Any) -> None:
    take(works, np.full(30, 1.2), first=144)
    page = ask("situation", "estimate", str(works), "--sensor", "gauge")[1]
    fault = next(one for one in page["sensors"][0]["faults"] if one["kind"] == "stuck")
    assert (fault["first"], fault["last"]) == (time(144), time(173))
    assert fault["measure"] == 30 > fault["threshold"]
    assert page["fault_tests"]["false_alarms"] == 0.01


def test_a_run_from_now_is_the_same_on_any_threads_and_explained(
    works: Path, tmp_path: Path, ask: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "out.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    run = ["cascade", str(works), "--scenario", str(scenario), "--runs", "40"]
    one, two, again = (ask("cascade", *run, "--from-now", "--threads", n)[1] for n in ("1", "2", "1"))
    assert one["digest"] == two["digest"] == again["digest"]
    plain = ask("cascade", *run)[1]
    assert plain["digest"] != one["digest"]
    then = ask("cascade", *run, "--from-now", time(143))[1]
    assert then["digest"] == one["digest"]
    assert ask("cascade", *run, "--from-now", time(72))[1]["digest"] != one["digest"]
    why = ask("why", "why", str(works), "--run", one["run"], "--asset", "tap")[1]
    assert why["steps"][0]["asset"] == "line"
    assert why["steps"][-1]["t_h"] == pytest.approx(0.3 * 10, abs=0.3)  # 30 % of 36 m3 at 1 l/s
    assert main([*run, "--from-now"]) == 0
    told = capsys.readouterr().out
    assert f"It begins with what readings said at {time(143).replace('Z', '+00:00')}:" in told
    assert "tank is 30\u202f% full (standard deviation below 1\u202f%)." in told
    assert "1 component reported out: line." in told


def test_an_alert_is_raised_kept_taken_on_and_ended_once(works: Path, ask: Any) -> None:
    code, page = ask("alerts", "alerts", str(works))
    (alert,) = page["open"]
    assert (code, page["moved"], alert["rule"], alert["severity"]) == (1, page["open"], "storage runs empty", "Severe")
    assert (alert["lifeline"], alert["about"], alert["raised"]) == ("Water Systems", "tank, level", time(143))
    assert ask("alerts", "alerts", str(works), "list")[1]["moved"] == []  # the same one, after opening the project anew
    ask("alerts", "alerts", str(works), "acknowledge", alert["id"][:9], "--by", "Ada")
    assert main(["alerts", str(works), "acknowledge", alert["id"][:9], "--by", "Bob"]) == 2
    (taken,) = ask("alerts", "alerts", str(works))[1]["open"]
    assert (taken["id"], taken["acknowledged_by"], taken["acknowledged"]) == (alert["id"], "Ada", time(143))
    take(works, course(1.2, 0.8, 24), first=144)  # four hours later: taken on, so that nothing escalates
    assert [one["severity"] for one in ask("alerts", "alerts", str(works))[1]["open"] if one["id"] == alert["id"]] == ["Severe"]
    take(works, course(0.8, 3.6, 60), first=168)
    page = ask("alerts", "alerts", str(works))[1]
    assert alert["id"] in {one["id"] for one in page["moved"] if one["ended"]}
    code, page = ask("alerts", "alerts", str(works))
    assert (code, page["open"], page["moved"]) == (0, [], [])
    with Project(works) as project:
        assert next(row for row in project.alerts() if row["id"] == alert["id"])["acknowledged_by"] == "Ada"


def test_nobody_takes_it_on_so_it_escalates(works: Path, ask: Any) -> None:
    ask("alerts", "alerts", str(works))
    take(works, course(1.2, 1.0, 13), first=144)  # 2 h and 10 min
    alert = ask("alerts", "alerts", str(works))[1]["open"][0]
    assert (alert["rule"], alert["severity"], alert["escalated"]) == ("storage runs empty", "Extreme", time(156))


@pytest.mark.parametrize(("hours", "raised"), [(0.5, ["low"]), (3, [])])
def test_a_rule_that_has_to_hold_sees_the_hours_before(works: Path, ask: Any, hours: float, raised: list[str]) -> None:
    (works / "alerts.toml").write_text(  # below 1.3 m for one hour
        f'[[rule]]\nname = "low"\nwatches = "estimate"\nseverity = "Minor"\nquantity = "level"\nbelow = 1.3\nfor_h = {hours}\n',
        encoding="utf-8")
    assert [one["rule"] for one in ask("alerts", "alerts", str(works))[1]["open"]] == raised


def test_a_draft_is_cap_and_never_actual(works: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "draft.xml"
    assert main(["alerts", str(works), "draft", "storage runs empty", "--by", "Ada", "--out", str(out), "--exercise"]) == 1
    cap = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
    root = ElementTree.fromstring(out.read_bytes())
    assert [root.findtext(name, namespaces=cap) for name in ("c:status", "c:info/c:severity", "c:sender")] == [
        "Exercise", "Severe", "ada@works.invalid"]
    assert "Complete it before anybody issues it" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["estimate"], "takes a project, a series or inspections"),
    (["estimate", "{}", "--series", "x.csv"], "takes a project, a series or inspections"),
    (["estimate", "--series", "x.csv", "--at", "2026-01-01"], "Leave --at, --as-of, --sensor and --pressures out"),
    (["estimate", "{}", "--threshold", "1"], "belong to a series"),
    (["estimate", "{}", "--sensor", "gaug"], "Did you mean 'gauge'?"),
    (["estimate", "{}", "--at", "noon"], "'noon' is no time"),
    (["estimate", "{}", "--at", "2020-01-01"], "no readings up to 2020-01-01 00:00Z"),
    (["alerts", "{}", "acknowledge"], "needs the id of an alert"),
    (["alerts", "{}", "draft", "x"], "'draft' needs a file"),
    (["alerts", "{}", "acknowledge", "nothing"], "'nothing' is no open alert"),
    (["cascade", "{}", "--scenario", "storm", "--from-now", "2020-01-01"], "no readings up to 2020-01-01"),
])
def test_bad_input_is_one_sentence(works: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([one.format(works) for one in arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_a_city_without_sensors_or_readings_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    for city, sentence in ((waterworks(), "no sensors"), (town(), "no readings")):
        folder = tmp_path / f"{sentence[3:]}.stratum"
        new_project(folder, city).close()
        for command in ("estimate", "alerts"):
            assert main([command, str(folder)]) == 2
            assert sentence in capsys.readouterr().err
