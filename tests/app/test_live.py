"""Live sources in the application: stored on the data thread, told in coalesced events on the owner's thread."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app.bus import Bus, ReadingsArrived, SourceChanged
from app.jobs import Jobs
from app.live import Live
from app.notices import Notice
from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.feed import Feed, SourceHealth
from stratum_core.ingest.intake import Intake
from stratum_core.pipeline.live import _OneFile, feeds_of, replay_feed
from stratum_core.pipeline.projects import open_project
from stratum_core.resource_files import resource
from stratum_core.store.project import Project

RECORDING = resource("sample/recording/readings.parquet")


class Owner:
    """A thread that takes calls when it gets round to it, as a window's does."""

    def __init__(self) -> None:
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()

    def until(self, done: Callable[[], bool], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end
            try:
                self.calls.get(timeout=0.1)()
            except queue.Empty:
                continue


def test_a_replay_is_stored_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    owner, bus = Owner(), Bus()
    arrived: list[ReadingsArrived] = []
    health: dict[str, SourceChanged] = {}
    notices: list[Notice] = []
    bus.subscribe(ReadingsArrived, arrived.append)
    bus.subscribe(SourceChanged, lambda event: health.update({event.health.name: event}))
    bus.subscribe(Notice, notices.append)
    with open_project("sample") as project:
        ids = project.city().sensors.id.tolist()
        jobs = Jobs(owner.calls.put)
        live = Live(project, jobs, bus)
        live.start(lambda project: [replay_feed(project, RECORDING)], ids)
        owner.until(lambda: "replay" in health and health["replay"].health.ended and not health["replay"].health.connected)
        assert sum(event.stored for event in arrived) == 43151
        assert len(arrived) <= 3  # 43,152 records in steps of 20,000
        assert set(arrived[0].sensors) == set(range(50))
        assert arrived[-1].latest.value[ids.index("sensor/tank-south-level")] == pytest.approx(3.066)
        live.start(lambda project: feeds_of(project), ids)
        owner.until(lambda: "recording" in health and health["recording"].health.records > 0)
        assert live.listening
        live.stop()
        owner.until(lambda: not health["recording"].health.connected)
        live.start(lambda project: feeds_of(project, "nobody"), ids)
        owner.until(lambda: bool(notices))
        assert "nobody" in notices[0].text
        jobs.close()


class _Faulty(_OneFile):
    """A source with a fault of its own."""

    def read(self, timeout: float) -> Sequence[Delivery]:
        raise RuntimeError("a bug")


def test_a_source_that_fails_is_shown_as_ended_with_its_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the notice, and the others go on."""
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    owner, bus = Owner(), Bus()
    health: dict[str, SourceHealth] = {}
    notices: list[Notice] = []
    bus.subscribe(SourceChanged, lambda event: health.update({event.health.name: event.health}))
    bus.subscribe(Notice, notices.append)
    with open_project("sample") as project:
        jobs = Jobs(owner.calls.put)
        live = Live(project, jobs, bus)

        def feeds(project: Project) -> list[Feed]:
            faulty = Feed("faulty", _Faulty(RECORDING), Intake(project.readings(), project.city().sensors, "faulty"))
            return [faulty, replay_feed(project, RECORDING)]

        live.start(feeds, project.city().sensors.id.tolist())
        owner.until(lambda: "replay" in health and health["replay"].ended and bool(notices))
        assert health["replay"].stored == 43151
        assert health["faulty"].ended
        assert "a bug" in health["faulty"].last_error
        jobs.close()
