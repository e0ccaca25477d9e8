"""ledger: the tamper-evident record of decisions."""

from __future__ import annotations

import argparse
import getpass
from typing import TYPE_CHECKING

from app.cli.options import common, say, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.store.project import Project

_KIND = {"add": None, "approve": "approved", "outcome": "validated"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("action", choices=["add", "list", "approve", "outcome", "verify", "checkpoint"])
    parser.add_argument("entry", nargs="?", type=int, metavar="ID", help="the entry that is approved, or whose outcome is told")
    parser.add_argument("--type", default="proposed", help="proposed, approved, executed, rejected, superseded, ...")
    parser.add_argument("--text", default="", help="what was decided, or what happened")
    parser.add_argument("--run", default="", help="the run that it rests on")
    parser.add_argument("--author", help="default: the user's name")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Carry out the action; verify ends with 1 when the chain is broken."""
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        if options.action == "list":
            return _list(options, project)
        if options.action == "verify":
            return _verify(options, project)
        if options.action == "checkpoint":
            return _checkpoint(options, project)
        return _add(options, project)


def _list(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.record import entries

    found = entries(project)
    say(options, *(f"{e.sequence:>4}  {e.time}  {e.kind:<10} {e.author:<12} {e.text}" for e in found))
    write_json(options.json, [e.page() for e in found])
    return 0


def _verify(options: argparse.Namespace, project: Project) -> int:
    from app.trust import known_keys
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.record import verify_ledger

    verdict = verify_ledger(project, known_keys())
    say(options, verdict.sentence())
    write_json(options.json, jsonable(verdict))
    return 0 if verdict.intact else 1


def _checkpoint(options: argparse.Namespace, project: Project) -> int:
    from app.device_key import device_signer
    from stratum_core.ledger import make_checkpoint
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.record import entries
    from stratum_core.ports import utc_now

    point = make_checkpoint(entries(project), device_signer(), utc_now())
    say(options, f"{point.size} entries, root {point.root}, {point.time}. Keep this line on another machine or on paper.")
    write_json(options.json, jsonable(point))
    return 0


def _add(options: argparse.Namespace, project: Project) -> int:
    from app.device_key import device_signer
    from stratum_core.pipeline.record import record

    if options.action != "add" and options.entry is None:
        raise InputError(f"'{options.action}' needs the number of an entry", repair="'ledger PROJECT list' shows the numbers")
    digest = project.run_row(options.run).digest if options.run else ""
    entry = record(
        project,
        device_signer(),
        kind=_KIND[options.action] or options.type,
        text=options.text,
        author=options.author or getpass.getuser(),
        run=digest,
        about=options.entry or 0,
    )
    say(options, f"Entry {entry.sequence}: {entry.kind}. {entry.text}")
    write_json(options.json, entry.page())
    return 0
