"""The session, its bus, its jobs and its undo, without a window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.bus import Bus, CityChanged, HourChanged, ResultChosen, RunEnded, RunProgressed, SelectionChanged
from app.jobs import Jobs
from app.notices import Notice
from app.session import Session
from stratum_core.errors import InputError, StratumError
from stratum_core.pipeline.projects import new_sample


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session(new_sample(tmp_path / "s.stratum"), Jobs(compute_threads=1), Bus())
    yield opened
    opened.close()
    assert not [t for t in threading.enumerate() if t.name.startswith(("data", "compute", "ensemble"))]


def heard(session: Session, kind: type[Any]) -> list[Any]:
    found: list[Any] = []
    session.bus.subscribe(kind, found.append)
    return found


def run_to_its_end(session: Session) -> None:
    done = threading.Event()
    ended = session.bus.subscribe(RunEnded, lambda _: done.set())
    session.run()
    assert done.wait(300)
    ended()


def test_a_run_is_computed_stored_and_shown(session: Session) -> None:
    progressed, chosen = heard(session, RunProgressed), heard(session, ResultChosen)
    session.question.choose("flood", "test", {"run.replicates": "50"})
    run_to_its_end(session)
    assert session.result is not None
    assert [event.run for event in chosen] == [session.result.run]
    assert progressed[-1].done == progressed[-1].total == 2
    assert [row.run for row in session.runs()] == [session.result.run]


def test_a_cancelled_run_stores_nothing(session: Session) -> None:
    notices = heard(session, Notice)
    session.question.choose("flood", "test", {"run.replicates": "100000"})
    session.bus.subscribe(RunProgressed, lambda event: session.cancel_run())
    run_to_its_end(session)
    assert session.result is None
    assert session.runs() == []
    assert notices[-1].severity == "note"
    assert not session.running


def test_an_edit_is_undone_and_redone_and_saved(session: Session) -> None:
    changed = heard(session, CityChanged)
    asset = str(session.city.assets.id[0])
    before = session.city.assets.equipment_height[0]
    session.edits.change("assets", asset, "equipment_height", 1.25, "test")
    assert session.city.assets.equipment_height[0] == 1.25
    assert session.edits.undo("test")
    assert session.city.assets.equipment_height[0] == before
    assert session.edits.redo("test")
    assert not session.edits.redo("test")
    session.jobs.wait_data()
    assert session.project.city().assets.equipment_height[0] == 1.25
    assert [event.initiator for event in changed] == ["test"] * 3


@pytest.mark.parametrize(
    ("id", "field", "value", "sentence"),
    [
        ("nowhere", "people", 3, "unknown row"),
        ("lv/bus/1", "peopl", 3, "Did you mean 'people'"),
        ("lv/bus/1", "people", -3, "outside 0"),
        ("lv/bus/1", "people", "many", "is no number"),
    ],
)
def test_a_bad_edit_changes_nothing(session: Session, id: str, field: str, value: object, sentence: str) -> None:
    city = session.city
    with pytest.raises(InputError, match=sentence):
        session.edits.change("assets", id, field, value, "test")
    assert session.city is city
    assert not session.edits.undo("test")


def test_selection_and_hour_speak_once_and_name_their_initiator(session: Session) -> None:
    selections, moments = heard(session, SelectionChanged), heard(session, HourChanged)
    session.select("lv/bus/1", "table")
    session.select("lv/bus/1", "scene")
    session.set_hour(3.0, "slider")
    assert [(event.asset, event.initiator) for event in selections] == [("lv/bus/1", "table")]
    assert [(event.hour, event.initiator) for event in moments] == [(3.0, "slider")]


def test_events_published_while_delivering_wait_their_turn() -> None:
    bus, order = Bus(), []
    bus.subscribe(
        SelectionChanged, lambda event: (order.append("first"), bus.publish(HourChanged(1.0, "x")), order.append("still first"))
    )
    bus.subscribe(HourChanged, lambda event: order.append("second"))
    bus.publish(SelectionChanged(None, "x"))
    assert order == ["first", "still first", "second"]


def test_a_fault_in_a_worker_reaches_the_person_as_a_sentence() -> None:
    jobs, failures, done = Jobs(compute_threads=1), [], threading.Event()

    def fail(error: StratumError) -> None:
        failures.append(error)
        done.set()

    def broken(*_: object) -> None:
        raise ZeroDivisionError("x / 0")

    jobs.compute(broken, lambda _: None, fail, lambda *_: None)
    assert done.wait(10)
    jobs.close()
    assert "ZeroDivisionError" in str(failures[0])


def test_a_briefing_of_the_shown_run_verifies(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.briefing_job import make_briefing
    from stratum_core.ledger import verify_document

    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    with pytest.raises(InputError, match="Press Answer first"):
        make_briefing(session, tmp_path / "out")
    session.question.choose("flood", "test", {"run.replicates": "50"})
    run_to_its_end(session)
    document = make_briefing(session, tmp_path / "out")
    assert verify_document(document.read_bytes(), document.with_suffix(".proof.json").read_bytes()).intact
    assert [row.entry().kind for row in session.project.ledger_rows()] == ["simulated", "briefed"]


def test_a_setting_is_changed_marked_and_put_back(session: Session) -> None:
    session.question.choose("flood", "test")
    before = session.scenario
    session.question.set("run.replicates", "40", "test")
    session.question.set("hazard.level_shift_m", "0.5", "test")
    edited = [setting.key for setting in session.question.all_settings() if setting.edited]
    assert edited == ["run.replicates", "hazard.level_shift_m"]
    assert session.scenario is not None
    assert session.scenario.spec.run.replicates == 40
    with pytest.raises(InputError, match="outside 1"):
        session.question.set("run.replicates", "0", "test")
    session.question.set("run.replicates", str(before.spec.run.replicates) if before else "", "test")
    assert [setting.key for setting in session.question.all_settings() if setting.edited] == ["hazard.level_shift_m"]
    session.question.reset("test")
    assert session.scenario == before
    shown = {setting.key: setting for setting in session.question.all_settings()}
    assert (shown["run.horizon_h"].unit, shown["run.horizon_h"].range) == ("h", "1 to 720")
    assert shown["hazard.frames"].fixed


def test_an_answer_to_other_settings_is_outdated_and_its_why_stays_that_of_the_run(session: Session) -> None:
    session.question.choose("flood", "test", {"run.replicates": "20"})
    run_to_its_end(session)
    assert not session.outdated
    session.question.set("hazard.level_shift_m", "-1", "test")
    assert session.outdated
    told: list[Any] = []
    done = threading.Event()
    session.explain("health/clinic", session.result.critical_paths[0].replicate if session.result else 0,
                    lambda steps: (told.append(steps), done.set()))
    assert done.wait(60)
    assert told[0]


def test_any_city_asks_a_question_from_what_is_selected(session: Session) -> None:
    session.question.new_outage("Station “3” aus, Łódź", ["Station 03", "Tank South"], "test")
    assert session.scenario is not None
    assert session.scenario.name == "Station “3” aus, Łódź"
    assert session.scenario.file.stem in session.question.names()
    for name, assets, fault in (("", ["Clinic"], "no name"), ("x", [], "names no component"), ("x", ["Clinik"], "unknown asset")):
        with pytest.raises(InputError, match=fault):
            session.question.new_outage(name, assets, "test")


def test_a_scenario_file_from_elsewhere_is_opened(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('schema = "stratum.scenario/1"\nname = "Mine"\n[hazard]\nkind = "outage"\nassets = ["Clinic"]\n')
    session.question.open(file, "test")
    assert "mine" in session.question.names()
    session.question.choose("flood", "test")
    session.question.choose("mine", "test")
    assert session.scenario is not None
    assert session.scenario.name == "Mine"


def test_the_projects_opened_last_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.recent import recent_projects, remember_project

    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    assert recent_projects() == []
    new_sample(tmp_path / "a.stratum").close()
    remember_project(str(tmp_path / "a.stratum"))
    remember_project("sample")
    remember_project(str(tmp_path / "gone.stratum"))
    assert recent_projects() == ["sample", str(tmp_path / "a.stratum")]
