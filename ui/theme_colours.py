"""Colours as numbers, for arrays and VTK."""

from __future__ import annotations

Rgb = tuple[int, int, int]


def rgb(code: str) -> Rgb:
    """Red, green and blue of RRGGBB, from 0 to 255."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def unit(code: str) -> tuple[float, float, float]:
    """Red, green and blue of RRGGBB, from 0 to 1."""
    red, green, blue = rgb(code)
    return red / 255, green / 255, blue / 255


def mixed(first: str, second: str, share: float) -> str:
    """RRGGBB between two: ``share`` of the first."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)
