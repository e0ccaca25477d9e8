"""EPANET 2.2 input files: junctions, reservoirs, tanks, pipes, pumps, valves.

It reads the network and its start state, not the controls, the rules or water
quality. EPANET 2.2 user's manual, appendix C.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from stratum_core.importers.draft import NAN, Draft, Row
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.inp_sections import Line, Sections, settings
from stratum_core.importers.source_file import SourceFile

_LINK_WORDS = {"LINK", "PIPE", "PUMP", "VALVE"}


def claims(file: SourceFile, request: Request) -> bool:
    """True if the text has a section that every network has."""
    text = file.text.upper()
    return any(section in text for section in ("[JUNC", "[PIPE", "[RESE", "[TANK"))


def read(file: SourceFile, request: Request) -> Draft:
    """The network of ``file`` as assets and links of the sector water."""
    reader = _Reader(request.draft(file), Sections(file))
    reader.nodes()
    reader.links()
    reader.coordinates()
    reader.notes()
    return reader.draft


class _Reader:
    """One file being read: its sections, units and what is known of it so far."""

    def __init__(self, draft: Draft, sections: Sections) -> None:
        self.draft, self.sections = draft, sections
        self.units = settings(sections, draft.file.name)
        self.curves = self._curves()
        self.status = {line.words[0]: line.word(1).upper() for line in sections["STATUS"]}
        self.controlled = {name for line in [*sections["CONTROLS"], *sections["RULES"]]
                           for word, name in zip(line.words, line.words[1:], strict=False) if word.upper() in _LINK_WORDS}

    def where(self, line: Line, what: str = "") -> str:
        """File, line and component, for messages."""
        return f"{self.draft.file.name}, line {line.number}{f', {what} {line.words[0]!r}' if what else ''}"

    def number(self, line: Line, place: int, what: str, field: str, unit: str = "1", default: str = "") -> float:
        """The number at ``place`` of a line in the internal unit; a bad row if there is none."""
        return self.draft.number(line.word(place, default), self.where(line, what), field, unit)

    def nodes(self) -> None:
        """Junctions, reservoirs and tanks, each with the demand or storage that it has."""
        demands = self._demands()
        for line in self.sections["JUNCTIONS"]:
            demand = demands.get(line.words[0])
            if demand is None:
                demand = self.number(line, 2, "junction", "demand", self.units.flow, "0")
            self._node(line, "junction", demand=demand * self.units.multiplier,
                       z=self.number(line, 1, "junction", "elevation", self.units.length, "0"))
        for line in self.sections["RESERVOIRS"]:
            self._node(line, "reservoir", z=self.number(line, 1, "reservoir", "head", self.units.length))
            self.draft.note("the height of a reservoir is its head, the level of its water")
        for line in self.sections["TANKS"]:
            self._tank(line)

    def _node(self, line: Line, kind: str, unit: str = "m3/s", part: str = "", **columns: float) -> None:
        name = line.words[0]
        if name in self.draft.nodes:
            self.draft.refuse(self.where(line, kind), "its id is taken by another node", "give each node an id of its own")
            return
        identifier = self.draft.component_id(part or kind, name)
        self.draft.nodes[name] = identifier
        self.draft.add("assets", identifier, self.where(line, kind), name=name, sector="water", kind=kind, unit=unit, **columns)

    def _tank(self, line: Line) -> None:
        """A tank; its capacity is the volume between its lowest and highest level."""
        elevation = self.number(line, 1, "tank", "elevation", self.units.length)
        if len(line.words) <= 3:
            self._node(line, "reservoir", part="tank", z=elevation)
            return
        initial, low, high = (self.number(line, i, "tank", field, self.units.length)
                              for i, field in ((2, "initial level"), (3, "minimum level"), (4, "maximum level")))
        diameter = self.number(line, 5, "tank", "diameter", self.units.length)
        if high < low or not (low <= initial <= high or math.isnan(low + initial + high)):
            self.draft.refuse(self.where(line, "tank"), "its levels are not minimum <= initial <= maximum", "mend them")
            return
        volume = (high - low) * math.pi * diameter**2 / 4
        if line.word(7, "*") != "*":
            volume = self._volume(line, low, high)
        self._node(line, "tank", "m3", z=elevation, capacity=volume, level=(initial - low) / (high - low) if high > low else NAN)

    def _volume(self, line: Line, low: float, high: float) -> float:
        """Volume between two levels by the tank's volume curve."""
        curve = self._curve(line, line.word(7), "tank")
        if curve is None:
            return NAN
        length, volume = (self.draft.number(1, "", "", unit) for unit in (self.units.length, self.units.volume))
        return float(np.diff(np.interp([low, high], curve[:, 0] * length, curve[:, 1] * volume))[0])

    def links(self) -> None:
        """Pipes, pumps and valves; ``closed`` is false for those that are shut at the start."""
        for line in self.sections["PIPES"]:
            self._pipe(line)
        for line in self.sections["PUMPS"]:
            self._pump(line)
        for line in self.sections["VALVES"]:
            self._link(line, "valve", diameter=self.number(line, 3, "valve", "diameter", self.units.diameter))

    def _link(self, line: Line, kind: str, *, open_now: bool | None = None, **columns: object) -> Row:
        name, where = line.words[0], self.where(line, kind)
        start, end = (self.draft.end(line.word(i), where, field) for i, field in ((1, "start"), (2, "end")))
        if open_now is None:
            open_now = self.status.get(name) != "CLOSED"
        return self.draft.add("links", self.draft.component_id(kind, name), where, name=name, sector="water", kind=kind,
                              start=start, end=end, closed=open_now, **columns)

    def _pipe(self, line: Line) -> None:
        state = next((word.upper() for word in line.words[6:8] if word.upper() in ("OPEN", "CLOSED", "CV")), "OPEN")
        roughness = self.number(line, 5, "pipe", "roughness")
        self._link(
            line, "pipe", open_now=self.status.get(line.words[0], state) != "CLOSED", one_way=state == "CV",
            length=self.number(line, 3, "pipe", "length", self.units.length),
            diameter=self.number(line, 4, "pipe", "diameter", self.units.diameter),
            roughness=roughness if self.units.headloss.startswith("H") else NAN,
        )

    def _pump(self, line: Line) -> None:
        """A pump; one that is off at the start but has a control can be switched on."""
        words = {key.upper(): value for key, value in zip(line.words[3::2], line.words[4::2], strict=False)}
        if not {"HEAD", "POWER"} & words.keys():
            self.draft.refuse(self.where(line, "pump"), "it has neither a HEAD curve nor a POWER",
                              "write HEAD and a curve, or POWER and a number")
        capacity = self._best_flow(line, words["HEAD"]) if "HEAD" in words else NAN
        if "HEAD" not in words:
            self.draft.note(f"pump {line.words[0]} is given by its power; its flow counts as unlimited")
        stopped = self.status.get(line.words[0], words.get("SPEED", "1")) in ("CLOSED", "0")
        if stopped and line.words[0] in self.controlled:
            self.draft.note(f"pump {line.words[0]} is off at the start and switched by controls; it counts as ready")
        self._link(line, "pump", open_now=not stopped or line.words[0] in self.controlled, one_way=True, unit="m3/s",
                   capacity=capacity)

    def _best_flow(self, line: Line, name: str) -> float:
        """Design flow: of one point that point, of three the middle one, of more the median."""
        curve = self._curve(line, name, "pump")
        if curve is None or not np.isfinite(curve).all():
            return NAN
        return self.draft.number(float(np.median(curve[:, 0])), self.where(line, "pump"), "flow", self.units.flow)

    def _curve(self, line: Line, name: str, what: str) -> npt.NDArray[np.float64] | None:
        if name not in self.curves:
            self.draft.refuse(self.where(line, what), f"curve '{name}' is not in [CURVES]", "add the curve")
            return None
        return np.array(self.curves[name])

    def _curves(self) -> dict[str, list[tuple[float, float]]]:
        found: dict[str, list[tuple[float, float]]] = {}
        for line in self.sections["CURVES"]:
            point = self.number(line, 1, "curve", "x"), self.number(line, 2, "curve", "y")
            found.setdefault(line.words[0], []).append(point)
        return found

    def _demands(self) -> dict[str, float]:
        """Sums of [DEMANDS] by junction, which replace the demand of [JUNCTIONS]."""
        found: dict[str, float] = {}
        known = {line.words[0] for line in self.sections["JUNCTIONS"]}
        for line in self.sections["DEMANDS"]:
            if line.words[0] not in known:
                self.draft.refuse(self.where(line, "demand"), "there is no such junction", "name a junction of the file")
            demand = self.number(line, 1, "demand", "demand", self.units.flow)
            found[line.words[0]] = found.get(line.words[0], 0.0) + demand
        return found

    def coordinates(self) -> None:
        """Positions of nodes, and paths of links that have vertices."""
        at = dict(self._points("COORDINATES", {str(name) for name in self.draft.nodes}))
        self.draft.drawn = bool(at)
        by_id = {self.draft.nodes[name]: point for name, point in at.items()}
        for row in self.draft.rows["assets"]:
            row["x"], row["y"] = by_id.get(row["id"], (NAN, NAN))
        bends: dict[str, list[tuple[float, float]]] = {}
        for name, point in self._points("VERTICES", {link["name"] for link in self.draft.rows["links"]}):
            bends.setdefault(name, []).append(point)
        for link in self.draft.rows["links"]:
            if link["name"] in bends and link["start"] in by_id and link["end"] in by_id:
                link["path"] = np.array([by_id[link["start"]], *bends[link["name"]], by_id[link["end"]]])
        missing = len(self.draft.nodes) - len(at)
        if at and missing:
            self.draft.note(f"{missing} nodes of {self.draft.file.name} have no coordinates")

    def _points(self, section: str, known: set[str]) -> Iterator[tuple[str, tuple[float, float]]]:
        """Name and point of each line of a section; like EPANET, it passes over names that the file does not define."""
        for line in self.sections[section]:
            if line.words[0] in known:
                yield line.words[0], (self.number(line, 1, "point", "x"), self.number(line, 2, "point", "y"))

    def notes(self) -> None:
        """What was not taken over, for the person who reads the source."""
        if self.sections["PATTERNS"]:
            self.draft.note("demands are base demands; patterns over the day are not applied")
        if not self.units.headloss.startswith("H"):
            self.draft.note(f"roughness is left out: it is for the formula {self.units.headloss}, not Hazen-Williams")
        if self.controlled:
            self.draft.note(f"controls and rules of {len(self.controlled)} links are not read")


IMPORTERS.register("epanet_inp")(Format((".inp",), claims, read))
