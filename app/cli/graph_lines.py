"""Answers of the graph in a few lines each."""

from __future__ import annotations

from typing import Any

from stratum_core.number_format import count, counted


def impact(found: Any, top: int) -> list[str]:
    people = f" {count(found.anyone)} people lose a service." if found.anyone is not None else ""
    verb = "is" if len(found.lost) == 1 else "are"
    head = f"{counted(len(found.lost), 'component')} {verb} lost for good, in {counted(found.rounds, 'round')}.{people}"
    lines = [f"  {row.round:>3}  {row.name:<32}{row.rule:<12}{row.because or ''}" for row in found.lost[:top]]
    return [head, *lines, *_more(len(found.lost), top)]


def requires(found: Any, top: int) -> list[str]:
    lines = [f"  {n.hop:>3}  {n.name:<32}{n.service:<12}{'alone decides' if n.alone else ''}" for n in found.needs[:top]]
    return [
        f"{found.asset} rests on {counted(len(found.needs), 'component')}, {counted(found.hops, 'hop')} deep.",
        *lines,
        *_more(len(found.needs), top),
    ]


def critical(found: Any, top: int) -> list[str]:
    lines = [
        f"  {row.rank:>3}  {row.name:<32}{row.kind:<16}"
        + (f"{count(row.anyone)} people" if row.anyone is not None else f"{row.lost} lost")
        for row in found.ranking
    ]
    rule = f"{found.rule[:1].upper()}{found.rule[1:].rstrip('.')}."
    return [f"{counted(found.evaluated, 'component')} taken away one at a time. {rule}", *lines]


def path(found: Any, top: int) -> list[str]:
    if not found.found:
        return ["Nothing joins the two."]
    head = counted(len(found.nodes) - 1, "hop") + ("." if found.directed else ", against the way that a failure goes.")
    return [head, *_nodes(found.nodes, found.edges, top)]


def ego(found: Any, top: int) -> list[str]:
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


def cuts(found: Any, top: int) -> list[str]:
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


def paths(found: Any, top: int) -> list[str]:
    """Each path in one line."""
    if not found.paths:
        return ["Nothing leads from the one to the other as a failure goes."]
    best = "the likeliest first" if found.by == "strength" else "fewest hops first"
    lines = [f"  {len(way.edges):>3}  {100 * way.strength:>4.0f} %  {' > '.join(node.name for node in way.nodes)}"
             for way in found.paths]
    return [f"{counted(len(found.paths), 'path')}, {best} (hops, chance that a failure goes all the way).", *lines]


def subgraph(found: Any, top: int) -> list[str]:
    """How much there is, and the first of it."""
    lines = [f"  {node.name:<32}{node.type:<9}{node.sector:<12}{node.kind}" for node in found.nodes[:top]]
    head = f"{counted(len(found.nodes), 'node')} and {counted(len(found.edges), 'edge')} among them."
    return [head, *lines, *_more(len(found.nodes), top)]


def rank(found: Any, top: int) -> list[str]:
    """The ranking."""
    lines = [f"  {row.rank:>3}  {row.name:<32}{row.kind:<16}{row.score:.4g}" for row in found.ranking]
    return [f"{counted(found.components, 'component')} by {found.by}: {found.how}. Structure, not consequence.", *lines]


def communities(found: Any, top: int) -> list[str]:
    """The communities."""
    lines = [f"  {one.components:>6}  around {one.centre:<28}{', '.join(f'{n} {name}' for name, n in one.sectors.items())}"
             for one in found.communities]
    return [f"{found.count} communities; {100 * found.cut_edges:.1f} % of all edges run between two.", *lines]


def mincut(found: Any, top: int) -> list[str]:
    """The cut."""
    if found.size is None:
        return [f"A source touches {found.target}: no component stands between."]
    sources = f"{counted(found.sources, 'source')} ({found.sources_filter})"
    head = f"{counted(found.size, 'component')} between {sources} and {found.target}."
    return [head, *(f"  {node.name:<32}{node.kind:<16}{node.asset}" for node in found.cut[:top]), *_more(len(found.cut), top)]


def loops(found: Any, top: int) -> list[str]:
    """Each loop by its shortest way round."""
    if not found.loops:
        return ["No loop between sectors: none needs what needs it, along the supply as it runs now."]
    lines = [f"  {counted(one.components, 'component')} of {', '.join(one.sectors)}, {count(one.people)} people: "
             + " > ".join(node.name for node in one.shortest) for one in found.loops[:top]]
    return [f"{counted(len(found.loops), 'loop')} between sectors.", *lines, *_more(len(found.loops), top)]


def common_cause(found: Any, top: int) -> list[str]:
    """Each need with what takes its alternatives away together."""
    head = (f"{counted(found.alternatives, 'need')} with alternatives; {len(found.found)} not independent "
            f"(single losses, and supply within {found.corridor_m:g} m of the other's).")
    lines = []
    for one in found.found[:top]:
        lines.append(f"  {one.dependent.name}: {one.service} from {' or '.join(one.suppliers)}, {count(one.people)} people")
        lines += [f"      lost with {loss.cause.name} ({loss.cause.kind})" for loss in one.losses[:3]]
        lines += [f"      {ground.metres:.0f} m in one corridor: {ground.first} and {ground.second}" for ground in one.ground[:3]]
    return [head, *lines, *_more(len(found.found), top)]


def infer(found: Any, top: int) -> list[str]:
    """Proposals, and needs without one."""
    lines = [f"  {one.dependent:<28}{one.service:<9}{one.supplier:<28}{one.metres:>5.0f} m  confidence {one.confidence:.2f}"
             for one in found.proposals[:top]]
    head = f"{counted(len(found.proposals), 'dependency')} that nobody gave can be derived; 'edge PROJECT infer' adds them so."
    lack = [f"Nothing within reach for {', '.join(found.without[:top])}."] if found.without else []
    return [head, *lines, *_more(len(found.proposals), top), *lack]


def questions(found: Any, top: int) -> list[str]:
    """The questions, with people and doubt."""
    lines = [f"  {count(one.people):>8} people  doubt {one.doubt:.2f}  {one.question}" for one in found.questions]
    return [f"{counted(found.asked, 'dependency')} looked at; those that matter most and are known least:", *lines]
