"""Sources that misbehave: the others go on, what is wrong is told, nothing comes twice."""

import io
import json
import socket
import threading
import time
import zipfile

import openpyxl
import pytest
from intake_cases import NOW, SENSORS, intake, stored, take

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import Delivery, Setting, SourceLost
from stratum_core.ingest.feed import Feed
from stratum_core.ingest.intake import Intake
from stratum_core.ingest.mapping import Mapping
from stratum_core.ingest.sources.drop_folder import DropFolder, _Folder
from stratum_core.ingest.sources.sensorthings import SensorThings, _Service
from stratum_core.pipeline.live import listen
from stratum_core.ports import CancelToken
from stratum_core.store.quarantine import refused
from stratum_core.store.readings import Readings


def _text(minute, value=1.0):
    return json.dumps({"time": f"2026-03-01T00:{minute:02d}:00Z", "sensor": "flow", "value": value})


def _until(feed, done):
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end, feed.health
        for delivery in feed.poll(0.1):
            list(feed.take(delivery))
            feed.stored(delivery)


def _damaged(name, text):
    """A workbook one of whose parts is something else; None: missing."""
    whole, book, broken = io.BytesIO(), openpyxl.Workbook(), io.BytesIO()
    book.active.append(["time", "sensor", "value"])
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.namelist():
            if part != name or text is not None:
                new.writestr(part, text if part == name else old.read(part))
    return broken.getvalue()


def test_damaged_files_are_refused_each_with_its_reason_and_the_others_are_taken(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(_damaged("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"))
    (folder / "b.xlsx").write_bytes(_damaged("xl/workbook.xml", None))
    (folder / "c.xlsx").write_bytes(_damaged("xl/workbook.xml", "<x/>"))
    (folder / "d.csv").write_text("time,sensor,value\n2026-03-01T00:00:00Z,boiler,1\n")
    (folder / "e.csv").write_bytes(bytes(range(256)) * 20)
    (folder / "f.parquet").write_bytes(b"PAR1 no more")
    (folder / "g.csv").write_text("time,sensor,value\n2026-03-01T00:00:00Z,flow,1\n")
    door = intake(tmp_path)
    feed = Feed("in", _Folder(DropFolder("in", settle_s=0.0), Setting("in", tmp_path, Mapping(), SENSORS)), door)
    _until(feed, lambda: feed.health.stored == 1 and feed.health.refused_parts == 6)
    assert feed.health.connected
    assert [one.split(":")[0].split()[0] for one in feed.health.refusals] == [f"{n}" for n in (
        "a.xlsx", "b.xlsx", "c.xlsx", "d.csv", "e.csv", "f.parquet")]
    assert refused(door.readings) == []
    parts = {one.part.split()[0]: one for one in door.readings.parts()}
    assert "(unknown sensor)" in parts["d.csv"].refusal
    assert (parts["g.csv"].refusal, parts["g.csv"].complete) == ("", True)
    door.readings.close()
    with intake(tmp_path, {"tags": {"boiler": "flow"}}) as again:  # the mapping is corrected
        take(again, part=parts["d.csv"].part, path=folder / "d.csv", shape="csv", whole=True)
        found = again.readings.parts(part=parts["d.csv"].part)[0]
        assert (found.refusal, found.duplicates, found.header) == ("", 1, "time,sensor,value")


@pytest.fixture
def answers():
    """A port that answers each request with these bytes and hangs up."""
    said = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(65536)
                    peer.sendall(said[0])

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], said
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("answer", [
    b'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{"value": [', b"no HTTP", b"HTTP/1.1 200 OK\r\n\r\n[]",
    b'HTTP/1.1 200 OK\r\n\r\n{"value": [1]}', b'HTTP/1.1 200 OK\r\n\r\n{"value": {}}',
    b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000, b'HTTP/1.1 200 OK\r\n\r\n{"@iot.nextLink": "http://[elsewhere"}',
])
def test_an_answer_that_is_none_is_a_source_that_is_lost(tmp_path, answers, answer):
    port, said = answers
    said.append(answer)
    service = _Service(SensorThings(f"http://127.0.0.1:{port}/v1.1"), Setting("things", tmp_path, Mapping(), SENSORS))
    with pytest.raises(SourceLost):
        service.read(0.1)


