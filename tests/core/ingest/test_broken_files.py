"""Files with a row that is broken: no other row is lost, and none vanishes."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_cases import SENSORS, intake, stored, take

from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.mapping import Mapping, guess_mapping
from stratum_core.store.quarantine import refused
from stratum_core.store.text_records import csv_names

_FAR = 25_000  # behind the rows that a reader of CSV looks at before it begins


def _write(path, broken, at, count=_FAR + 100):
    times = np.datetime64("2025-11-01T00:00", "m") + np.arange(count)
    rows = [f"{time}:00Z,flow,{row % 40}" for row, time in enumerate(times)]
    rows[at] = broken
    path.write_bytes("\n".join(["time,sensor,value", *rows, ""]).encode("latin-1"))


@pytest.mark.parametrize("at", [9, _FAR])
@pytest.mark.parametrize("broken", [
    "2026-02-01T00:09:00Z,flow,1,2", "2026-02-01T00:09:00Z,flow", '2026-02-01T00:09:00Z,"flow,1',
    "2026-02-01T00:09:00Z,fl\xfcw,1", '"2026-02-01T00:09:00Z",flow,"1', "# a remark",
])
def test_one_broken_row_is_one_refused_record(tmp_path, broken, at):
    """Wherever it stands; its text and its place in the file are kept."""
    path = tmp_path / "load.csv"
    _write(path, broken, at)
    with intake(tmp_path) as door:
        arrivals = take(door, part="load", path=path, shape="csv", whole=True)
        assert sum(one.records for one in arrivals) == _FAR + 100
        assert len(stored(door)) == _FAR + 99
        held = refused(door.readings)
        assert [(one.record, one.raw) for one in held] == [(at, broken.replace("\xfc", "\ufffd"))]


def test_what_was_stored_before_a_broken_row_is_not_taken_again(tmp_path):
    """A window stores in small steps: the way that reads row by row goes on behind them."""
    path = tmp_path / "load.csv"
    _write(path, "2026-02-01T00:09:00Z,flow,1,2", 150_000, 150_100)
    with intake(tmp_path) as door:
        arrivals = list(door.take(Delivery("load", path=path, shape="csv", whole=True), 5_000))
        assert sum(one.records for one in arrivals) == 150_100
        assert [row[5] for row in stored(door)] == [*range(150_000), *range(150_001, 150_100)]


def test_two_stray_quotes_do_not_swallow_the_rows_between_them(tmp_path):
    """Though the text between them would be one well-formed cell."""
    path = tmp_path / "load.csv"
    _write(path, '2026-02-01T00:09:00Z,"flow,1', 9, 100)
    path.write_text(path.read_text().replace("00:50:00Z,flow,10", '00:50:00Z,flow","10"'))
    with intake(tmp_path) as door:
        take(door, part="load", path=path, shape="csv", whole=True)
        assert len(stored(door)) == 98
        assert [one.record for one in refused(door.readings)] == [9, 50]


def test_columns_without_a_name_or_with_the_same_are_no_hindrance(tmp_path):
    """As tables with a numbered index have them."""
    path = tmp_path / "load.csv"
    path.write_text(",time,sensor,value,Value\n0,2026-02-01T00:00:00Z,flow,1,7\n1,2026-02-01T00:01:00Z,flow,2,8\n")
    assert csv_names(path, ",") == ["column0", "time", "sensor", "value", "Value_1"]
    with intake(tmp_path) as door:
        scanner = door._scanner
        scanner._slow = None  # the fast way takes it
        take(door, part="load", path=path, shape="csv", whole=True)
        assert [row[2] for row in stored(door)] == [1.0, 2.0]


def test_a_cell_with_line_breaks_is_one_record_and_keeps_its_text(tmp_path):
    """A row may go on over some lines, if it then fits the header."""
    path = tmp_path / "notes.csv"
    path.write_text('time,sensor,value,note\n2026-02-01T00:00:00Z,flow,1,"pump\noff"\n2026-02-01T00:01:00Z,flow,x,"one\ntwo"\n'
                    "2026-02-01T00:02:00Z,flow,3,\n")
    with intake(tmp_path) as door:
        take(door, part="notes", path=path, shape="csv", whole=True)
        assert [row[2] for row in stored(door)] == [1.0, 3.0]
        assert [(one.record, one.raw) for one in refused(door.readings)] == [(1, '2026-02-01T00:01:00Z,flow,x,"one\ntwo"')]


_CELLS = [  # time, value, minutes after 2026-02-01T00:00Z at which it is stored; None: refused
    ("2026-02-01T00:05:00Z", "1", 5), ("2026-02-01T01:05:00 Europe/Berlin", "1", 5), ("2026-02-01T00:05:00 UTC", "1", 5),
    ("2026-01-31T19:05:00 Etc/GMT+5", "1", 5), ("2026-02-01 00:05", "1", 5), ("2026-02-01T02:05+0200", "1", 5),
    ("2026-02-01T00:05:00 CEST", "1", None), ("epoch", "1", None), ("infinity", "1", None), ("-infinity", "1", None),
    ("2026-02-01T00:05:00Z", "1_0", None), ("2026-02-01T00:05:00Z", "0x1A", None), ("2026-02-01T00:05:00Z", "true", None),
]


@pytest.mark.parametrize("shape", ["csv", "jsonl", "text", "parquet"])
@pytest.mark.parametrize(("time", "value", "minute"), _CELLS)
def test_times_and_numbers_mean_one_thing_or_are_refused(tmp_path, shape, time, value, minute):
    """In each shape alike: a zone that is named is kept, words are no time, SQL's own numbers are none."""
    path, text = tmp_path / f"load.{shape}", json.dumps({"time": time, "sensor": "flow", "value": value})
    if shape == "csv":
        path.write_text(f"time,sensor,value\n{time},flow,{value}\n2026-02-01T00:00:00Z,flow,2\n")
    elif shape == "jsonl":
        path.write_text(text + '\n{"time": "2026-02-01T00:00:00Z", "sensor": "flow", "value": 2}\n')
    elif shape == "parquet":
        pq.write_table(pa.table({"time": [time, "2026-02-01T00:00:00Z"], "sensor": ["flow"] * 2, "value": [value, "2"]}), path)
    with intake(tmp_path) as door:
        take(door, part="load", **({"texts": [text]} if shape == "text" else {"path": path, "shape": shape}))
        found = [row[1] for row in stored(door) if row[2] != 2]
        assert found == ([] if minute is None else [f"01 00:{minute:02d}"])


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_times_of_parquet_in_any_unit(tmp_path, unit, zone):
    """With a time zone they are moments, without one they are in the mapping's zone (UTC)."""
    path = tmp_path / "load.parquet"
    time = pa.array([np.datetime64("2026-02-01T00:05", "s")]).cast(pa.timestamp(unit, zone))
    pq.write_table(pa.table({"time": time, "sensor": ["flow"], "value": [1.0]}), path)
    with intake(tmp_path) as door:
        take(door, part="load", path=path, shape="parquet")
        assert [row[1] for row in stored(door)] == ["01 00:05"]


@pytest.mark.parametrize("shape", ["csv", "jsonl"])
def test_the_columns_of_a_file_with_a_broken_row_are_guessed(tmp_path, shape):
    """A guess needs the names, not each row."""
    path = tmp_path / f"load.{shape}"
    rows = [b"2026-02-01T00:09:00Z,flow,1,2", b'"', b"fl\xfcw,,"]
    if shape == "jsonl":
        rows = [b'{"time": "2026-02-01T00:09:00Z", "sensor": "fl\xfcw", "value": 1}', b"{", b"[]"]
    good = {"csv": b"2026-02-01T00:00:00Z,flow,2", "jsonl": b'{"time": "2026-02-01T00:00:00Z", "sensor": "flow", "value": 1}'}
    path.write_bytes(b"\n".join(([b"time,sensor,value"] if shape == "csv" else []) + [*rows, *[good[shape]] * 50]))
    assert guess_mapping(path, SENSORS) == Mapping()
