"""People without a service over time, as SVG: middle run solid, 5 and 95 in 100 dashed, grey band, direct labels."""

from __future__ import annotations

import math

import numpy as np

from stratum_core import number_format as show
from stratum_core.model.fields import Floats
from stratum_core.model.results import Band

WIDTH, HEIGHT = 516.0, 134.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 32.0, 16.0, 8.0, 18.0


def draw_band(band: Band) -> str:
    """The chart of one band; zero is always shown."""
    top = _round_up(float(np.nanmax(band.p95, initial=0.0)))
    last = float(band.h[-1]) if len(band.h) else 1.0
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="Inter, Noto Sans" font-size="7.4">', *_grid(top, last)]
    low, mid, high = (_points(band.h, line, last, top) for line in (band.p05, band.p50, band.p95))
    parts.append(f'<path d="{_path(np.vstack([high, low[::-1]]))}Z" fill="#000000" fill-opacity="0.14"/>')
    for line in (low, high):
        parts.append(f'<path d="{_path(line)}" fill="none" stroke="#222222" stroke-width="0.8" stroke-dasharray="3 2.2"/>')
    parts.append(f'<path d="{_path(mid)}" fill="none" stroke="#000000" stroke-width="1.8" stroke-linejoin="round"/>')
    return "".join([*parts, *_labels(low, mid, high), "</svg>"])


def _points(hours: Floats, values: Floats, last: float, top: float) -> Floats:
    return np.column_stack([
        _LEFT + hours / last * (WIDTH - _LEFT - _RIGHT), HEIGHT - _BOTTOM - values / top * (HEIGHT - _TOP - _BOTTOM)])


def _grid(top: float, last: float) -> list[str]:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)
        colour = "#555555" if share == 0 else "#D8D8D8"
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="{colour}" stroke-width="0.6"/>'
                     f'<text x="{_LEFT - 5}" y="{y + 2.6:.1f}" text-anchor="end" fill="#333333">{show.whole(share * top)}</text>')
    step = next(s for s in (1, 2, 3, 6, 12, 24, 48, 72, 168, 1e9) if last / s <= 8)
    for hour in np.arange(0.0, last + 1e-9, step):
        x = _LEFT + hour / last * (WIDTH - _LEFT - _RIGHT)
        parts.append(f'<path d="M{x:.1f} {HEIGHT - _BOTTOM}v3" stroke="#555555" stroke-width="0.6"/>'
                     f'<text x="{x:.1f}" y="{HEIGHT - 5}" text-anchor="middle" fill="#333333">T+{hour:g}{show.NARROW}h</text>')
    return parts


def _labels(low: Floats, mid: Floats, high: Floats) -> list[str]:
    """Each line named where it is farthest from the others; lines that coincide are named once."""
    if np.ptp(high[:, 1]) < 1 and np.ptp(mid[:, 1]) < 1:
        return [_text(float(mid[len(mid) // 2, 0]), float(mid[len(mid) // 2, 1]) - 6, "all runs", bold=True)]
    parts = []
    taken: list[Point] = []
    others = np.vstack([_dense(line) for line in (low, mid, high)])
    for name, line, sides, bold in (("middle run", mid, (1, -1), True), ("95 in 100 runs lie below", high, (-1, 1), False),
                                    ("5 in 100 runs lie below", low, (1, -1), False)):
        spot = _spot(line, others, sides, taken)
        if spot is not None:
            taken.append(spot)
            parts.append(_text(*spot, name, bold=bold))
    return parts


Point = tuple[float, float]


def _spot(line: Floats, others: Floats, sides: tuple[int, int], taken: list[Point]) -> Point | None:
    """Where a label above (-1) or below (1) its line is farthest from all lines, inside the frame, off other labels."""
    best: tuple[float, float, float] | None = None
    for side in sides:
        for x in np.arange(_LEFT + 54, WIDTH - _RIGHT - 54, 4.0):
            y = float(np.interp(x, line[:, 0], line[:, 1])) + (9.0 if side > 0 else -4.5)
            near = others[np.abs(others[:, 0] - x) < 46]
            clear = min(float(np.abs(near[:, 1] - (y - 2.6)).min()), 6.6)
            free = not any(abs(x - tx) < 76 and abs(y - ty) < 10 for tx, ty in taken)
            gain = 0.01 if side == sides[0] else 1.5
            if _TOP + 5 < y < HEIGHT - _BOTTOM - 2 and free and (best is None or clear > best[0] + gain):
                best = clear, float(x), y
    return best[1:] if best is not None and best[0] > 4.0 else None


def _dense(line: Floats) -> Floats:
    """Points every half point along the line's x and y, so that steep parts count."""
    steps = np.maximum(np.abs(np.diff(line, axis=0)).max(axis=1), 0.1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, along[-1], 0.5)
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def _text(x: float, y: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="#111111"{weight}>{text}</text>'


def _path(points: Floats) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _round_up(value: float) -> float:
    """A round number not below ``value`` whose quarters are whole."""
    if value <= 4:
        return 4.0
    power = 10.0 ** math.floor(math.log10(value))
    tops = (n * power for n in (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0))
    return next(top for top in tops if top >= value and top % 4 == 0)
