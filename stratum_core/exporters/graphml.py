"""GraphML (graphdrawing.org): a directed multigraph with all attributes of nodes and edges, as yEd and Gephi read it."""

from __future__ import annotations

from pathlib import Path

from stratum_core.exporters import EXPORTERS, GraphTables, rows


@EXPORTERS.register("graphml")
def write(tables: GraphTables, file: Path) -> None:
    """Write nodes and edges; what is not known is left out."""
    import networkx

    graph = networkx.MultiDiGraph(name=tables.name, crs=tables.crs)
    for node in rows(tables.nodes):
        graph.add_node(node.pop("id"), **node)
    for number, edge in enumerate(rows(tables.edges)):
        graph.add_edge(edge.pop("start"), edge.pop("end"), key=edge.pop("id", f"edge/{number}"), **edge)
    networkx.write_graphml(graph, file, infer_numeric_types=True)
