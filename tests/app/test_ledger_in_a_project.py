"""A changed byte of a project's ledger, a missing entry and a damaged run are found, and said in one sentence."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest

from app.cli import main
from stratum_core.model.city import City
from stratum_core.pipeline.projects import new_project


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three entries."""
    folder = tmp_path / "l1.stratum"
    new_project(folder, City(name="Łódź")).close()
    for n in range(3):
        assert main(["ledger", str(folder), "add", "--text", f"Stage pump {n}", "--author", "planner", "--quiet"]) == 0
    return folder


def sql(project: Path, statement: str, values: tuple[object, ...] = ()) -> None:
    with sqlite3.connect(project / "project.sqlite") as database:
        database.execute(statement, values)


def verdict(project: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What both commands say; they agree, and exit 1 exactly when it is not intact."""
    said = []
    for command in (["ledger", str(project), "verify"], ["verify", str(project)]):
        capsys.readouterr()
        code = main([*command, *more])
        said.append(capsys.readouterr().out.strip())
        assert code == said[-1].startswith("Not intact"), said[-1]
    assert said[0] == said[1]
    return said[0]


def test_a_ledger_as_written_is_intact(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict(project, capsys).startswith("Intact, and signed by the key")


def test_an_empty_ledger_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_project(tmp_path / "e.stratum", City(name="e")).close()
    assert verdict(tmp_path / "e.stratum", capsys).startswith("Nothing has been recorded in this ledger yet")


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE ledger SET hash = '00' WHERE sequence = 2", "Entry 2"),
        ("UPDATE ledger SET entry = entry || ' ' WHERE sequence = 3", "Entry 3"),
        ("UPDATE ledger SET entry = replace(entry, ',\"', ',\t\"') WHERE sequence = 1", "Entry 1"),
        ("DELETE FROM ledger WHERE sequence = 3", "2 entries where 3 were signed"),
        ("DELETE FROM ledger WHERE sequence = 2", "Entry 2"),
        ("DELETE FROM ledger", "0 entries where 3 were signed"),
        ("DELETE FROM meta WHERE key = 'ledger_head'", "signed count of its entries is gone"),
        ("UPDATE meta SET value = replace(value, '\"size\":3', '\"size\":2')", "signature does not match"),
        ("UPDATE meta SET value = '{}' WHERE key = 'ledger_head'", "cannot be read"),
    ],
)
def test_what_was_changed_is_found(project: Path, statement: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    sql(project, statement)
    assert problem in verdict(project, capsys)
    assert main(["ledger", str(project), "list"]) == 1
    assert "Warning: Not intact" in capsys.readouterr().out


def test_every_flipped_character_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(project / "project.sqlite") as database:
        text = database.execute("SELECT entry FROM ledger WHERE sequence = 2").fetchone()[0].encode()
    draw = random.Random(1)
    for at in draw.sample(range(len(text)), 150):
        changed = bytearray(text)
        changed[at] ^= 1 << draw.randrange(8)
        sql(project, "UPDATE ledger SET entry = CAST(? AS TEXT) WHERE sequence = 2", (bytes(changed),))
        capsys.readouterr()
        assert main(["ledger", str(project), "verify"]) == 1, changed
        assert capsys.readouterr().out.startswith("Not intact: Entry 2")


def test_nothing_is_added_to_a_broken_ledger(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql(project, "DELETE FROM ledger WHERE sequence = 3")
    assert main(["ledger", str(project), "add", "--text", "more"]) == 2
    assert "the ledger is not intact" in capsys.readouterr().err


def test_an_older_head_put_back_is_found_by_a_checkpoint(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(project / "project.sqlite") as database:
        head = database.execute("SELECT value FROM meta WHERE key = 'ledger_head'").fetchone()[0]
    assert main(["ledger", str(project), "add", "--text", "Reject it", "--quiet"]) == 0
    file, line = tmp_path / "point.json", tmp_path / "point.txt"
    assert main(["ledger", str(project), "checkpoint", "--json", str(file)]) == 0
    line.write_text(capsys.readouterr().out.splitlines()[0])
    for kept in (str(file), str(line), line.read_text()):
        assert verdict(project, capsys, "--checkpoint", kept).startswith("Intact")
    sql(project, "DELETE FROM ledger WHERE sequence = 4")
    sql(project, "UPDATE meta SET value = ? WHERE key = 'ledger_head'", (head,))
    assert verdict(project, capsys).startswith("Intact")  # nothing in the project can tell
    for kept in (str(file), str(line), line.read_text(), line.read_text().split(", key")[0]):
        assert "counts 4; entries were deleted" in verdict(project, capsys, "--checkpoint", kept)
    assert main(["verify", str(project), "--checkpoint", "nonsense"]) == 2


def test_a_ledger_of_an_older_program_says_that_its_count_is_not_signed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(project / "project.sqlite") as database:
        for sequence, text in database.execute("SELECT sequence, entry FROM ledger").fetchall():
            database.execute("UPDATE ledger SET entry = ? WHERE sequence = ?", (json.dumps(json.loads(text)), sequence))
        database.execute("DELETE FROM meta WHERE key = 'ledger_head'")
        database.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
    said = verdict(project, capsys)
    assert said.startswith("Intact")
    assert "was not signed before" in said
    assert main(["ledger", str(project), "add", "--text", "next", "--quiet"]) == 0
    assert "was not signed" not in verdict(project, capsys)


@pytest.fixture
def with_run(tmp_path: Path) -> tuple[Path, str]:
    """A city of one bus with a run that an entry names; (folder, run)."""
    from stratum_core.model import Assets

    folder, scenario = tmp_path / "r.stratum", tmp_path / "out.toml"
    new_project(folder, City(name="r", assets=Assets(
        id=["g", "b"], sector=["power"] * 2, kind=["external_grid", "bus"], node=["b", ""], x=[0.0, 1.0], y=[0.0, 0.0],
        voltage=[float("nan"), 400.0]))).close()
    hazard = '[hazard]\nkind = "outage"\nassets = ["b"]\n[run]\nreplicates = 4\n'
    scenario.write_text(f'schema = "stratum.scenario/1"\nname = "out"\n{hazard}')
    assert main(["cascade", str(folder), "--scenario", str(scenario), "--quiet", "--json", str(tmp_path / "run.json")]) == 0
    run = str(json.loads((tmp_path / "run.json").read_text())["run"])
    assert main(["ledger", str(folder), "add", "--text", "Rests on a run", "--run", run[:5], "--quiet"]) == 0
    return folder, run


def test_a_run_that_an_entry_names_is_digested_again(with_run: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    folder, run = with_run
    assert verdict(folder, capsys).startswith("Intact")
    with sqlite3.connect(folder / "project.sqlite") as database:
        page, digest = database.execute("SELECT page, digest FROM runs").fetchone()
    damaged = bytearray(page)
    damaged[len(damaged) // 2] ^= 4
    for column, value, before in (("page", bytes(damaged), page), ("digest", "0" * 64, digest)):
        sql(folder, f"UPDATE runs SET {column} = ?", (value,))
        assert f"the run {run} that it names was changed" in verdict(folder, capsys)
        sql(folder, f"UPDATE runs SET {column} = ?", (before,))
    assert verdict(folder, capsys).startswith("Intact")
    sql(folder, "DELETE FROM runs")
    assert "is not in the project any more" in verdict(folder, capsys)


def test_a_changed_column_of_a_run_is_found(with_run: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    import duckdb

    folder, run = with_run
    with duckdb.connect(str(folder / "columns.duckdb")) as database:
        database.execute("UPDATE damage SET money = 1 WHERE replicate = 2")
    assert f"the run {run} that it names was changed" in verdict(folder, capsys)


def test_a_damaged_run_is_one_sentence_in_why(with_run: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    folder, run = with_run
    sql(folder, "UPDATE runs SET page = ?", (b"no page",))
    assert main(["why", str(folder), "--run", run, "--asset", "b"]) == 2
    assert "is damaged" in capsys.readouterr().err


def test_only_a_key_that_was_given_is_known(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(project), "--key", "deadbeef"]) == 2
    assert "is no key" in capsys.readouterr().err
    said = verdict(project, capsys, "--key", "deadbeefdeadbeef")
    assert said.startswith("Intact, but signed by the key")
    own = said.split("the key ")[1][:16]
    assert verdict(project, capsys, "--key", own).endswith("which you know.")


def test_verify_finds_a_project_as_the_other_commands_do(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.parent)
    assert verdict(Path("l1"), capsys).startswith("Intact")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "--text", " "], "says nothing"),
        (["approve", "9"], "no earlier entry 9"),
        (["approve", "2"], "was approved by entry 4"),
        (["approve", "4"], "cannot be approved"),
        (["outcome", "1"], "says nothing"),
    ],
)
def test_entries_that_make_no_sense_are_refused(
    project: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledger", str(project), "approve", "2", "--quiet"]) == 0
    assert main(["ledger", str(project), *arguments]) == 2
    assert sentence in capsys.readouterr().err
