"""Legend, north arrow and scale bar of the map, in the corner that hides least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from stratum_core import number_format as show
from stratum_core.briefing.facts import FloodExtent
from stratum_core.briefing.map_content import Content
from stratum_core.briefing.map_frame import Frame
from stratum_core.briefing.map_labels import Box, text_width
from stratum_core.model.fields import Floats

HATCH = ('<pattern id="h" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(20)">'
         '<path d="M0 3.5H7" stroke="#B4BDC6" stroke-width="0.5"/></pattern>')
_TICKS = (0, 5, 20, 40, 60, 80, 100)
_PAD = 7.0


@dataclass(frozen=True)
class Drawn:
    """SVG and the room it takes."""

    svg: str
    box: Box


@dataclass(frozen=True)
class Furniture:
    """North arrow and scale bar."""

    svg: str
    boxes: tuple[Box, ...]


def legend(title: str, ramp: Sequence[str], flood: FloodExtent | None, content: Content, frame: Frame, crowd: Floats,
           marks: Floats, taken: Sequence[Box]) -> Drawn:
    """The key to classes, lines and marks that the map holds; title empty: no classes."""
    rows = _rows(_keys(flood, content))
    width = max(196.0, 2 * _PAD + text_width(title, 7.4, bold=True), *(_row_width(row) + 2 * _PAD for row in rows), 0.0)
    head = 34.0 if title else 2.0
    height = head + 13.0 * len(rows) + 6
    box = _corner(width, height, frame, crowd, marks, taken)
    parts = [f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#FFFFFF" '
             'stroke="#8A8A8A" stroke-width="0.6"/>']
    if title:
        parts += _ramp(title, ramp, box, width)
    for number, row in enumerate(rows):
        parts += _row(row, box.left + _PAD, box.top + head + 13.0 * number + 8)
    return Drawn("".join(parts), box)


def furniture(frame: Frame, crowd: Floats, marks: Floats, *, metric: bool) -> Furniture:
    """North arrow and scale bar at the top, right if that hides nothing; none on a schematic, which has no metres."""
    if not metric:
        return Furniture("", ())
    metres, length = frame.scale_bar()
    width = length + 52.0
    places = [Box(x, 4, x + width, 30) for x in (frame.width - 4 - width, 4.0)]
    box = min(places, key=lambda place: _hidden(place, crowd, marks))
    left, right, top = box.left + 40, box.right - 12, 12.0
    label = f"{show.whole(metres)}{show.NARROW}m" if metres < 1000 else f"{metres / 1000:g}{show.NARROW}km"
    svg = (f'<rect x="{box.left:.1f}" y="{box.top}" width="{box.right - box.left:.1f}" height="{box.bottom - box.top}" '
           'fill="#FFFFFF"/>'
           f'<path d="M{left:.1f} {top + 8}v4h{length:.1f}v-4" fill="none" stroke="#000000" stroke-width="1.1"/>'
           f'<text x="{(left + right) / 2:.1f}" y="{top + 5}" font-size="7.4" fill="#111111" '
           f'text-anchor="middle">{label}</text>'
           f'<path d="M{left - 14:.1f} {top - 2}l4.5 13l-4.5 -3.4l-4.5 3.4Z" fill="#000000"/>'
           f'<text x="{left - 27:.1f}" y="{top + 9}" font-size="7.4" font-weight="600" fill="#000000" '
           'text-anchor="middle">N</text>')
    return Furniture(svg, (box,))


Key = tuple[str, str]


def _keys(flood: FloodExtent | None, content: Content) -> list[Key]:
    found: list[Key] = []
    if flood is not None and flood.polygons:
        found.append(('<rect y="-4" width="14" height="8" fill="#E9EDF1"/><rect y="-4" width="14" height="8" fill="url(#h)" '
                      'stroke="#33414F" stroke-width="0.8"/>', f"flood, {flood.provenance}"))
    if any(not site.generated for site in content.sites):
        found.append(('<rect x="3" y="-3" width="6" height="6" fill="#FFFFFF" stroke="#000000" stroke-width="1.1"/>',
                      "station or site"))
    if any(site.generated for site in content.sites):
        found.append(('<rect x="3" y="-3" width="6" height="6" fill="#FFFFFF" stroke="#000000" stroke-width="1.1" '
                      'stroke-dasharray="1.6 1.2"/>', "generated site"))
    if content.trunk:
        found.append(('<path d="M0 0H14" stroke="#4A4F55" stroke-width="1.1"/>', "main line"))
    if content.streets:
        found.append(('<path d="M0 0H14" stroke="#DADADA" stroke-width="2"/>', "street"))
    if content.chain:
        found.append(('<circle cx="6" r="4.2" fill="#000000"/><text x="6" y="2" font-size="5.6" font-weight="600" fill="#FFFFFF" '
                      'text-anchor="middle">1</text>', "chain"))
    return found


def _rows(keys: list[Key]) -> list[list[Key]]:
    return [keys[i:i + 3] for i in range(0, len(keys), 3)]


def _row_width(row: list[Key]) -> float:
    return sum(18 + text_width(text, 7.0) + 9 for _, text in row) - 9


def _row(row: list[Key], x: float, y: float) -> list[str]:
    parts = []
    for mark, text in row:
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{mark}</g>'
                     f'<text x="{x + 18:.1f}" y="{y + 2.5:.1f}" font-size="7" fill="#111111">{escape(text)}</text>')
        x += 18 + text_width(text, 7.0) + 9
    return parts


def _ramp(title: str, ramp: Sequence[str], box: Box, width: float) -> list[str]:
    left, cell = box.left + _PAD, (width - 2 * _PAD) / len(ramp)
    parts = [f'<text x="{left:.1f}" y="{box.top + 11:.1f}" font-size="7.4" font-weight="600" '
             f'fill="#111111">{escape(title)}</text>']
    for i, colour in enumerate(ramp):
        parts.append(f'<rect x="{left + i * cell:.1f}" y="{box.top + 16:.1f}" width="{cell:.2f}" height="6.5" fill="{colour}"/>')
    for i, tick in enumerate(_TICKS):
        anchor = "start" if i == 0 else "end" if i == len(_TICKS) - 1 else "middle"
        parts.append(f'<text x="{left + i * cell:.1f}" y="{box.top + 30:.1f}" font-size="6.8" fill="#111111" '
                     f'text-anchor="{anchor}">{tick}</text>')
    return parts


def _corner(width: float, height: float, frame: Frame, crowd: Floats, marks: Floats, taken: Sequence[Box]) -> Box:
    """The free corner that covers the fewest homes and no disc of the chain."""
    left, right, top, bottom = 5.0, frame.width - 5 - width, 5.0, frame.height - 5 - height
    corners = [Box(x, y, x + width, y + height) for x, y in ((right, bottom), (left, bottom), (left, top), (right, top))]
    free = [box for box in corners if not any(box.meets(other) for other in taken)] or corners[:1]
    return min(free, key=lambda box: _hidden(box, crowd, marks))


def _hidden(box: Box, crowd: Floats, marks: Floats) -> int:
    """What a box covers: homes, and discs at a thousand times their weight."""
    grown = Box(box.left - 12, box.top - 12, box.right + 12, box.bottom + 12)
    return box.covered(crowd) + 1000 * grown.covered(marks)
