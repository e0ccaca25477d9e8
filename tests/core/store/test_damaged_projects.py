"""A damaged project is one sentence that says what to do, without SQL and without links."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from stratum_core.model.city import City
from stratum_core.pipeline.projects import new_project


def overwritten(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[:20_000] = b"x" * min(20_000, len(data))
    file.write_bytes(bytes(data))


def overwritten_inside(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096:24_576] = b"x" * (min(24_576, len(data)) - 4096)
    file.write_bytes(bytes(data))


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def table_dropped(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE city_assets")


def properties_deleted(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM meta WHERE key != 'schema_version'")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    new_project(tmp_path / "p.stratum", City(name="p")).close()
    return tmp_path / "p.stratum"


@pytest.mark.parametrize("harm", [overwritten, overwritten_inside, truncated, table_dropped, properties_deleted])
@pytest.mark.parametrize("command", [["check"], ["graph", "critical"], ["ledger", "list"]], ids=lambda c: c[0])
def test_a_damaged_project_is_one_sentence(
    project: Path, harm: Callable[[Path], None], command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    harm(project / "project.sqlite")
    code = main([command[0], str(project), *command[1:]])
    if command[0] == "ledger" and code < 2:
        return  # what it reads is not harmed, or its count is gone
    said = capsys.readouterr().err
    assert code == 2, said
    assert "is damaged" in said
    assert not any(word in said for word in ("SELECT", "http", "Traceback", "sqlite3."))


def test_the_repair_names_the_backup(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "project.sqlite.backup-1").write_bytes((project / "project.sqlite").read_bytes())
    truncated(project / "project.sqlite")
    assert main(["check", str(project)]) == 2
    assert "Copy project.sqlite.backup-1 over project.sqlite" in capsys.readouterr().err


def test_damaged_columns_are_one_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "columns.duckdb").write_bytes(b"x" * 20_000)
    scenario = project.parent / "s.toml"
    scenario.write_text('schema = "stratum.scenario/1"\n[hazard]\nkind = "outage"\nassets = []\n[run]\nreplicates = 2\n')
    assert main(["cascade", str(project), "--scenario", str(scenario)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_project_that_cannot_be_made_leaves_no_folders(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "a/b/c", "--synthetic", "5"]) == 2
    assert not (tmp_path / "a").exists()
    assert main(["new", "/proc/x"]) == 2
    assert "cannot be made" in capsys.readouterr().err
