"""The sources of a project, opened and listened to; and a recording taken in as if it were one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

from stratum_core.errors import InputError
from stratum_core.ingest.declared import declared_sources
from stratum_core.ingest.delivery import Delivery, Done, Setting
from stratum_core.ingest.feed import Feed
from stratum_core.ingest.intake import Arrivals, Intake
from stratum_core.ingest.mapping import Mapping, guess_mapping, load_mapping
from stratum_core.ingest.sources.drop_folder import file_delivery, part_name
from stratum_core.ingest.sources.replay import recording
from stratum_core.ports import CancelToken
from stratum_core.store.project import Project

REPLAY = "replay"
_TURN_S = 0.1


class _OneFile:
    """A recording that is taken as fast as the store takes it."""

    def __init__(self, path: Path) -> None:
        self._path, self.ended = path, False

    def open(self, done: Done) -> None:
        self.ended = part_name(self._path) in done.complete

    def read(self, timeout: float) -> Sequence[Delivery]:
        return () if self.ended else [file_delivery(self._path, part_name(self._path))]

    def stored(self, delivery: Delivery) -> None:
        self.ended = True

    def close(self) -> None:
        pass


def feeds_of(project: Project, name: str | None = None) -> list[Feed]:
    """The declared sources of a project, or the one called ``name``. Raises InputError. On the data thread."""
    sensors, readings = project.city().sensors, project.readings()
    return [Feed(one.name, one.make(sensors), Intake(readings, sensors, one.name, one.mapping))
            for one in declared_sources(project.sources, name)]


def replay_feed(project: Project, path: Path, *, speed: float | None = None, mapping: Path | None = None) -> Feed:
    """A recorded file as a source, at ``speed`` times its own pace; None or 0: as fast as it is taken. Raises InputError."""
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), repair="check the path")
    sensors = project.city().sensors
    how = load_mapping(mapping) if mapping else _plain_or_guessed(path, project)
    source = recording(path, Setting(REPLAY, path.parent, how, sensors), speed) if speed else _OneFile(path)
    return Feed(REPLAY, source, Intake(project.readings(), sensors, REPLAY, how))


def listen(feeds: Sequence[Feed], *, seconds: float | None = None, cancel: CancelToken) -> Iterator[Arrivals]:
    """Store what comes, until the time is over, all have ended, or somebody cancels; what was handed over is still stored.

    Each feed is polled on a thread of its own, so that one that hangs holds no other up, and again only when what it
    brought is stored. Raises InputError where no feed can be opened at all.
    """
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    with ExitStack() as threads:
        pools = [threads.enter_context(ThreadPoolExecutor(1, thread_name_prefix=feed.name)) for feed in feeds]
        turns = {pool.submit(_turn, feed, ()): (feed, pool) for feed, pool in zip(feeds, pools, strict=True)}
        while turns:
            for turn in wait(turns, timeout=_TURN_S, return_when=FIRST_COMPLETED).done:
                feed, pool = turns.pop(turn)
                found = turn.result()
                for delivery in found:
                    yield from feed.take(delivery)
                over = cancel.cancelled or time.monotonic() >= until or feed.health.ended
                if found or not over:
                    turns[pool.submit(_turn, feed, found, last=over)] = feed, pool
    faults = [feed.fault for feed in feeds if feed.fault is not None]
    if len(faults) == len(feeds):
        raise faults[0]


def _turn(feed: Feed, stored: Sequence[Delivery], *, last: bool = False) -> Sequence[Delivery]:
    """Acknowledge what is stored and poll again. On the feed's thread."""
    for delivery in stored:
        feed.stored(delivery)
    return () if last else feed.poll(_TURN_S)


def _plain_or_guessed(path: Path, project: Project) -> Mapping:
    """A file with the usual columns needs no mapping."""
    return Mapping() if path.suffix.lower() == ".xlsx" else guess_mapping(path, project.city().sensors)
