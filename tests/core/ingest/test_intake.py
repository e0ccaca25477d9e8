"""Readings are stored once each, refused ones with their reason, by whichever way they come."""

import csv
import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_cases import HOSTILE, NOW, SENSORS, intake, stored, take, texts

from stratum_core.errors import InputError
from stratum_core.ingest.release import discard, release
from stratum_core.model.readings import LATE, TAKEN_BY_HAND
from stratum_core.store.quarantine import reasons, refused
from stratum_core.store.rollups import forget_before, roll_up, rolled

EXPECTED = {(row, rule) for row, (*_, rule) in enumerate(HOSTILE) if rule not in ("", "same")}
KEPT = [row for row, (*_, rule) in enumerate(HOSTILE) if rule == ""]


def _file(folder, suffix):
    path = folder / f"readings{suffix}"
    rows = [row[:3] for row in HOSTILE]
    if suffix == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows([("time", "sensor", "value"), *rows])
        path.write_text(text.getvalue())
    elif suffix == ".jsonl":
        path.write_text("\n".join(texts(HOSTILE)) + "\n")
    else:
        pq.write_table(pa.table(dict(zip(("time", "sensor", "value"), map(list, zip(*rows, strict=True)), strict=True))), path)
    return path


@pytest.mark.parametrize("way", ["texts", "one by one", ".csv", ".jsonl", ".parquet"])
def test_every_way_gives_the_same_verdicts(tmp_path, way):
    door = intake(tmp_path)
    if way == "texts":
        take(door, part="p", texts=texts(HOSTILE))
    elif way == "one by one":
        for text in texts(HOSTILE):
            take(door, part="p", texts=[text])
    else:
        take(door, part="p", path=_file(tmp_path, way), shape=way[1:])
    assert {(one.record, one.rule) for one in refused(door.readings)} == EXPECTED
    assert sorted(record for *_, record in stored(door)) == KEPT
    part = door.readings.parts()[0]
    assert (part.records, part.stored, part.duplicates) == (len(HOSTILE), len(KEPT), 3)
    assert part.records == part.stored + part.duplicates + part.refused
    late = [(time, quality) for _, time, _, quality, _, _ in stored(door) if quality]
    assert late == [("01 02:30", LATE)]


def test_the_reasons_are_plain_words(tmp_path):
    door = intake(tmp_path)
    take(door, part="p", texts=texts(HOSTILE))
    told = {one.record: one.reason for one in refused(door.readings)}
    assert told[4] == "6.5 is outside 0 to 6 m"
    assert told[3] == "3.6 conflicts with 3.5 m, which came first for the same time"
    assert told[5] == "from 3.5 to 5.6 m in 60 min is more than 2 m an hour"
    assert told[17] == "its time is 6 min ahead of the clock"


def test_a_part_is_taken_once_however_often_it_is_delivered(tmp_path):
    door, path = intake(tmp_path), _file(tmp_path, ".csv")
    first = take(door, part="p", path=path, shape="csv")
    assert first[0].records == len(HOSTILE)
    assert take(door, part="p", path=path, shape="csv") == []
    again = take(door, part="copy", path=path, shape="csv")[0]
    assert again.stored == 0
    before = stored(door)
    door.readings.close()
    assert stored(intake(tmp_path)) == before


def test_offsets_that_were_taken_before_are_left_out(tmp_path):
    door = intake(tmp_path)
    lines = texts(HOSTILE)
    take(door, part="t/0", texts=lines[:2], positions=np.array([10, 12]))
    arrivals = take(door, part="t/0", texts=lines[:2] + lines[6:7], positions=np.array([10, 12, 15]))
    assert [(one.records, one.stored) for one in arrivals] == [(1, 1)]
    assert [record for *_, record in stored(door)] == [10, 12, 15]
    assert door.readings.part("test", "t/0").next == 16


