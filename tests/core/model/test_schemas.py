"""The committed JSON Schemas are those of the code, and real output fits them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from app.cli import main
from stratum_core.model.json_schema import schema_of
from stratum_core.model.results import CascadeResult
from stratum_core.resource_files import resource


def test_the_committed_schema_is_that_of_the_code() -> None:
    committed = json.loads(resource("schemas/cascade.schema.json").read_text(encoding="utf-8"))
    assert committed == schema_of(CascadeResult, "stratum.cascade/1")


def test_real_output_fits_its_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    out = tmp_path / "run.json"
    assert main(["cascade", "sample", "--scenario", "flood", "--runs", "25", "--quiet", "--json", str(out)]) == 0
    schema = json.loads(resource("schemas/cascade.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(out.read_text(encoding="utf-8")), schema)
