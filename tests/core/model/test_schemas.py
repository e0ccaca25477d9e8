"""The committed JSON Schemas are those of the code, and real output fits them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.cli import main
from app.cli.pages import schemas
from stratum_core.resource_files import resource


def committed(name: str) -> Any:
    return json.loads(resource(f"schemas/{name}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", schemas())
def test_the_committed_schema_is_that_of_the_code(name: str) -> None:
    assert committed(name) == schemas()[name]
    jsonschema.Draft202012Validator.check_schema(committed(name))


def test_real_output_fits_its_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    out = tmp_path / "page.json"

    def fits(name: str, *arguments: str) -> Any:
        assert main([*arguments, "--quiet", "--json", str(out)]) == 0, arguments
        page = json.loads(out.read_text(encoding="utf-8"))
        assert page["schema"] == f"stratum.{name}/1"
        jsonschema.validate(page, committed(name))
        return page

    run = fits("cascade", "cascade", "sample", "--scenario", "flood", "--runs", "25")["run"]
    fits("evacuation", "evacuate", "sample", "--scenario", "flood", "--runs", "2", "--run", run[:4])
    fits("restoration", "restore", "sample", "--run", run[:4], "--runs", "3", "--crews", "1")
    plan = "buses:evacuation.fleet=bus:3,ambulance:2"
    page = fits("evacuation_comparison", "evacuate", "sample", "--scenario", "flood", "--runs", "4", "--plan", plan)
    assert page["variants"][1]["stranded_change"]["ci95"][1] < 0  # buses leave fewer behind, on the same replicates
    page = fits("economics", "economics", "sample", "--run", run[:4], "--deductible", "1e6", "--limit", "2e6")
    assert {one["by"] for one in page["borne"]} == {"sector", "use", "quarter"}
    why = fits("why", "why", "sample", "--run", run[:4], "--asset", "Tank South")
    assert why["run"] == run
    fits("why_least", "why", "sample", "--run", run[:4], "--asset", "Tank South", "--least")
    fits("what_if", "whatif", "sample", "--scenario", "flood", "--runs", "25", "--protect", "Station 03")
    fits("sensitivity", "sensitivity", "sample", "--scenario", "outage", "--runs", "5")
    fits("consequence", "critical", "sample", "--horizon", "2h", "--top", "3")
    series = tmp_path / "series.csv"
    series.write_text("time,value\n" + "".join(f"{t},{'' if t == 7 else 0.1 * t + (t % 3)}\n" for t in range(40)))
    fits("estimate", "estimate", "--series", str(series), "--model", "local_trend", "--threshold", "9")
    table = tmp_path / "table.csv"
    table.write_text("time,a,b,event\n" + "".join(f"{t},{t % 7},{(t * t) % 11},{int(t in (90, 91))}\n" for t in range(200)))
    fits("detect", "detect", "--train", str(table), "--score", str(table), "--labels", "event")
    metro = str(tmp_path / "metro")
    assert main(["new", metro, "--synthetic", "400", "--quiet"]) == 0
    fits("ranking", "critical", metro, "--by", "learned", "--top", "3")
    fits("ranking", "critical", metro, "--by", "structure", "--top", "3")
    fits("place", "critical", metro, "--explain", "Station/1")
    fits("check", "check", "sample")
    fits("entry", "ledger", "sample", "add", "--text", "Stage a pump", "--run", run)
    fits("ledger", "ledger", "sample", "list")
    fits("checkpoint", "ledger", "sample", "checkpoint")
    fits("verify", "ledger", "sample", "verify")
    fits("verify", "verify", "sample")
    for query, asked in (("impact", ["--asset", "Clinic"]), ("requires", ["--asset", "Clinic"]), ("critical", ["--top", "3"]),
                         ("path", ["--asset", "Station 03", "--to", "Clinic"]), ("cuts", []), ("ego", ["--asset", "Clinic"])):
        fits(f"graph_{query}", "graph", "sample", query, *asked)
