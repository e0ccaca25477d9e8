"""Which characters the bundled fonts can print; the others are replaced by a visible mark, never dropped in silence."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache

import numpy as np

from stratum_core.resource_files import resource

MARK = "□"
_TEXT_FONTS = (("Inter-Regular.ttf", "Inter-SemiBold.ttf"), ("NotoSans-Regular.ttf",))  # all files of one of them must hold it
_ALLOWED = frozenset("\n\r\t")


def printable(text: str) -> tuple[str, frozenset[str]]:
    """The text in composed form with ``MARK`` for each character that no bundled font holds, and those characters."""
    if text.isascii():
        return text, frozenset()
    composed = unicodedata.normalize("NFC", text)
    lost = frozenset(composed) - covered() - _ALLOWED
    return (composed.translate({ord(character): MARK for character in lost}) if lost else composed), lost


@cache
def covered() -> frozenset[str]:
    """All characters that the fonts of the briefing can print."""
    families = [frozenset.intersection(*(_characters(file) for file in files)) for files in _TEXT_FONTS]
    return frozenset(map(chr, frozenset.union(*families)))


def _characters(file: str) -> frozenset[int]:
    """Code points in the character map of a TrueType font: its subtable of format 4 (OpenType 1.9, cmap)."""
    data = (resource("fonts") / file).read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    found = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * tables, 16)}
    cmap = found[b"cmap"]
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">I", data, cmap + 4 + 8 * number + 4)[0]
        if struct.unpack_from(">H", data, start)[0] == 4:
            return _segments(data, start)
    return frozenset()


def _segments(data: bytes, start: int) -> frozenset[int]:
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends = np.frombuffer(data, ">u2", count, start + 14).astype(int)
    starts, deltas, offsets = (np.frombuffer(data, ">u2", count, start + 16 + 2 * count * n).astype(int) for n in (1, 2, 3))
    offset_at = start + 16 + 6 * count
    points = set()
    for i, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            at = offset_at + 2 * i + offset + 2 * (code - first)
            glyph = (code + delta) % 65536 if not offset else struct.unpack_from(">H", data, at)[0]
            if glyph and code != 0xFFFF:
                points.add(code)
    return frozenset(points)
