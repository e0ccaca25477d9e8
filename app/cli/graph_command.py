"""graph: who needs whom, and what matters most, by structure."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.cli import graph_lines
from app.cli.graph_options import as_of_argument, city_of
from app.cli.options import common, metres, progress, rows, say, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.model.city import City


QUERIES = ("impact", "requires", "critical", "path", "paths", "cuts", "ego", "subgraph", "rank", "communities", "mincut",
           "loops", "common-cause", "infer", "questions")
#: queries about one component
_ABOUT_ONE = ("impact", "requires", "path", "paths", "ego")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("query", choices=QUERIES)
    parser.add_argument("--asset", metavar="ID", help="id or unique name of a component")
    parser.add_argument("--to", metavar="ID", help="the other end of a path, or what a minimum cut leads to (service/power)")
    parser.add_argument("--by", default="",
                        help="paths: hops, strength; rank: betweenness, closeness, katz, pagerank, core or degree")
    parser.add_argument("--filter", default="", help="nodes of a subgraph, sources of a minimum cut: kind = pump and people > 9")
    parser.add_argument("--layer", action="append", default=[], help="physical, digital, economic or social; of ego and subgraph")
    parser.add_argument("--hops", type=rows, default=2, help="how far ego looks")
    parser.add_argument("--corridor", type=metres, default=2.0, metavar="M", help="metres within which routes share ground")
    parser.add_argument("--top", type=rows, default=20, metavar="N", help="how many rows")
    as_of_argument(parser)
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Answer the query in a few lines; --json holds all of it."""
    from stratum_core.model.json_schema import labelled

    if options.query in _ABOUT_ONE and not options.asset:
        raise InputError(f"'{options.query}' needs a component", where="--asset", repair="give an id or a unique name")
    if options.query in ("path", "paths", "mincut") and not options.to:
        raise InputError(f"'{options.query}' needs its other end", where="--to", repair="give an id or a unique name")
    found = _answer(options, city_of(options))
    word = options.query.replace("-", "_")
    say(options, *getattr(graph_lines, word)(found, options.top))
    write_json(options.json, labelled(found, f"stratum.graph_{word}/1"))
    return 0


def _answer(options: argparse.Namespace, city: City) -> Any:
    from stratum_core import graph

    layers, watch = tuple(options.layer), progress(options)
    answers: dict[str, Callable[[], Any]] = {
        "impact": lambda: graph.impact(city, options.asset),
        "requires": lambda: graph.requirements(city, options.asset),
        "critical": lambda: graph.critical(city, options.top, progress=watch),
        "path": lambda: graph.path(city, options.asset, options.to),
        "paths": lambda: graph.paths(city, options.asset, options.to, options.top, by=options.by or "hops"),
        "cuts": lambda: graph.cuts(city),
        "ego": lambda: graph.ego(city, options.asset, options.hops, layers=layers),
        "subgraph": lambda: graph.subgraph(city, options.filter, layers=layers),
        "rank": lambda: graph.rank(city, options.by or "betweenness", options.top, progress=watch),
        "communities": lambda: graph.find_communities(city, options.top),
        "mincut": lambda: graph.minimum_cut(city, options.filter or "kind = external_grid", options.to),
        "loops": lambda: graph.loops(city),
        "common-cause": lambda: graph.common_causes(city, corridor_m=options.corridor, progress=watch),
        "infer": lambda: graph.missing_dependencies(city),
        "questions": lambda: graph.open_questions(city, options.top),
    }
    return answers[options.query]()
