"""edge: dependencies listed, added, corrected, rated and removed; every change is kept with author, time and reason."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.graph_options import as_of_argument, city_of
from app.cli.options import common, fields, rows, say, write_json
from stratum_core.errors import InputError
from stratum_core.number_format import counted

if TYPE_CHECKING:
    from stratum_core.model.changes import Change, Recorded


#: fields that every correction sets
_SIGNED = ("author", "date")


@dataclass(frozen=True)
class EdgeChanges:
    """Changes of dependencies: recorded ones with number, UTC time, author and reason."""

    changes: tuple[Recorded, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("action", choices=["list", "add", "change", "remove", "history", "infer", "take"])
    parser.add_argument("--id", default="", help="the dependency")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE",
                        help="a field: dependent, supplier, service, group, needed, buffer, strength, confidence, note, ...")
    parser.add_argument("--from", dest="sheet", type=Path, metavar="FILE", help="the filled-in sheet (.csv or .xlsx) to take")
    parser.add_argument("--filter", default="", help="which to list, such as: service = power and confidence < 0.6")
    parser.add_argument("--author", help="who says so; default: the user's name")
    parser.add_argument("--reason", default="", help="why, for the history")
    parser.add_argument("--top", type=rows, default=20, metavar="N", help="how many rows")
    parser.add_argument("--dry-run", action="store_true", help="infer, take: show what would change, change nothing")
    as_of_argument(parser)
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Show, or change and show."""
    if options.action == "list":
        return _list(options)
    if options.action == "history":
        return _history(options)
    return _change(options)


def _list(options: argparse.Namespace) -> int:
    from stratum_core.graph.attributes import dependency_columns
    from stratum_core.graph.filters import chosen
    from stratum_core.model.changes import plain_rows

    city = city_of(options)
    table = city.dependencies.take(chosen(options.filter, dependency_columns(city)))
    lines = [f"  {d:<28}{s:<9}{w:<28}{p:<10}{_share(c):>5}{k:>6.2f}  {a or f}" for d, s, w, p, c, k, a, f in zip(
        table.dependent, table.service, table.supplier, table.provenance, table.confidence, table.strength, table.author,
        table.source, strict=True)]
    head = f"  {'who needs':<28}{'what':<9}{'from whom':<28}{'basis':<10}{'conf.':>5}{'str.':>6}  says"
    say(options, f"{counted(len(table), 'dependency')}.", head, *lines[: options.top])
    if len(lines) > options.top:
        say(options, f"  and {len(lines) - options.top} more; --top N or --json shows them")
    write_json(options.json, {"schema": "stratum.edge_list/1", "dependencies": plain_rows(table)})
    return 0


def _history(options: argparse.Namespace) -> int:
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        found = project.history("dependencies", options.id or None)
    lines = [_told(one.change, f"{one.sequence:>4}  {one.at[:16]}  {one.author}: ", one.reason) for one in found[-options.top :]]
    say(options, counted(len(found), "change") + ".", *lines)
    write_json(options.json, labelled(EdgeChanges(tuple(found)), "stratum.edge_changes/1"))
    return 0


def _change(options: argparse.Namespace) -> int:
    from stratum_core.pipeline.projects import open_project
    from stratum_core.ports import utc_now

    author = options.author or getpass.getuser()
    with open_project(options.project) as project:
        changes = _changes(options, project.city(), project.history(), author)
        if not options.dry_run:
            project.save_changes(changes, at=utc_now().isoformat(timespec="milliseconds"), author=author, reason=options.reason)
    would = "would change" if options.dry_run else "changed"
    lines = [_told(one, "  ") for one in changes[: options.top]]
    say(options, f"{counted(len(changes), 'dependency')} {would}.", *lines)
    write_json(options.json, {"schema": "stratum.edge_change/1", "changes": [
        {"id": one.id, "before": one.before, "after": one.after} for one in changes]})
    return 0


def _changes(options: argparse.Namespace, city: object, history: Sequence[Recorded], author: str) -> Sequence[Change]:
    from stratum_core.graph.editing import corrected_dependency, new_dependency
    from stratum_core.graph.inference import as_changes, missing_dependencies
    from stratum_core.model.changes import removed
    from stratum_core.model.city import City
    from stratum_core.pipeline.workshop import changes_of_sheet
    from stratum_core.ports import today

    assert isinstance(city, City)
    values = fields(options)
    if options.action in ("change", "remove") and not options.id:
        raise InputError(f"'{options.action}' needs a dependency", where="--id",
                         repair="'edge PROJECT list --json -' shows the ids")
    if options.action == "take" and options.sheet is None:
        raise InputError("no sheet was named", where="--from", repair="name the file that 'export --to FILE.xlsx' wrote")
    if options.action == "add":
        return [new_dependency(city, values, id=options.id, author=author, date=today())]
    if options.action == "change":
        return [corrected_dependency(city, options.id, values, author=author, date=today())]
    if options.action == "remove":
        return [removed(city, "dependencies", options.id)]
    if options.action == "infer":
        return list(as_changes(city, missing_dependencies(city), today()))
    return changes_of_sheet(city, options.sheet, history, author=author, date=today())


def _told(change: Change, before: str, reason: str = "") -> str:
    """A change in words."""
    row = change.after or change.before or {}
    what = f"{row['dependent']} needs {row['service']} from {row['supplier']}"
    if change.before is None:
        said = f"new: {what} ({row['provenance']}, confidence {row['confidence']:g})"
    elif change.after is None:
        said = f"removed: {what}"
    else:
        differing = {name: (old, change.after[name]) for name, old in change.before.items() if change.after[name] != old}
        told = ", ".join(f"{name} {_shown(a)} -> {_shown(b)}" for name, (a, b) in differing.items() if name not in _SIGNED)
        said = f"{what}: {told or 'confirmed'}"
    return f"{before}{said}{f' ({reason})' if reason else ''}"


def _share(value: float) -> str:
    return "?" if value != value else f"{value:.2f}"


def _shown(value: object) -> str:
    return "unknown" if value is None else f"'{value}'" if isinstance(value, str) else f"{value:g}"
