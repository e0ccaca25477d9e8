"""Edges from the command line: added, corrected, taken from a sheet, asked for as of a day; and the graph written to files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import networkx
import pyogrio
import pytest
from openpyxl import load_workbook

from app.cli import main


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATUM_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def page(folder: Path, *arguments: str) -> dict:
    out = folder / "page.json"
    assert main([*arguments, "--quiet", "--json", str(out)]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def edges(folder: Path, *arguments: str) -> dict[str, dict]:
    return {row["id"]: row for row in page(folder, "edge", "sample", "list", *arguments)["dependencies"]}


def test_a_correction_is_signed_kept_and_can_be_looked_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = "need/water/source/south/power"
    before = edges(tmp_path)[id]
    assert main(["edge", "sample", "change", "--id", id, "--set", "confidence=0.95", "--set", "strength_low=0.8", "--author",
                 "B. Engineer", "--reason", "walked the site"]) == 0
    assert "confidence 0.5 -> 0.95" in capsys.readouterr().out
    now = edges(tmp_path)[id]
    assert (now["confidence"], now["strength_low"], now["author"]) == (0.95, 0.8, "B. Engineer")
    assert edges(tmp_path, "--as-of", "2020-01-01")[id] == before
    (recorded,) = page(tmp_path, "edge", "sample", "history", "--id", id)["changes"]
    assert (recorded["author"], recorded["reason"], recorded["change"]["before"]) == ("B. Engineer", "walked the site", before)
    assert set(edges(tmp_path, "--filter", "confidence > 0.9 and service = power")) == {id}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_sheet_comes_back_with_what_people_changed(tmp_path: Path, suffix: str) -> None:
    sheet = tmp_path / f"sheet.{suffix}"
    assert main(["export", "sample", "--to", str(sheet), "--quiet"]) == 0
    untouched = page(tmp_path, "edge", "sample", "take", "--from", str(sheet), "--dry-run")
    assert untouched["changes"] == []
    id = "need/water/pump/south/power"
    said = {"csv": (0.7, "C. Operator"), "xlsx": (0.75, "D. Warden")}[suffix]
    _fill_in(sheet, id, confidence=said[0], author=said[1])
    taken = page(tmp_path, "edge", "sample", "take", "--from", str(sheet))["changes"]
    assert [change["id"] for change in taken] == [id]
    assert (taken[0]["after"]["confidence"], taken[0]["after"]["author"]) == said


def _fill_in(sheet: Path, id: str, **values: object) -> None:
    if sheet.suffix == ".xlsx":
        book = load_workbook(sheet)
        header = [cell.value for cell in book["dependencies"][1]]
        row = next(row for row in book["dependencies"].iter_rows(min_row=2) if row[0].value == id)
        for name, value in values.items():
            row[header.index(name)].value = value
        assert book["questions"].max_row > 2
        book.save(sheet)
        return
    rows = list(csv.DictReader(sheet.open(encoding="utf-8")))
    next(row for row in rows if row["id"] == id).update(values)
    with sheet.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_a_stale_sheet_reverts_nothing_and_a_conflict_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id, sheet = "need/water/source/north/power", tmp_path / "stale.csv"
    assert main(["export", "sample", "--to", str(sheet), "--quiet"]) == 0
    assert main(["edge", "sample", "change", "--id", id, "--set", "confidence=0.33", "--author", "Zoe", "--quiet"]) == 0
    assert page(tmp_path, "edge", "sample", "take", "--from", str(sheet), "--author", "Yan")["changes"] == []
    assert edges(tmp_path)[id]["confidence"] == 0.33
    _fill_in(sheet, id, confidence=0.8)
    assert main(["edge", "sample", "take", "--from", str(sheet), "--author", "Yan"]) == 2
    assert "was changed to 0.33 since the sheet was exported" in capsys.readouterr().err
    _fill_in(sheet, id, confidence=0.5, note="seen")
    taken = page(tmp_path, "edge", "sample", "take", "--from", str(sheet), "--author", "Yan")["changes"]
    assert (taken[0]["after"]["confidence"], taken[0]["after"]["note"], taken[0]["after"]["author"]) == (0.33, "seen", "Yan")


@pytest.mark.parametrize("arguments", [
    ["change", "--id", "need/water/source/north/power", "--set", "author=Bob"], ["add", "--set", "date=x"],
    ["change", "--id", "need/water/source/north/power", "--set", "strength="], ["change", "--set", "foo"],
])
def test_what_cannot_be_set_is_refused_in_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edge", "sample", *arguments]) == 2
    assert capsys.readouterr().err.strip().endswith(".")


def test_a_bad_row_of_a_sheet_is_named_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = edges(tmp_path)
    sheet = tmp_path / "bad.csv"
    sheet.write_text("dependent,supplier,service,confidence\nClinic,Station 03,power,0.9\nClinic,nowhere,power,0.9\n"
                     "Clinic,Station 03,power,7\n")
    assert main(["edge", "sample", "take", "--from", str(sheet)]) == 2
    said = capsys.readouterr().err
    assert "2 bad rows, nothing was written" in said
    assert "row 3" in said
    assert "outside 0 to 1" in said
    assert edges(tmp_path) == before


def test_an_exported_edge_list_can_be_imported_elsewhere(tmp_path: Path) -> None:
    out = tmp_path / "edges.csv"
    assert main(["export", "sample", "--to", str(out), "--quiet"]) == 0
    assert main(["import", str(out), "--into", "sample", "--as", "again", "--provenance", "derived", "--quiet"]) == 0
    again = [row for id, row in edges(tmp_path).items() if id.startswith("again/")]
    assert len(again) == len(list(csv.DictReader(out.open(encoding="utf-8"))))
    assert {row["refill"] for row in again} >= {"inf"}


def test_the_graph_is_written_for_other_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graphml, gpkg = tmp_path / "city.graphml", tmp_path / "city.gpkg"
    assert main(["export", "sample", "--to", str(graphml), "--quiet"]) == 0
    graph = networkx.read_graphml(graphml, force_multigraph=True)
    assert graph.nodes["health/clinic"]["kind"] == "clinic"
    assert any(data["relation"] == "power" for _, _, data in graph.in_edges("health/clinic", data=True))
    assert main(["export", "sample", "--to", str(gpkg), "--quiet"]) == 0
    assert {layer for layer, _ in pyogrio.list_layers(gpkg)} == {"nodes", "links", "dependencies"}
    assert main(["export", "sample", "--to", str(tmp_path / "city.docx")]) == 2
    assert "unknown format 'docx'" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city.gpkg", "city.graphml"]


@pytest.mark.parametrize("query", [
    ["paths", "--asset", "Station 03", "--to", "Clinic", "--top", "2"], ["rank", "--by", "degree", "--top", "2"], ["loops"],
    ["mincut", "--to", "service/power"], ["common-cause"], ["infer"], ["questions", "--top", "3"],
    ["ego", "--asset", "Clinic", "--hops", "1", "--layer", "physical"], ["subgraph", "--filter", "kind = mast"],
])
def test_queries_answer_in_words_and_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str], query: list[str]) -> None:
    assert main(["graph", "sample", *query, "--json", str(tmp_path / "page.json")]) == 0
    assert capsys.readouterr().out.strip()
    assert json.loads((tmp_path / "page.json").read_text())["schema"].startswith("stratum.graph_")
