"""graph: who needs whom, and what matters most, by structure."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.options import common, progress, rows, say, write_json
from stratum_core.errors import InputError
from stratum_core.number_format import count, counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("query", choices=["impact", "requires", "critical", "path", "cuts", "ego"])
    parser.add_argument("--asset", metavar="ID", help="id or unique name of a component")
    parser.add_argument("--to", metavar="ID", help="the other end of a path")
    parser.add_argument("--top", type=rows, default=20, metavar="N", help="how many rows")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Answer the query in a few lines; --json holds all of it."""
    from stratum_core import graph
    from stratum_core.model.json_schema import labelled
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
    say(options, *_LINES[options.query](found, options.top))
    write_json(options.json, labelled(found, f"stratum.graph_{options.query}/1"))
    return 0


def _impact(found: Any, top: int) -> list[str]:
    people = f" {count(found.anyone)} people lose a service." if found.anyone is not None else ""
    verb = "is" if len(found.lost) == 1 else "are"
    head = f"{counted(len(found.lost), 'component')} {verb} lost for good, in {counted(found.rounds, 'round')}.{people}"
    lines = [f"  {row.round:>3}  {row.name:<32}{row.rule:<12}{row.because or ''}" for row in found.lost[:top]]
    return [head, *lines, *_more(len(found.lost), top)]


def _requires(found: Any, top: int) -> list[str]:
    lines = [f"  {n.hop:>3}  {n.name:<32}{n.service:<12}{'alone decides' if n.alone else ''}" for n in found.needs[:top]]
    return [
        f"{found.asset} rests on {counted(len(found.needs), 'component')}, {counted(found.hops, 'hop')} deep.",
        *lines,
        *_more(len(found.needs), top),
    ]


def _critical(found: Any, top: int) -> list[str]:
    lines = [
        f"  {row.rank:>3}  {row.name:<32}{row.kind:<16}"
        + (f"{count(row.anyone)} people" if row.anyone is not None else f"{row.lost} lost")
        for row in found.ranking
    ]
    rule = f"{found.rule[:1].upper()}{found.rule[1:].rstrip('.')}."
    return [f"{counted(found.evaluated, 'component')} taken away one at a time. {rule}", *lines]


def _path(found: Any, top: int) -> list[str]:
    if not found.found:
        return ["Nothing joins the two."]
    head = counted(len(found.nodes) - 1, "hop") + ("." if found.directed else ", against the way that a failure goes.")
    return [head, *_nodes(found.nodes, found.edges, top)]


def _ego(found: Any, top: int) -> list[str]:
    head = f"{found.asset}: {counted(len(found.nodes) - 1, 'component')} within {counted(found.hops, 'hop')}."
    return [head, *_nodes(found.nodes, found.edges, top)]


def _nodes(nodes: Any, edges: Any, top: int) -> list[str]:
    """A line for each component: hop, name, kind, and by what it is joined to one before it."""
    hop = {node.asset: node.hop for node in nodes}
    joined: dict[str, str] = {}
    for edge in edges:
        joined.setdefault(max(edge.start, edge.end, key=lambda name: hop[name]), edge.relation)
    lines = [f"  {n.hop:>3}  {n.name:<32}{n.kind:<16}{joined.get(n.asset, '') if n.hop else ''}".rstrip() for n in nodes[:top]]
    return [*lines, *_more(len(nodes), top)]


def _cuts(found: Any, top: int) -> list[str]:
    lines = []
    for sector in found.articulation:
        points, bridges = found.articulation[sector], found.bridges.get(sector, ())
        told = f"{counted(len(points), 'asset')} and {counted(len(bridges), 'link')}"
        lines.append(f"{sector}: {told} whose loss cuts the network.")
        lines += [f"  asset  {name}" for name in points[:top]] + _more(len(points), top)
        lines += [f"  link   {name}" for name in bridges[:top]] + _more(len(bridges), top)
    return lines or ["No asset or link cuts a network."]


def _more(total: int, top: int) -> list[str]:
    return [f"  and {total - top} more; --top N or --json shows them"] if total > top else []


_LINES = {"impact": _impact, "requires": _requires, "critical": _critical, "path": _path, "ego": _ego, "cuts": _cuts}
