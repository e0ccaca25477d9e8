"""The public door for scripts and notebooks: at most 25 names, which stay.

    from stratum_core import api

    with api.open_project("sample") as project:
        city = project.city()
        graph = api.typed_graph(city)
    print(api.impact(graph.graph, "Station 03").anyone)

Everything takes a city, or a graph of it that is built once for many questions, and gives a frozen result.
"""

from __future__ import annotations

from stratum_core.graph import (
    common_causes,
    critical,
    cuts,
    ego,
    find_communities,
    impact,
    knowledge_graph,
    loops,
    minimum_cut,
    missing_dependencies,
    open_questions,
    path,
    paths,
    rank,
    requirements,
    subgraph,
    typed_graph,
)
from stratum_core.pipeline.cascade import run_cascade, why
from stratum_core.pipeline.exporting import export_city
from stratum_core.pipeline.importing import import_files
from stratum_core.pipeline.projects import open_project
from stratum_core.pipeline.scenario import find_scenario, read_scenario

__all__ = [
    "common_causes",
    "critical",
    "cuts",
    "ego",
    "export_city",
    "find_communities",
    "find_scenario",
    "impact",
    "import_files",
    "knowledge_graph",
    "loops",
    "minimum_cut",
    "missing_dependencies",
    "open_project",
    "open_questions",
    "path",
    "paths",
    "rank",
    "read_scenario",
    "requirements",
    "run_cascade",
    "subgraph",
    "typed_graph",
    "why",
]