@pytest.mark.parametrize("id", ["text", 2**63, -1])
def test_an_observation_whose_id_is_no_position_ends_the_source(tmp_path, answers, id):
    port, said = answers
    said.append(b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps({"value": [{"@iot.id": id, "Datastream": None}]}).encode())
    service = _Service(SensorThings(f"http://127.0.0.1:{port}/v1.1"), Setting("things", tmp_path, Mapping(), SENSORS))
    feed = Feed("things", service, intake(tmp_path))
    assert feed.poll(0.1) == ()
    assert feed.health.ended
    assert "is no number" in feed.health.last_error


class _Stream:
    """Says what it is given to say; ``hang``: seconds that connecting takes, in vain."""

    ended = False

    def __init__(self, hang=0.0, fault=None):
        self.hang, self.fault, self.waiting, self.acknowledged = hang, fault, [], 0

    def open(self, done):
        time.sleep(self.hang)
        if self.fault:
            raise self.fault
        if self.hang:
            raise SourceLost("Nobody is there.")

    def read(self, timeout):
        time.sleep(0.01)
        taken, self.waiting = self.waiting, []
        return [Delivery("part", [text]) for text in taken]

    def stored(self, delivery):
        self.acknowledged += 1

    def close(self):
        """Nothing to close."""


def test_a_source_that_hangs_holds_no_other_up(tmp_path):
    """One connects in vain for 1.5 s; meanwhile the other's readings are stored in order and acknowledged."""
    readings, source = Readings(tmp_path / "columns.duckdb"), _Stream()
    doors = [Intake(readings, SENSORS, name, clock=lambda: NOW) for name in ("good", "dead", "bad")]
    streams = (source, _Stream(hang=1.5), _Stream(fault=InputError("no such key")))
    feeds = [Feed(door.source, stream, door) for door, stream in zip(doors, streams, strict=True)]
    source.waiting, cancel, began, delays = [_text(0)], CancelToken(), time.monotonic(), []
    for arrivals in listen(feeds, seconds=20, cancel=cancel):
        delays.append(time.monotonic() - began)
        assert arrivals.source == "good"
        if len(delays) == 10:
            cancel.cancel()
        else:
            source.waiting, began = [_text(len(delays))], time.monotonic()
    assert max(delays) < 1.0
    assert source.acknowledged == 10
    assert [row[1] for row in stored(doors[0])] == [f"01 00:{minute:02d}" for minute in range(10)]
    assert "no such key" in feeds[2].health.last_error


def test_a_source_that_no_retry_will_mend_is_told_where_it_is_the_only_one(tmp_path):
    door = intake(tmp_path)
    with pytest.raises(InputError, match="no such key"):
        list(listen([Feed("bad", _Stream(fault=InputError("no such key")), door)], cancel=CancelToken()))


def test_the_last_error_stays_when_the_source_is_back(tmp_path):
    source = _Stream(hang=0.01)
    feed = Feed("part", source, intake(tmp_path))
    feed.poll(0.1)
    source.hang = 0.0
    _until(feed, lambda: feed.health.connected)
    assert feed.health.last_error == "Nobody is there. (12:00:00 UTC)"


def test_a_refused_message_that_comes_again_is_refused_once(tmp_path):
    """By its text, where the source knows no offsets; the first of each, whatever the batch."""
    with intake(tmp_path) as door:
        first = take(door, part="city", texts=["garbage", _text(0, 99.0), "garbage", _text(1)])
        again = take(door, part="city", texts=["garbage", _text(0, 99.0), _text(1), "other"])
        assert [(one.records, one.stored, one.duplicates, one.refused) for one in first + again] == [(4, 1, 1, 2), (4, 0, 3, 1)]
        assert [one.raw for one in refused(door.readings)] == ["garbage", _text(0, 99.0), "other"]
        part = door.readings.parts()[0]
        assert part.records == part.stored + part.duplicates + part.refused