def test_units_zones_decimals_and_wide_tables(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("Zeit;L1;F1;note\n01.03.2026 12:00;412,5;;x\n01.03.2026 13:00;413;1,5;y\nbad;1;1;z\n")
    mapping = {"time": "Zeit", "time_format": "%d.%m.%Y %H:%M", "zone": "Europe/Berlin", "wide": True, "decimal": ",",
               "delimiter": ";", "tags": {"L1": {"sensor": "tank", "unit": "cm"}, "F1": {"sensor": "flow", "unit": "m3/h"}}}
    door = intake(tmp_path, mapping)
    take(door, part="wide", path=path, shape="csv")
    assert [row[1:3] for row in stored(door)] == [("01 12:00", pytest.approx(1.5 / 3.6)), ("01 11:00", 4.125), ("01 12:00", 4.13)]
    assert [(one.record, one.rule, one.raw) for one in refused(door.readings)] == [(2, "unreadable time", "bad;1;1;z")]


def test_a_unit_of_its_own_in_each_row(tmp_path):
    door = intake(tmp_path, {"unit_column": "u"})
    rows = [("tank", "412.5", "cm"), ("flow", "3.6", "m3/h"), ("flow", "1", "m"), ("flow", "1", "furlong")]
    take(door, part="p", texts=[f'{{"time":"2026-03-01T0{n}:00:00Z","sensor":"{s}","value":{v},"u":"{u}"}}'
                                for n, (s, v, u) in enumerate(rows)])
    assert [row[2] for row in stored(door)] == [pytest.approx(1.0), pytest.approx(4.125)]
    assert [one.rule for one in refused(door.readings)] == ["unit", "unit"]


def test_a_wrong_mapping_is_refused_as_a_whole(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("time,sensor,value\n" + "2026-03-01 00:00:00,boiler,1\n" * 2000)
    door = intake(tmp_path)
    with pytest.raises(InputError, match="none of its first"):
        take(door, part="p", path=path, shape="csv")
    assert refused(door.readings) == []
    with pytest.raises(InputError, match="unknown column 'clock'"):
        take(intake(tmp_path, {"time": "clock"}, "other"), part="p", path=path, shape="csv")


def test_rows_of_another_form_keep_their_numbers(tmp_path):
    path = tmp_path / "odd.csv"
    rows = ["time,sensor,value", "2026-03-01,tank,1", "2026-03-02,tank", "2026-03-01 01:00,tank,1,9", '2026-03-01 02:00,"tank",2']
    path.write_text("\n".join(rows))
    door = intake(tmp_path)
    take(door, part="p", path=path, shape="csv")
    assert [record for *_, record in stored(door)] == [0, 3]
    assert {one.record: one.raw for one in refused(door.readings)} == {1: "2026-03-02,tank", 2: "2026-03-01 01:00,tank,1,9"}


def test_the_way_back_from_the_quarantine(tmp_path):
    door = intake(tmp_path, {"tags": {"L1": "tank"}})
    path = tmp_path / "r.csv"
    rows = ["00:00,L1,1", "01:00,L2,5", "02:00,L1,9", "03:00,L1,x"]
    path.write_text("\n".join(["time,sensor,value", *(f"2026-03-01 {row}" for row in rows)]))
    take(door, part="r", path=path, shape="csv")
    held = refused(door.readings)
    assert reasons(door.readings) == {"no number": 1, "range": 1, "unknown sensor": 1}
    mended = intake(tmp_path, {"tags": {"L1": "tank", "L2": "flow"}})
    told = release(mended, held, "Ada")
    assert (told.released, told.held, told.rules) == (1, 2, {"range": 1, "no number": 1})
    vouched = release(mended, refused(mended.readings), "Ada", vouched=True)
    assert (vouched.released, vouched.rules) == (1, {"no number": 1})
    assert discard(mended.readings, refused(mended.readings), "Ada").discarded == 1
    assert refused(mended.readings) == []
    assert [(one.state, one.author) for one in refused(mended.readings, state="")] == [
        ("released", "Ada"), ("released", "Ada"), ("discarded", "Ada")]
    assert [(row[1], row[2], row[3], row[5]) for row in stored(mended)] == [
        ("01 01:00", 5.0, 0, 1), ("01 00:00", 1.0, 0, 0), ("01 02:00", 9.0, TAKEN_BY_HAND, 2)]
    lineage = mended.readings.lineage("net/sensor/tank")[0]
    assert (lineage.source, lineage.part, lineage.record) == ("test", "r", 2)


def test_what_was_known_at_a_moment(tmp_path):
    door = intake(tmp_path)
    take(door, part="p", texts=texts(HOSTILE[:2]))
    door.clock = lambda: NOW + timedelta(hours=1)
    take(door, part="p", texts=texts(HOSTILE[6:8]))
    ids = SENSORS.id.tolist()
    assert door.readings.latest(ids).value.tolist()[0] == 5.6
    assert door.readings.latest_as_of(ids, NOW).value.tolist()[0] == 3.5
    assert door.readings.series(ids[0], as_of=NOW).value.tolist() == [3.0, 3.5]
    assert door.readings.series(ids[0]).value.tolist() == [3.0, 3.5, 4.0, 5.6]
    third = datetime.fromtimestamp(door.readings.series(ids[0]).time[2] / 1e6, UTC)
    assert door.readings.recent(2, until=third).value.tolist() == [3.5, 4.0]
    assert door.readings.latest(["nobody"]).quality.tolist() == [0]


def test_rollups_follow_late_rows_and_outlive_the_readings(tmp_path):
    door, day = intake(tmp_path), NOW.replace(hour=0)
    minutes = [f'{{"time":"2026-03-01T00:{m:02d}:00Z","sensor":"flow","value":{m / 2}}}' for m in range(60)]
    take(door, part="p", texts=minutes[1:])
    assert roll_up(door.readings) == 1
    take(door, part="p", texts=minutes[:1])
    assert roll_up(door.readings) == 1
    assert roll_up(door.readings) == 0
    hour = rolled(door.readings, "net/sensor/flow", "hour")
    assert [hour[name].tolist() for name in ("count", "mean", "low", "high")] == [[60], [14.75], [0.0], [29.5]]
    assert len(rolled(door.readings, "net/sensor/flow", "minute")["mean"]) == 60
    assert forget_before(door.readings, day) == 60
    assert stored(door) == []
    assert rolled(door.readings, "net/sensor/flow", "day")["mean"].tolist() == [14.75]
    late = intake(tmp_path)
    take(late, part="q", texts=minutes[:1])
    assert [one.rule for one in refused(late.readings)] == ["too old"]


