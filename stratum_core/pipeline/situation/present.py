"""The present of a project, or what was known at a moment: its stored readings, its rules and its alerts on one board."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import numpy as np

from stratum_core.errors import InputError
from stratum_core.estimation.alerts import Alert, AlertBook
from stratum_core.graph import knowledge_graph
from stratum_core.model.city import City
from stratum_core.pipeline.situation.alerting import evidence, rules_of
from stratum_core.pipeline.situation.board import Board, Picture, present_moment
from stratum_core.pipeline.situation.start_state import Start, start_of, tells_start
from stratum_core.pipeline.situation.tracking import HOUR_US, MOST
from stratum_core.ports import CancelToken, Progress, silent, utc_now
from stratum_core.store.project import Project


def board_of(project: Project, at: datetime | None = None, as_of: datetime | None = None) -> Board:
    """The board of all stored readings, of those of times up to ``at``, or of those that had arrived by ``as_of``.

    Raises InputError without sensors or readings.
    """
    city, where = project.city(), str(project.folder.stem)
    if not len(city.sensors):
        raise InputError("the city has no sensors", where=where, repair="import a table of sensors: 'main.py import --help'")
    found = project.readings().recent(MOST, until=at, as_of=as_of)
    book = AlertBook({row["id"]: Alert(**row) for row in project.alerts()})
    made = Board(knowledge_graph(city), rules_of(project.folder), book)
    made.take(made.places(found.sensor), found.time, found.value, found.arrival)
    if made.newest is None:
        when = f" up to {at.astimezone(UTC):%Y-%m-%d %H:%MZ}" if at else ""
        when += f" that had arrived by {as_of.astimezone(UTC):%Y-%m-%d %H:%MZ}" if as_of else ""
        raise InputError(f"its sensors have no readings{when}", where=where,
                         repair="take some: 'main.py replay' a file, or 'main.py listen'")
    return made


def picture_of(
    board: Board, at: datetime | None = None, *, only: Collection[int] | None = None, progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Picture:
    """The picture at ``at``; None: now, the newest reading's moment where all are older than two days. No alert comes of it."""
    return board.look(_moment(board, at), only=only, watch=False, progress=progress, cancel=cancel)


def start_at(
    project: Project, at: datetime | None = None, *, progress: Progress = silent, cancel: CancelToken | None = None
) -> tuple[City, Start]:
    """What the readings say of the start of a run at ``at`` (None: now); only sensors that tell something of it are asked."""
    board = board_of(project, at)
    asked = frozenset(np.flatnonzero(tells_start(board.city)).tolist())
    seen = picture_of(board, at, only=asked, progress=progress, cancel=cancel)
    return board.city, start_of(board.city, seen.mean, seen.sd, seen.at)


def bring_up_to_date(
    project: Project, board: Board, *, progress: Progress = silent, cancel: CancelToken | None = None
) -> Picture:
    """Look now with all rules and keep the alerts that moved.

    A rule that has to hold for some hours is also laid on the readings so many hours ago: nobody may have looked in between.
    """
    now = _moment(board, None)
    asked = frozenset(watch.sensor for watch in board.watched if watch.rule.watches != "age")
    held = sorted({watch.rule.for_h for watch in board.watched if watch.rule.for_h > 0}, reverse=True)
    picture = board.look(now, only=asked, watch=False, progress=progress, cancel=cancel)  # models from all readings
    for for_h in held:
        then = now - round(for_h * HOUR_US)
        before = board.look(then, only=(), watch=False, cancel=cancel)
        rules = [watch for watch in board.watched if watch.rule.for_h == for_h]
        board.book.held(then, evidence(board.city, rules, before.tracks, before.last, then))
    picture = board.look(now, only=asked, cancel=cancel)
    project.save_alerts([asdict(one) for one in picture.moved])
    return picture


def _moment(board: Board, at: datetime | None) -> int:
    if at is not None:
        return _microseconds(at)
    assert board.newest is not None
    return present_moment(board.newest, _microseconds(utc_now()))[0]


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
