"""The text of an EPANET 2.2 input file by sections, and its units.

EPANET 2.2 user's manual, appendix C (input file format) and appendix A (units).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stratum_core.errors import InputError, unknown
from stratum_core.importers.source_file import SourceFile

_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
#: EPANET's flow units by our name; those in the first line go with feet and inches
_US_FLOWS = {"CFS": "cfs", "GPM": "gpm", "MGD": "MGD", "IMGD": "IMGD", "AFD": "AFD"}
_METRIC_FLOWS = {"LPS": "l/s", "LPM": "l/min", "MLD": "MLD", "CMH": "m3/h", "CMD": "m3/d", "CMS": "m3/s", "SI": "l/s"}


@dataclass(frozen=True)
class Line:
    """One line of a section: its number in the file and its words."""

    number: int
    words: tuple[str, ...]

    def word(self, place: int, default: str = "") -> str:
        """The word at ``place`` from 0, or ``default`` where the line is shorter."""
        return self.words[place] if place < len(self.words) else default


class Sections:
    """The lines of a file by section; a section's name counts by its first four letters."""

    def __init__(self, file: SourceFile) -> None:
        self._lines: dict[str, list[Line]] = {}
        section = ""
        for number, text in enumerate(file.lines, start=1):
            text = text.strip()
            if text.startswith("["):
                section = text[1:5].upper().rstrip("]")
                continue
            words = () if section == "TITL" else tuple(a or b for a, b in _TOKEN.findall(text.split(";")[0]))
            if words:
                self._lines.setdefault(section, []).append(Line(number, words))

    def __getitem__(self, name: str) -> list[Line]:
        return self._lines.get(name[:4], [])


@dataclass(frozen=True)
class Settings:
    """Units and rules that [OPTIONS] states: our unit names, headloss formula, demand multiplier."""

    flow: str
    length: str
    diameter: str
    volume: str
    headloss: str
    multiplier: float


def settings(sections: Sections, where: str) -> Settings:
    """The options of the file, EPANET's defaults (GPM, H-W, 1) where it is silent."""
    units, headloss, multiplier = "GPM", "H-W", 1.0
    for line in sections["OPTIONS"]:
        key = line.words[0].upper()
        if key == "UNITS":
            units = line.word(1).upper()
        elif key == "HEADLOSS":
            headloss = line.word(1).upper()
        elif key == "DEMAND" and line.word(1).upper() == "MULTIPLIER":
            multiplier = _number(line, 2, where)
    if units not in _US_FLOWS | _METRIC_FLOWS:
        raise unknown("flow unit", units, _US_FLOWS | _METRIC_FLOWS, where=f"{where}, [OPTIONS]")
    if units in _US_FLOWS:
        return Settings(_US_FLOWS[units], "ft", "in", "ft3", headloss, multiplier)
    return Settings(_METRIC_FLOWS[units], "m", "mm", "m3", headloss, multiplier)


def _number(line: Line, place: int, where: str) -> float:
    try:
        return float(line.word(place))
    except ValueError as error:
        raise InputError(f"'{line.word(place)}' is no number", where=f"{where}, line {line.number}, {line.words[0]}",
                         repair="give a number") from error
