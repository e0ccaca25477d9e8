"""MATPOWER case files (.m): buses, loads, generators, branches.

MATPOWER user's manual, appendix B (data file format). Case files have no
coordinates, so the drawing is schematic; shunts, costs and reactive power are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers.draft import NAN, Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.matlab import MatrixRow, Script, evaluate, parse
from stratum_core.importers.source_file import SourceFile

#: the columns that are read, counted from 0, and the number of columns a row must have
_BUS = {"BUS_I": 0, "BUS_TYPE": 1, "PD": 2, "QD": 3, "BASE_KV": 9, "ZONE": 10}
_GEN = {"GEN_BUS": 0, "PG": 1, "GEN_STATUS": 7, "PMAX": 8}
_BRANCH = {"F_BUS": 0, "T_BUS": 1, "BR_R": 2, "BR_X": 3, "RATE_A": 5, "TAP": 8, "SHIFT": 9, "BR_STATUS": 10}
_COLUMNS = {"bus": _BUS, "gen": _GEN, "branch": _BRANCH}
_UNLIMITED = ("PMAX", "RATE_A")
_SLACK, _ISOLATED = 3, 4

_TOUCHES = re.compile(r"(?:mpc\.)?(bus|gen|branch)\s*\(.*?\)\s*=[^=]")
_SCALING = re.compile(
    r"(?:mpc\.)?(bus|gen|branch)\(:,\s*\[?([A-Z_,\s]+?)\]?\)\s*=\s*(?:mpc\.)?\1\(:,\s*\[?([A-Z_,\s]+?)\]?\)\s*([*/])\s*([^;]+);?$")
_BUS_NAMES = re.compile(r"mpc\.bus_name\s*=\s*\{(.*?)\}\s*;", re.DOTALL)

Row = dict[str, float]


def claims(file: SourceFile, request: Request) -> bool:
    """True if the text assigns buses and branches."""
    return bool(re.search(r"\bbus\s*=\s*\[", file.text) and re.search(r"\bbranch\s*=\s*\[", file.text))


def read(file: SourceFile, request: Request) -> Draft:
    """The grid of ``file`` as assets and links of the sector power; numbers count from 1."""
    reader = _Reader(request.draft(file), parse(file))
    reader.buses()
    reader.generators()
    reader.branches()
    return reader.draft


class _Reader:
    """One case being read: its script, the factors it applies to columns, its buses."""

    def __init__(self, draft: Draft, script: Script) -> None:
        self.draft, self.script = draft, script
        self.factors = _factors(script, draft.file.name)
        self.base_mva = script.numbers.get("baseMVA", NAN)
        if not 0 < self.base_mva < math.inf:
            raise InputError("it has no baseMVA above 0", where=draft.file.name, repair="add mpc.baseMVA")
        self.base_volts: dict[int, float] = {}
        self.slack: set[int] = set()

    def each(self, table: str, enter: Callable[[int, str, Row], None]) -> None:
        """Hand every row of a matrix to ``enter`` with its number and place; bad rows are refused whole."""
        for number, row in enumerate(self.script.matrices.get(table, []), start=1):
            where = f"{self.draft.file.name}, line {row.line}, {table} {number}"
            values = self._values(table, row, where)
            if values is not None:
                enter(number, where, values)

    def _values(self, table: str, row: MatrixRow, where: str) -> Row | None:
        columns = _COLUMNS[table]
        needed = {"bus": 10, "gen": 9, "branch": 11}[table]
        if len(row.cells) < needed:
            self.draft.refuse(where, f"it has {len(row.cells)} columns instead of {needed} or more", "complete the row")
            return None
        found = {name: self._cell(row.cells[place], name, where) for name, place in columns.items() if place < len(row.cells)}
        return None if None in found.values() else {name: value * self.factors.get((table, name), 1.0)
                                                    for name, value in found.items() if value is not None}

    def _cell(self, text: str, name: str, where: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            try:
                value = evaluate(text, self.script.numbers)
            except ValueError:
                value = NAN
        if math.isfinite(value) or (value == math.inf and name in _UNLIMITED):
            return value
        self.draft.refuse(where, f"{name} '{text}' is no number", "give a number")
        return None

    def buses(self) -> None:
        """Buses, and a load at each that draws power; both by bus number."""
        names = [a or b for a, b in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", "".join(_BUS_NAMES.findall(self.draft.file.text)))]
        if len(names) != len(self.script.matrices.get("bus", [])):
            names = []

        def enter(number: int, where: str, row: Row) -> None:
            self._bus(where, row, names[number - 1] if names else "")

        self.each("bus", enter)
        if not self.base_volts and not self.draft.bad:
            raise InputError("it has no buses", where=self.draft.file.name, repair="check that it is a case file")

    def _bus(self, where: str, row: Row, name: str) -> None:
        bus = int(row["BUS_I"])
        if bus in self.base_volts:
            self.draft.refuse(where, f"bus number {bus} repeats", "give each bus a number of its own")
            return
        if row["BASE_KV"] <= 0:
            self.draft.note("buses without a base voltage count as 1 kV")
        volts = self.base_volts[bus] = row["BASE_KV"] * 1e3 if row["BASE_KV"] > 0 else 1e3
        identifier = self.draft.nodes[bus] = self.draft.component_id("bus", bus)
        in_service = row["BUS_TYPE"] != _ISOLATED
        if row["BUS_TYPE"] == _SLACK:
            self.slack.add(bus)
        self.draft.add("assets", identifier, where, name=name, sector="power", kind="bus", voltage=volts, in_service=in_service)
        if row["PD"]:
            self.draft.add("assets", self.draft.component_id("load", bus), where, sector="power", kind="load", node=identifier,
                           voltage=volts, unit="W", demand=row["PD"] * 1e6, in_service=in_service)

    def generators(self) -> None:
        """Generators; those at a slack bus are grid connections. ``level`` is the dispatched share."""
        self.each("gen", self._generator)

    def _generator(self, number: int, where: str, row: Row) -> None:
        bus = int(row["GEN_BUS"])
        limit, output = row["PMAX"], row["PG"]
        share = output / limit if 0 < limit < math.inf else NAN
        if not 0 <= share <= 1 and not math.isnan(share):
            self.draft.note(f"generator {number} is dispatched at {output:g} MW of {limit:g} MW; its level is kept within 0 to 1")
        if limit <= 0 and output:
            self.draft.note(f"generator {number} has no capacity and counts as a load of {-output:g} MW")
        self.draft.add(
            "assets", self.draft.component_id("gen", number), where, sector="power", node=self.draft.end(bus, where, "bus"),
            kind="external_grid" if bus in self.slack else "generator", voltage=self.base_volts.get(bus, NAN), unit="W",
            capacity=max(limit, 0.0) * 1e6 if limit < math.inf else NAN,
            level=share if math.isnan(share) else min(1.0, max(0.0, share)),
            demand=-output * 1e6 if limit <= 0 and output else NAN, in_service=row["GEN_STATUS"] > 0,
        )

    def branches(self) -> None:
        """Lines and transformers; impedances in ohm at the voltage of the first bus."""
        self.each("branch", self._branch)

    def _branch(self, number: int, where: str, row: Row) -> None:
        start, end = int(row["F_BUS"]), int(row["T_BUS"])
        volts, other = self.base_volts.get(start, NAN), self.base_volts.get(end, NAN)
        ohms = volts**2 / (self.base_mva * 1e6)
        self.draft.add(
            "links", self.draft.component_id("branch", number), where, sector="power",
            kind="transformer" if row["TAP"] or volts != other else "line", voltage=volts,
            start=self.draft.end(start, where, "from bus"), end=self.draft.end(end, where, "to bus"),
            resistance=row["BR_R"] * ohms, reactance=row["BR_X"] * ohms, ratio=row["TAP"] or 1.0, shift=row["SHIFT"],
            unit="W", capacity=row["RATE_A"] * 1e6 if 0 < row["RATE_A"] < math.inf else NAN, in_service=row["BR_STATUS"] > 0,
        )


def _factors(script: Script, name: str) -> dict[tuple[str, str], float]:
    """Factors by matrix and column of statements such as ``mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3``.

    Raises InputError for any other statement that changes the matrices.
    """
    factors: dict[tuple[str, str], float] = {}
    for number, statement in script.statements:
        if not _TOUCHES.search(statement):
            continue
        scaling = _SCALING.match(statement)
        columns = re.split(r"[,\s]+", scaling[2].strip()) if scaling else []
        try:
            if scaling is None or re.split(r"[,\s]+", scaling[3].strip()) != columns:
                raise ValueError(statement)
            factor = evaluate(scaling[5], script.numbers)
            factor = factor if scaling[4] == "*" else float(np.divide(1.0, factor))
        except ValueError as error:
            raise InputError("the file computes its tables with code that is not understood", where=f"{name}, line {number}",
                             repair="save the computed case with MATPOWER's savecase and import that") from error
        factors.update({(scaling[1], column): factors.get((scaling[1], column), 1.0) * factor for column in columns})
    return factors


IMPORTERS.register("matpower")(Format((".m",), claims, read))
