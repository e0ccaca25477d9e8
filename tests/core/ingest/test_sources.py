"""Each source against a real peer: what is sent arrives once, after a broken connection too."""

import json
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_cases import NOW, SENSORS, intake, stored

from stratum_core.errors import InputError
from stratum_core.ingest.declared import SCHEMA, declared_sources, read_declared
from stratum_core.ingest.delivery import SOURCES, Setting
from stratum_core.ingest.feed import Feed
from stratum_core.ingest.intake import Intake
from stratum_core.ingest.mapping import Mapping
from stratum_core.ingest.sources.manual import Report, Reports
from stratum_core.ingest.sources.replay import recording, stored_recording
from stratum_core.model.readings import REPORTED
from stratum_core.ports import utc_now
from stratum_core.store.quarantine import refused
from stratum_core.store.readings import Readings


def _text(minute, value=10.0, sensor="flow", **more):
    return json.dumps({"time": f"2026-03-01T{minute // 60:02d}:{minute % 60:02d}:00Z", "sensor": sensor, "value": value, **more})


def _feed(home, kind, readings=None, mapping=None, **keys):
    """A feed of one declared source, as a project has it."""
    path = home / "sources" / f"{kind}.toml"
    path.parent.mkdir(exist_ok=True)
    lines = [f'schema = "{SCHEMA}"', f'kind = "{kind}"', *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
    lines += ["[mapping]", *(f"{key} = {json.dumps(value)}" for key, value in (mapping or {}).items())]
    path.write_text("\n".join(lines))
    declared = read_declared(path)
    readings = readings or Readings(home / "columns.duckdb")
    door = Intake(readings, SENSORS, declared.name, declared.mapping, clock=lambda: NOW)
    return Feed(declared.name, declared.make(SENSORS), door), door


def _run(feed, until, seconds=20):
    """Poll and store until ``until()`` holds."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, feed.health
        for delivery in feed.poll(0.2):
            list(feed.take(delivery))
            feed.stored(delivery)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def broker(tmp_path):
    """A mosquitto that can be stopped and started again, keeping its sessions."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("mosquitto is not installed (Debian package mosquitto)")
    pytest.importorskip("paho.mqtt.client")
    port = _free_port()
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
                        f"persistence_location {tmp_path}/\nmax_queued_messages 0\nuser root\n")

    class Broker:
        def start(self):
            self.process = subprocess.Popen([program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        return
                time.sleep(0.05)

        def stop(self):
            self.process.terminate()
            self.process.wait(10)

        def send(self, texts, topic="city/water"):
            import paho.mqtt.client as mqtt

            client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
            client.connect("127.0.0.1", port)
            client.loop_start()
            for text in texts:
                client.publish(topic, text, qos=1).wait_for_publish(10)
            client.loop_stop()
            client.disconnect()

    broker = Broker()
    broker.port = port
    broker.start()
    yield broker
    broker.stop()


def test_mqtt_goes_on_after_the_broker_was_away_and_after_a_restart_of_ours(tmp_path, broker):
    feed, door = _feed(tmp_path, "mqtt", host="127.0.0.1", port=broker.port, topic="city/#")
    feed.poll(0.1)
    assert feed.health.connected
    broker.send([_text(m) for m in range(5)])
    _run(feed, lambda: feed.health.stored == 5)
    broker.stop()
    for _ in range(20):
        feed.poll(0.1)
    assert not feed.health.connected
    assert "broker" in feed.health.last_error
    broker.start()
    _run(feed, lambda: feed.health.connected)
    broker.send([_text(m) for m in range(5, 10)])
    unacknowledged = []
    while not unacknowledged:
        unacknowledged = feed.poll(0.5)  # received, not stored: as if we had been killed here
    feed._source._client._sock_close()
    again, _ = _feed(tmp_path, "mqtt", door.readings, host="127.0.0.1", port=broker.port, topic="city/#")
    _run(again, lambda: len(stored(door)) == 10)
    again.close()


def test_the_part_of_an_mqtt_message_is_its_topic(tmp_path, broker):
    feed, door = _feed(tmp_path, "mqtt", host="127.0.0.1", port=broker.port, topic="city/#")
    feed.poll(0.1)
    broker.send([_text(0), _text(1)], "city/water")
    broker.send([_text(2)], "city/power")
    _run(feed, lambda: feed.health.stored == 3)
    feed.close()
    assert [row[4] for row in stored(door)] == ["city/water", "city/water", "city/power"]


def test_mqtt_payloads_that_are_bare_numbers(tmp_path, broker):
    mapping = {"sensor": "$.topic", "time": "$.received", "value": "$.payload"}
    feed, door = _feed(tmp_path, "mqtt", mapping=mapping, host="127.0.0.1", port=broker.port, topic="flow", envelope=True)
    door.clock = utc_now
    feed.poll(0.1)
    broker.send(["12.5"], "flow")
    _run(feed, lambda: feed.health.stored == 1)
    assert stored(door)[0][2] == 12.5
    feed.close()


def test_websocket_reconnects(tmp_path):
    pytest.importorskip("websockets")
    from websockets.sync.server import serve

    calls = []

    def talk(connection):
        calls.append(connection.recv())
        first = 10 * (len(calls) - 1)
        connection.send(_text(first))
        connection.send(f"[{_text(first + 1)}, {_text(first + 2)}]")
        connection.send("no json")

    with serve(talk, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        feed, door = _feed(tmp_path, "websocket", url=f"ws://127.0.0.1:{port}", subscribe="all")
        _run(feed, lambda: feed.health.stored == 6)
        feed.close()
        server.shutdown()
    assert calls[:2] == ["all", "all"]
    assert {one.raw for one in refused(door.readings)} == {"no json"}


def test_a_large_websocket_message_is_one_of_many_readings(tmp_path):
    """Three megabytes, more than the library takes by default."""
    server_of = pytest.importorskip("websockets.sync.server")
    one = json.dumps([json.loads(_text(m, note="x" * 50_000)) for m in range(60)])
    with server_of.serve(lambda peer: [peer.send(one), peer.recv()], "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever).start()
        feed, _ = _feed(tmp_path, "websocket", url=f"ws://127.0.0.1:{server.socket.getsockname()[1]}")
        _run(feed, lambda: feed.health.stored == 60)
        assert feed.health.last_error == ""
        feed.close()
        server.shutdown()


def test_kafka_offsets_are_in_the_store(tmp_path):
    kafka = pytest.importorskip("confluent_kafka")
    producer = kafka.Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1, "log_level": 0})
    cluster = producer.list_topics(timeout=10)
    servers = ",".join(f"{one.host}:{one.port}" for one in cluster.brokers.values())
    for minute in range(20):
        producer.produce("readings", _text(minute), partition=minute % 2)
    producer.flush(10)
    feed, door = _feed(tmp_path, "kafka", servers=servers, topic="readings")
    _run(feed, lambda: feed.health.stored == 20)
    feed.close()
    for minute in range(20, 30):
        producer.produce("readings", _text(minute), partition=0)
    producer.flush(10)
    again, _ = _feed(tmp_path, "kafka", door.readings, servers=servers, topic="readings")
    _run(again, lambda: again.health.stored == 10)
    again.close()
    assert again.health.records == 10  # nothing was read twice
    assert {(part, record) for *_, part, record in stored(door)} == {("readings/0", n) for n in range(20)} | {
        ("readings/1", n) for n in range(10)}


@pytest.fixture
def service():
    """A small SensorThings service: observations by id, three to a page."""
    observations = []

    class Handler(BaseHTTPRequestHandler):
        fail = False

        def do_GET(self):
            asked = parse_qs(urlsplit(self.path).query)
            least, skip = int(asked["$filter"][0].split()[-1]), int(asked.get("$skip", ["0"])[0])
            found = [one for one in observations if one["@iot.id"] >= least][skip:skip + 3]
            page = {"value": found}
            if len(found) == 3:
                begin = f"http://127.0.0.1:{self.server.server_port}/v1.1/Observations"
                page["@iot.nextLink"] = f"{begin}?$filter=id%20ge%20{least}&$skip={skip + 3}"
            self.send_response(503 if Handler.fail else 200)
            self.end_headers()
            self.wfile.write(json.dumps(page).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.observations, server.handler = observations, Handler
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_sensorthings_follows_the_pages_and_the_ids(tmp_path, service):
    def observe(first, count):
        for id in range(first, first + count):
            service.observations.append({
                "@iot.id": id, "phenomenonTime": f"2026-03-01T00:{id:02d}:00Z/2026-03-01T00:{id:02d}:30Z", "result": 36.0,
                "Datastream": {"name": "flow", "unitOfMeasurement": {"symbol": "m3/h"}}})

    observe(1, 7)
    feed, door = _feed(tmp_path, "sensorthings", mapping={"unit_column": "unit"}, every_s=0.1,
                       url=f"http://127.0.0.1:{service.server_port}/v1.1")
    _run(feed, lambda: feed.health.stored == 7)
    service.handler.fail = True
    observe(8, 2)
    feed.poll(0.1)
    for _ in range(5):
        feed.poll(0.2)
    service.handler.fail = False
    _run(feed, lambda: feed.health.stored == 9)
    assert feed.health.records == 9
    assert [row[2] for row in stored(door)] == pytest.approx([10.0] * 9)
    assert [row[5] for row in stored(door)] == list(range(1, 10))


def test_a_drop_folder_takes_each_file_once(tmp_path):
    folder = tmp_path / "sources" / "in"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("time,sensor,value\n2026-03-01 00:00,flow,1\n2026-03-01 00:01,flow,90\n")
    (folder / "b.jsonl").write_text(_text(2) + "\n")
    pq.write_table(pa.table({"time": ["2026-03-01 00:03"], "sensor": ["flow"], "value": [3.0]}), folder / "c.parquet")
    book = openpyxl.Workbook()
    for row in (["time", "sensor", "value"], [NOW.replace(tzinfo=None, hour=0), "flow", 4], ["soon", "flow", 5]):
        book.active.append(row)
    book.save(folder / "d.xlsx")
    (folder / "e.xlsx").write_text("no workbook")
    (folder / "notes.txt").write_text("nothing to read")
    feed, door = _feed(tmp_path, "drop_folder", folder="in", settle_s=0.0)
    _run(feed, lambda: feed.health.stored == 4)
    assert {one.rule for one in refused(door.readings)} == {"range", "unreadable time"}
    _run(feed, lambda: feed.health.refused_parts == 1)
    assert feed.health.refusals == ("e.xlsx: this is no XLSX workbook, or a damaged one. Save it again as .xlsx.",)
    taken = [(part.complete, part.refusal) for part in door.readings.parts()]
    assert taken == [(True, "")] * 4 + [(False, feed.health.refusals[0])]
    again, _ = _feed(tmp_path, "drop_folder", door.readings, folder="in", settle_s=0.0)
    assert [one.part.split()[0] for one in again.poll(0.0)] == ["e.xlsx"]  # tried again at each start
    lineage = door.readings.lineage("net/sensor/flow")
    assert [(one.part.split()[0], one.record) for one in lineage] == [
        ("d.xlsx", 0), ("c.parquet", 0), ("b.jsonl", 0), ("a.csv", 0)]


def test_a_replay_keeps_the_recordings_pace_and_goes_on_where_it_was(tmp_path):
    path = tmp_path / "recorded.jsonl"
    path.write_text("\n".join(_text(m) for m in (3, 1, 0, 2)))
    setting = Setting("replay", tmp_path, Mapping(), SENSORS)
    door = intake(tmp_path, source="replay")
    feed = Feed("replay", recording(path, setting, 300.0), door)  # a minute in 0.2 s
    began = time.monotonic()
    _run(feed, lambda: feed.health.stored == 2)
    resumed = Feed("replay", recording(path, setting, 300.0), door)
    _run(resumed, lambda: resumed.health.ended)
    assert time.monotonic() - began >= 0.4
    assert [row[1] for row in stored(door)] == ["01 00:00", "01 00:01", "01 00:02", "01 00:03"]
    player = stored_recording(door.readings, ["net/sensor/flow"], NOW.replace(day=1, hour=0), NOW, 0)
    player.open(feed._done)
    assert player.read(0.1)[0].parsed.value.tolist() == [10.0] * 4


def test_an_officers_report_is_marked_and_names_its_author(tmp_path):
    door, reports = intake(tmp_path, source="manual"), Reports()
    reports.enter(Report("tank", "2026-03-01T10:00:00+01:00", 2.5, "Sgt Kurz", 0.7, "seen at the gauge"))
    with pytest.raises(InputError, match="who made it"):
        reports.enter(Report("tank", "2026-03-01T10:00:00Z", 2.5, " "))
    feed = Feed("manual", reports, door)
    _run(feed, lambda: feed.health.stored == 1)
    assert stored(door) == [("net/sensor/tank", "01 09:00", 2.5, REPORTED, "Sgt Kurz", 0)]
    said = json.loads(door.readings.lineage("net/sensor/tank")[0].said)
    assert (said["confidence"], said["note"]) == (0.7, "seen at the gauge")


def test_declared_sources_name_what_is_wrong(tmp_path):
    path = tmp_path / "s.toml"
    for text, message in (
        ('kind = "mqtt"', "schema 'None'"), (f'schema = "{SCHEMA}"\nkind = "mqt"', "Did you mean 'mqtt'"),
        (f'schema = "{SCHEMA}"\nkind = "mqtt"\nhost = "a"', "key 'topic' is missing"),
        (f'schema = "{SCHEMA}"\nkind = "mqtt"\nhost = "a"\ntopic = 3', "does not fit"),
        (f'schema = "{SCHEMA}"\nkind = "mqtt"\nhost = "a"\ntopic = "b"\nprot = 1', "Did you mean 'port'"),
        (f'schema = "{SCHEMA}"\nkind = "manual"\n[mapping]\ntme = "t"', "Did you mean 'time'"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            read_declared(path)
    with pytest.raises(InputError, match="unknown source 'x'"):
        declared_sources(tmp_path, "x")
    assert SOURCES.names() == ["drop_folder", "kafka", "manual", "mqtt", "replay", "sensorthings", "websocket"]
