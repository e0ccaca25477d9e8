"""listen, replay and readings: what they store, what they say, and pages that fit their schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.cli import main
from stratum_core.resource_files import resource

RECORDING = resource("sample/recording/readings.parquet")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


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


def test_the_samples_recording_is_taken_but_for_its_spike(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, page = ask("listening", "replay", "sample", "--readings", str(RECORDING))
    assert (code, page["stored"], page["quarantined"]) == (1, 43151, 1)
    code, page = ask("readings_quarantine", "readings", "sample", "quarantine")
    assert (code, page["rules"]) == (1, {"impossible rate": 1})
    assert json.loads(page["records"][0]["raw"]) == {"time": "2026-06-02 06:00:00", "value": 2.092, "sensor": "Tank South level"}
    assert ask("readings_decided", "readings", "sample", "discard", "--author", "Ada")[1]["discarded"] == 1
    assert ask("readings_quarantine", "readings", "sample", "quarantine")[0] == 0
    code, page = ask("readings_summary", "readings", "sample", "summary")
    assert (page["sensors"], page["readings"], page["first"], page["last"]) == (
        50, 43151, "2026-06-01T00:00:00Z", "2026-06-03T23:55:00Z")
    page = ask("readings_latest", "readings", "sample", "latest", "--as-of", "2026-01-01T00:00")[1]
    assert {one["value"] for one in page["sensors"]} == {None}
    page = ask("readings_lineage", "readings", "sample", "lineage", "--sensor", "Station 05 load", "--top", "2")[1]
    assert page["readings"][0]["source"] == "replay"
    assert page["readings"][0]["part"].startswith("readings.parquet (")
    code, page = ask("listening", "replay", "sample", "--readings", str(RECORDING))
    assert (code, page["stored"], page["duplicates"]) == (0, 0, 0)
    code, page = ask("listening", "listen", "sample", "--for", "2")
    assert (code, page["sources"][0]["name"], page["stored"]) == (0, "recording", 0)
    assert page["duplicates"] > 0
    assert capsys.readouterr().out == ""


def test_an_officers_report_from_the_command_line(ask: Any, capsys: pytest.CaptureFixture[str]) -> None:
    report = ["readings", "sample", "report", "--sensor", "Tank North level", "--author", "Kurz"]
    page = ask("readings_latest", *report, "--value", "3.1", "--note", "gauge")[1]
    row = next(one for one in page["sensors"] if one["name"] == "Tank North level")
    assert (row["value"], row["quality"]) == (3.1, 2)
    assert main([*report, "--value", "31"]) == 2
    said = capsys.readouterr().err
    assert "31 is outside 0 to 5 m" in said
    assert "--vouch" in said
    assert main([*report, "--value", "nan"]) == 2
    said = capsys.readouterr().err
    assert "Correct it" in said
    assert "--vouch" not in said


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["replay", "sample", "--readings", "/nothing.csv"], "no such file"),
    (["replay", "sample", "--readings", str(RECORDING), "--speed", "-1"], "is not possible"),
    (["listen", "sample", "--source", "recordin"], "Did you mean 'recording'?"),
    (["readings", "sample", "lineage"], "needs a sensor"),
    (["readings", "sample", "lineage", "--sensor", "Tank Suoth level"], "Did you mean 'Tank South level'?"),
    (["readings", "sample", "report", "--sensor", "Tank South level"], "needs a sensor and a value"),
    (["readings", "sample", "forget"], "needs a number of days"),
    (["readings", "sample", "guess"], "needs a file"),
])
def test_bad_input_is_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
