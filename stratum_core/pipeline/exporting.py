"""The graph of a city as tables for the exporters."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.exporters import Columns, GraphTables, export
from stratum_core.graph.open_questions import Question, open_questions
from stratum_core.graph.typed import TypedGraph, typed_graph
from stratum_core.model.city import City
from stratum_core.ports import utc_now

#: questions that a workshop sheet asks
QUESTIONS = 50


def export_city(city: City, file: Path) -> None:
    """Write the graph of ``city`` in the format of the suffix: graphml, gpkg, csv (edge list), xlsx. Raises InputError."""
    export(graph_tables(city, questions=file.suffix.lower() == ".xlsx"), file)


def graph_tables(city: City, *, questions: bool = False) -> GraphTables:
    """Nodes, edges, dependencies and the courses of links; with the open questions, if asked for."""
    graph = typed_graph(city)
    courses = zip(city.links.id, city.links.path, strict=True)
    return GraphTables(
        city.name, city.crs, graph.columns, _edges(graph), _dated(city.dependencies.columns()),
        tuple((str(id), path) for id, path in courses if path is not None and len(path) > 1),
        _questions(open_questions(city, QUESTIONS).questions) if questions else None)


def _dated(columns: Columns) -> Columns:
    """With the moment of export, so that a sheet which comes back can be held against what it was."""
    now = utc_now().isoformat(timespec="milliseconds")
    return {**columns, "exported": np.full(len(columns["id"]), now, dtype=object)}


def _edges(graph: TypedGraph) -> Columns:
    digraph, ids = graph.digraph, graph.columns["id"]
    used = np.flatnonzero(digraph.start >= 0)
    words = np.array(graph.relations, object)
    rows, count = graph.city.dependencies, len(graph.city.dependencies)
    # dependencies are the first edges of a graph that nobody changed since
    said = {name: rows.columns()[name] for name in ("id", "strength", "strength_low", "strength_high", "confidence", "provenance",
                                                    "source", "author", "date", "group", "buffer")}

    def padded(column: np.ndarray) -> np.ndarray:
        missing: Any = "" if column.dtype == object else np.nan
        return np.concatenate([column, np.full(len(used) - count, missing, column.dtype)])

    return {"start": ids[digraph.start[used]], "end": ids[digraph.end[used]], "relation": words[graph.relation[used]],
            **{name: padded(column) for name, column in said.items()}}


def _questions(found: tuple[Question, ...]) -> Columns:
    columns: dict[str, np.ndarray] = {}
    for field in fields(Question):
        values = [getattr(one, field.name) for one in found]
        columns[field.name] = np.array(values, dtype=object if field.type == "str" else float)
    return columns
