"""The 2D map as SVG: grey ramp, hatched flood, squares, numbered chain, tags, legend. No text without a tag."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise

import numpy as np

from stratum_core import number_format as show
from stratum_core.briefing import map_legend, people, wording
from stratum_core.briefing.facts import BriefingFacts, FloodExtent
from stratum_core.briefing.map_content import ChainSite, Content, Site, content_of
from stratum_core.briefing.map_frame import Frame, frame_around
from stratum_core.briefing.map_labels import FONT, Box, Place, Tag, crowd_of, placed
from stratum_core.model.fields import Floats

RAMP = ("#CFCFCF", "#A6A6A6", "#7E7E7E", "#555555", "#2E2E2E", "#000000")  # below 5 %, then five classes
CLASSES = (0.05, 0.20, 0.40, 0.60, 0.80)
_DISC = 6.4
_LONGEST = 32  # letters of a tag
_HOME_M = 13.0


def draw_map(facts: BriefingFacts, height: float) -> str:
    """The map as SVG, ``height`` points high; empty where the project holds no positions."""
    content = content_of(facts)
    wanted = np.array([(step.x, step.y) for step in content.chain]).reshape(-1, 2)
    crowd = content.homes if len(content.homes) > 3 else np.array([(s.x, s.y) for s in content.sites]).reshape(-1, 2)
    if len(crowd) < 2:
        crowd = np.vstack([crowd, np.column_stack([facts.city.assets.x, facts.city.assets.y])])
    frame = frame_around(crowd, wanted, height)
    if frame is None or np.isclose(np.ptp(crowd[np.isfinite(crowd).all(axis=1)], axis=0).max(initial=0.0), 0.0):
        return ""
    return _svg(facts, content, frame)


def _svg(facts: BriefingFacts, content: Content, frame: Frame) -> str:
    homes = frame.to_paper(content.homes)
    sites = [(site, *frame.to_paper(np.array([[site.x, site.y]]))[0]) for site in content.sites]
    sites = [s for s in sites if 4 < s[1] < frame.width - 4 and 4 < s[2] < frame.height - 4]
    discs = _discs(content, frame)
    crowd = crowd_of(homes, np.array([(x, y) for _, x, y in sites]).reshape(-1, 2))
    marks = np.array([(d.x, d.y) for d in discs]).reshape(-1, 2)
    furniture = map_legend.furniture(frame, crowd, marks, metric=facts.city.crs != "none")
    legend = map_legend.legend(_legend_title(facts, content), RAMP, facts.flood, content, frame, crowd, marks, furniture.boxes)
    tags = placed(_places(sites, discs), [legend.box, *furniture.boxes, *_arc_boxes(discs)], crowd, frame)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{frame.width:g}" height="{frame.height:g}" '
        f'viewBox="0 0 {frame.width:g} {frame.height:g}" font-family="Inter, Noto Sans">',
        f'<defs><clipPath id="f"><rect width="{frame.width:g}" height="{frame.height:g}"/></clipPath>'
        f'{map_legend.HATCH}</defs>',
        f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="#FFFFFF"/><g clip-path="url(#f)">',
        *_flood(facts.flood, frame),
        _lines(content.streets, frame, "#DADADA", 1.3), _lines(content.trunk, frame, "#4A4F55", 0.9),
        *_homes(homes, content, frame), *(_square(site, x, y) for site, x, y in sites),
        *_arcs(discs), *_disc_marks(discs), *(_tag(tag) for tag in tags), "</g>",
        furniture.svg, legend.svg,
        f'<rect x="0.4" y="0.4" width="{frame.width - 0.8:g}" height="{frame.height - 0.8:g}" fill="none" stroke="#555555" '
        'stroke-width="0.8"/></svg>']
    return "\n".join(parts)


def _legend_title(facts: BriefingFacts, content: Content) -> str:
    service = people.lead_service(facts)
    if not len(content.homes) or not service:
        return ""
    return f"Chance of losing {wording.losing(service)} within {show.whole(facts.result.horizon_h)}{show.NARROW}h, per cent"


def _flood(flood: FloodExtent | None, frame: Frame) -> Iterable[str]:
    for rings in flood.polygons if flood else ():
        d = " ".join(_path(frame.to_paper(ring), close=True) for ring in rings)
        yield f'<path d="{d}" fill="#E9EDF1" fill-rule="evenodd"/><path d="{d}" fill="url(#h)" fill-rule="evenodd"/>'
        yield f'<path d="{d}" fill="none" stroke="#33414F" stroke-width="1.1"/>'


def _lines(paths: Sequence[Floats], frame: Frame, colour: str, width: float) -> str:
    seen = []
    for path in paths:
        paper = frame.to_paper(path)
        low, high = paper.min(axis=0), paper.max(axis=0)
        if high[0] > 0 and low[0] < frame.width and high[1] > 0 and low[1] < frame.height:
            seen.append(_path(paper))
    d = " ".join(seen)
    return (f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" '
            'stroke-linejoin="round"/>')


def _homes(homes: Floats, content: Content, frame: Frame) -> Iterable[str]:
    """Small squares turned to their street, one path for each class, the worst on top; hollow without a value."""
    inside = frame.shows(homes, -3)
    room = math.sqrt(frame.width * frame.height / max(int(inside.sum()), 1))
    half = 0.5 * min(max(_HOME_M * frame.scale, 2.7), max(0.55 * room, 1.2), 8.0)
    colours = np.where(np.isfinite(content.chance), np.searchsorted(CLASSES, content.chance, side="right"), -1)
    for level in range(-1, len(RAMP)):
        rows = np.flatnonzero(inside & (colours == level))
        if len(rows):
            d = " ".join(_block(homes[i], float(content.angle[i]), half) for i in rows)
            style = 'fill="#FFFFFF" stroke="#9A9A9A" stroke-width="0.4"' if level < 0 else f'fill="{RAMP[level]}"'
            yield f'<path d="{d}" {style}/>'


def _block(centre: Floats, angle: float, half: float) -> str:
    along = np.array([math.cos(angle), -math.sin(angle)]) * half * 1.15
    across = np.array([math.sin(angle), math.cos(angle)]) * half * 0.85
    corners = [centre + along + across, centre + along - across, centre - along - across, centre - along + across]
    return _path(np.array(corners), close=True)


def _square(site: Site, x: float, y: float) -> str:
    dash = ' stroke-dasharray="1.6 1.2"' if site.generated else ""
    return (f'<rect x="{x - 2.9:.1f}" y="{y - 2.9:.1f}" width="5.8" height="5.8" fill="#FFFFFF" stroke="#000000" '
            f'stroke-width="1.1"{dash}/>')


def _discs(content: Content, frame: Frame) -> list[ChainSite]:
    """Chain steps on paper; a disc that would lie on an earlier one moves aside, one outside the frame is left out."""
    found: list[ChainSite] = []
    for step in content.chain:
        x, y = frame.to_paper(np.array([[step.x, step.y]]))[0]
        turn = 0
        while any(math.hypot(x - d.x, y - d.y) < 2.6 * _DISC for d in found) and turn < 12:
            x, y = x + 2.7 * _DISC * math.cos(turn * math.pi / 3), y + 2.7 * _DISC * math.sin(turn * math.pi / 3)
            turn += 1
        if _DISC < x < frame.width - _DISC and _DISC < y < frame.height - _DISC:
            found.append(replace(step, x=float(x), y=float(y)))
    return found


def _bend(a: ChainSite, b: ChainSite) -> tuple[float, float]:
    """The control point of the arc between two discs."""
    dx, dy = b.x - a.x, b.y - a.y
    return (a.x + b.x) / 2 + 0.16 * dy, (a.y + b.y) / 2 - 0.16 * dx


def _arcs(discs: Sequence[ChainSite]) -> Iterable[str]:
    for a, b in pairwise(discs):
        cx, cy = _bend(a, b)
        d = f"M{a.x:.1f} {a.y:.1f}Q{cx:.1f} {cy:.1f} {b.x:.1f} {b.y:.1f}"
        yield (f'<path d="{d}" fill="none" stroke="#FFFFFF" stroke-width="5"/>'
               f'<path d="{d}" fill="none" stroke="#000000" stroke-width="2.1"/>')
        mx, my = (a.x + 2 * cx + b.x) / 4, (a.y + 2 * cy + b.y) / 4
        length = math.hypot(b.x - a.x, b.y - a.y)
        if length > 5 * _DISC:
            ux, uy = (b.x - a.x) / length * 5, (b.y - a.y) / length * 5
            tail = np.array([[mx - ux - 0.8 * uy, my - uy + 0.8 * ux], [mx - ux + 0.8 * uy, my - uy - 0.8 * ux]])
            head = np.vstack([[mx + ux, my + uy], tail])
            yield f'<path d="{_path(head, close=True)}" fill="#000000" stroke="#FFFFFF" stroke-width="0.8"/>'


def _disc_marks(discs: Sequence[ChainSite]) -> Iterable[str]:
    for d in discs:
        yield (f'<circle cx="{d.x:.1f}" cy="{d.y:.1f}" r="{_DISC}" fill="#000000" stroke="#FFFFFF" stroke-width="1.2"/>'
               f'<text x="{d.x:.1f}" y="{d.y + 2.7:.1f}" font-size="7.6" font-weight="600" fill="#FFFFFF" '
               f'text-anchor="middle">{d.number}</text>')


def _arc_boxes(discs: Sequence[ChainSite]) -> list[Box]:
    """Small boxes along the arcs, so that no tag lies on one."""
    boxes = []
    for a, b in pairwise(discs):
        cx, cy = _bend(a, b)
        for t in np.linspace(0.1, 0.9, 17):
            x = (1 - t) ** 2 * a.x + 2 * t * (1 - t) * cx + t * t * b.x
            y = (1 - t) ** 2 * a.y + 2 * t * (1 - t) * cy + t * t * b.y
            boxes.append(Box(x - 2, y - 2, x + 2, y + 2))
    return boxes


def _places(sites: Sequence[tuple[Site, float, float]], discs: Sequence[ChainSite]) -> list[Place]:
    """What may carry a tag: the chain, then facilities, then other sites by their chance of failing."""
    chain = {d.id for d in discs}
    others = sorted((s for s in sites if s[0].id not in chain), key=lambda s: (not s[0].facility, -s[0].chance, s[0].name))
    found = [Place(d.x, d.y, wording.shortened(d.name, _LONGEST), _DISC, in_chain=True) for d in discs]
    worth = [s for s in others if s[0].facility or s[0].chance >= CLASSES[0]]
    found += [Place(x, y, wording.shortened(site.name, _LONGEST), 3.2) for site, x, y in worth]
    return found


def _tag(tag: Tag) -> str:
    box, place = tag.box, tag.place
    weight = "600" if place.in_chain else "400"
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    leader = f'<path d="M{place.x:.1f} {place.y:.1f}L{x:.1f} {y:.1f}" stroke="#555555" stroke-width="0.6"/>' if tag.far else ""
    return (f'{leader}<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.right - box.left:.1f}" '
            f'height="{box.bottom - box.top:.1f}" fill="#FFFFFF" stroke="#8A8A8A" stroke-width="0.5"/>'
            f'<text x="{x:.1f}" y="{y + 2.7:.1f}" font-size="{FONT}" '
            f'font-weight="{weight}" fill="#111111" text-anchor="middle">{escape(place.text)}</text>')


def _path(points: Floats, *, close: bool = False) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if close else "")
