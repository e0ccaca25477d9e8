"""Rows of one file on their way into a city: not yet placed, not yet checked against each other."""

from __future__ import annotations

import math
from typing import Any

from stratum_core.importers.source_file import SourceFile
from stratum_core.model.city import SOURCED
from stratum_core.units import to_internal

Row = dict[str, Any]

NAN = math.nan


class Draft:
    """Rows by table, findings and bad rows of one file.

    title, licence, date: of the source, as far as the file or its format says. crs:
    the coordinate system that the file states or its format implies; empty: it says
    none. drawn: the rows have coordinates. A row carries ``where`` (file, line and id)
    beside its columns; a link whose ends are to be found from its path carries
    ``snap``, the distance in metres.
    """

    def __init__(self, file: SourceFile, stem: str) -> None:
        self.file, self.stem = file, stem.replace("/", "%2F")
        self.title, self.licence, self.date = file.name, "", ""
        self.crs, self.crs_is_implied, self.drawn = "", False, False
        self.files = [file]
        self.notes: list[str] = []
        self.bad: list[str] = []
        self.nodes: dict[object, str] = {}
        self.rows: dict[str, list[Row]] = {name: [] for name in SOURCED}

    def component_id(self, part: str, name: object) -> str:
        """The stable id of a row: stem, table or layer, name or number."""
        return f"{self.stem}/{part}/{str(name).replace('/', '%2F')}"

    def add(self, table: str, identifier: str, where: str, **columns: Any) -> Row:
        """Enter a row; columns that are not given take the default of their field."""
        row: Row = {"id": identifier, "where": where, "source": self.stem, **columns}
        self.rows[table].append(row)
        return row

    def refuse(self, where: str, what: str, repair: str) -> None:
        """Note a bad row; the import fails once all of them are known."""
        self.bad.append(f"{where}: {what}; {repair}")

    def note(self, finding: str) -> None:
        """Keep a finding about the file, one line, once."""
        finding = " ".join(finding.split())
        if finding not in self.notes:
            self.notes.append(finding)

    def number(self, value: object, where: str, field: str, unit: str = "1") -> float:
        """``value`` given in ``unit``, in the internal unit; NaN and a bad row if it is no finite number."""
        try:
            text = str(value)
            number = NAN if isinstance(value, bool) or "_" in text else float(text)
        except ValueError:
            number = NAN
        if math.isfinite(number):
            return to_internal(number, unit)
        self.refuse(where, f"{field} '{value}' is no number", f"give a number{f' in {unit}' if unit != '1' else ''}")
        return NAN

    def end(self, name: object, where: str, field: str) -> str:
        """The id of the node that the file calls ``name``; empty and a bad row if there is none."""
        if name not in self.nodes:
            self.refuse(where, f"{field} '{name}' is no node of this file", "name an existing node or add it")
        return self.nodes.get(name, "")
