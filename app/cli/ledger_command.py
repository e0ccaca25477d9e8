"""ledger: the tamper-evident record of decisions."""

from __future__ import annotations

import argparse
import getpass
from typing import TYPE_CHECKING

from app.cli.options import common, say, write_json
from app.cli.verify_command import tell, verdict_arguments
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.store.project import Project

_KIND = {"add": None, "approve": "approved", "outcome": "validated"}
SCHEMA, ENTRY_SCHEMA, CHECKPOINT_SCHEMA = "stratum.ledger/1", "stratum.entry/1", "stratum.checkpoint/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("action", choices=["add", "list", "approve", "outcome", "verify", "checkpoint"])
    parser.add_argument("entry", nargs="?", type=int, metavar="ID", help="the entry that is approved, or whose outcome is told")
    parser.add_argument("--type", default="proposed", help="proposed, approved, executed, rejected, superseded, ...")
    parser.add_argument("--text", default="", help="what was decided, or what happened")
    parser.add_argument("--run", default="", help="the run that it rests on")
    parser.add_argument("--author", help="default: the user's name")
    verdict_arguments(parser)
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Carry out the action; verify, and list too, end with 1 when the ledger is not intact."""
    from stratum_core.pipeline.projects import open_project

    actions = {"list": _list, "verify": _verify, "checkpoint": _checkpoint}
    with open_project(options.project) as project:
        return actions.get(options.action, _add)(options, project)


def _list(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.record import readable_entries, verify_ledger

    found, verdict = readable_entries(project), verify_ledger(project)
    lines = [f"{n:>4}  {e.time}  {e.kind:<10} {e.author:<12} {e.text}" if e else f"{n:>4}  cannot be read" for n, e in found]
    warnings = [] if verdict.intact else [f"Warning: {verdict.sentence()}"]
    say(options, *(lines or ["Nothing has been recorded in this ledger yet."]), *warnings)
    write_json(options.json, {"schema": SCHEMA, "intact": verdict.intact, "problems": list(verdict.problems),
                              "entries": [e.page() for _, e in found if e]})
    return 0 if verdict.intact else 1


def _verify(options: argparse.Namespace, project: Project) -> int:
    from app.checkpoints import kept_checkpoint
    from app.trust import known_keys
    from stratum_core.pipeline.record import verify_ledger

    return tell(options, verify_ledger(project, known_keys(options.key), kept=kept_checkpoint(options.checkpoint)))


def _checkpoint(options: argparse.Namespace, project: Project) -> int:
    from app.device_key import device_signer
    from stratum_core.ledger import make_checkpoint
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.record import entries
    from stratum_core.ports import utc_now

    point = make_checkpoint(entries(project), device_signer(), utc_now())
    say(options, point.line(), "Keep this line on paper; 'verify PROJECT --checkpoint LINE' checks against it.")
    write_json(options.json, labelled(point, CHECKPOINT_SCHEMA))
    return 0


def _add(options: argparse.Namespace, project: Project) -> int:
    from app.device_key import device_signer
    from stratum_core.ledger.decisions import refuse_impossible
    from stratum_core.pipeline.record import entries, record

    if options.action != "add" and options.entry is None:
        raise InputError(f"'{options.action}' needs the number of an entry", repair="'ledger PROJECT list' shows the numbers")
    kind, about = _KIND[options.action] or options.type, options.entry or 0
    refuse_impossible(entries(project), kind, about)
    text = options.text if options.action != "approve" else options.text or f"Approved entry {about}"
    if not text.strip():
        raise InputError("the entry says nothing", where="--text", repair="say what was decided, or what happened")
    digest = project.run_row(options.run).digest if options.run else ""
    author = options.author or getpass.getuser()
    entry = record(project, device_signer(), kind=kind, text=text, author=author, run=digest, about=about)
    say(options, f"Entry {entry.sequence}: {entry.kind}. {entry.text}")
    write_json(options.json, {"schema": ENTRY_SCHEMA, **entry.page()})
    return 0
