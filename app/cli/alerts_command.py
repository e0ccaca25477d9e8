"""alerts: look at the readings now, list who has to know what, take an alert on, write a CAP draft."""

from __future__ import annotations

import argparse
import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import cancellable, common, progress, say, write_json
from stratum_core.errors import InputError
from stratum_core.number_format import counted

if TYPE_CHECKING:
    from stratum_core.pipeline.situation.board import Board, Picture
    from stratum_core.pipeline.situation.pages import AlertRow, AlertsPage
    from stratum_core.store.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("action", nargs="?", default="list", choices=["list", "acknowledge", "draft"])
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="id of an open alert, or its beginning")
    parser.add_argument("--by", metavar="NAME", default=getpass.getuser(), help="who takes it on or drafts; default: the user")
    parser.add_argument("--out", type=Path, metavar="FILE.xml", help="draft: the file to write")
    parser.add_argument("--exercise", action="store_true", help="draft: of status Exercise instead of Draft")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Bring the alerts up to date, then carry out the action; 1 while alerts are open."""
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.projects import open_project
    from stratum_core.pipeline.situation.pages import alerts_page
    from stratum_core.pipeline.situation.present import board_of, bring_up_to_date

    _check(options)
    with open_project(options.project) as project, cancellable() as cancel:
        board = board_of(project)
        picture = bring_up_to_date(project, board, progress=progress(options), cancel=cancel)
        done = _act(options, project, board, picture)
        page = alerts_page(board.city, picture.at, board.book.open, picture.moved)
    say(options, *done, *_lines(page))
    write_json(options.json, labelled(page, "stratum.alerts/1"))
    return 1 if page.open else 0


def _check(options: argparse.Namespace) -> None:
    if options.action != "list" and not options.id:
        raise InputError(f"'{options.action}' needs the id of an alert", repair="'main.py alerts PROJECT' lists them")
    if options.action == "draft" and options.out is None:
        raise InputError("'draft' needs a file", where="--out", repair="write --out draft.xml")


def _act(options: argparse.Namespace, project: Project, board: Board, picture: Picture) -> list[str]:
    from stratum_core.pipeline.situation.messages import draft_of
    from stratum_core.pipeline.situation.pages import open_alert

    if options.action == "list":
        return []
    alert = open_alert(board.book.open, options.id)
    if options.action == "acknowledge":
        project.save_alerts([asdict(board.book.acknowledge(alert.id, options.by, picture.at))])
        return [f"{options.by} has taken on: {alert.text}"]
    xml = draft_of(board.city, alert, options.by, status="Exercise" if options.exercise else "Draft")
    try:
        options.out.write_bytes(xml)
    except OSError as error:
        raise InputError(f"the draft cannot be written: {error.strerror}", where=str(options.out),
                         repair="name another file") from error
    return [f"Draft written to {options.out}. Complete it before anybody issues it: {alert.text}"]


def _lines(page: AlertsPage) -> list[str]:
    ended = [f"Ended: {_line(one)}" for one in page.moved if one.ended is not None]
    if not page.open:
        return [f"No alert is open at {page.at}.", *ended]
    return [f"{counted(len(page.open), 'alert')} open at {page.at}.", *(_line(one) for one in page.open), *ended]


def _line(one: AlertRow) -> str:
    unseen = " Escalated: nobody took it on." if one.escalated else ""
    seen = f" Taken on by {one.acknowledged_by}." if one.acknowledged else unseen
    return f"{one.severity:<9}{one.lifeline or 'no lifeline'}: {one.text}{seen} [{one.id}]"
