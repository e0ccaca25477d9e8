"""graph: who needs whom, and what matters most, by structure."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.options import common, progress, say, write_json
from stratum_core.errors import InputError
from stratum_core.number_format import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("query", choices=["impact", "requires", "critical", "path", "cuts", "ego"])
    parser.add_argument("--asset", metavar="ID", help="id or unique name of a component")
    parser.add_argument("--to", metavar="ID", help="the other end of a path")
    parser.add_argument("--top", type=int, default=20, metavar="N", help="how many rows")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Answer the query in a few lines; --json holds all of it."""
    from stratum_core import graph
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.projects import open_project

    if options.query not in ("critical", "cuts") and not options.asset:
        raise InputError(f"'{options.query}' needs a component", where="--asset", repair="give an id or a unique name")
    if options.query == "path" and not options.to:
        raise InputError("a path needs its other end", where="--to", repair="give an id or a unique name")
    with open_project(options.project) as project:
        city = project.city()
    answers: dict[str, Any] = {
        "impact": lambda: graph.impact(city, options.asset),
        "requires": lambda: graph.requirements(city, options.asset),
        "critical": lambda: graph.critical(city, options.top, progress=progress(options)),
        "path": lambda: graph.path(city, options.asset, options.to),
        "cuts": lambda: graph.cuts(city),
        "ego": lambda: graph.ego(city, options.asset),
    }
    found = answers[options.query]()
    say(options, *_LINES.get(options.query, _fields)(found, options.top))
    write_json(options.json, jsonable(found))
    return 0


def _impact(found: Any, top: int) -> list[str]:
    people = f" {count(found.anyone)} people lose a service." if found.anyone is not None else ""
    head = f"{len(found.lost)} components are lost for good, in {found.rounds} rounds.{people}"
    rows = [f"  {row.round:>3}  {row.name:<32}{row.rule:<12}{row.because or ''}" for row in found.lost[:top]]
    return [head, *rows, *_more(len(found.lost), top)]


def _requires(found: Any, top: int) -> list[str]:
    rows = [f"  {row.hop:>3}  {row.name:<32}{row.service:<12}{'alone decides' if row.alone else ''}" for row in found.needs[:top]]
    return [
        f"{found.asset} rests on {len(found.needs)} components, {found.hops} hops deep.",
        *rows,
        *_more(len(found.needs), top),
    ]


def _critical(found: Any, top: int) -> list[str]:
    rows = [
        f"  {row.rank:>3}  {row.name:<32}{row.kind:<16}"
        + (f"{count(row.anyone)} people" if row.anyone is not None else f"{row.lost} lost")
        for row in found.ranking
    ]
    return [f"{found.evaluated} components taken away one at a time. {found.rule}", *rows]


def _fields(found: Any, top: int) -> list[str]:
    from dataclasses import fields

    lines = []
    for field in fields(found):
        value = getattr(found, field.name)
        shown = ", ".join(map(str, value[:top])) if isinstance(value, tuple) else value
        lines.append(f"{field.name}: {shown}")
    return lines


def _more(total: int, top: int) -> list[str]:
    return [f"  ... and {total - top} more; --top N or --json shows them."] if total > top else []


_LINES = {"impact": _impact, "requires": _requires, "critical": _critical}
