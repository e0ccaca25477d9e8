"""pandapower nets saved as JSON (versions 2 and 3): read without pandapower.

Equations of the elements: pandapower documentation, "Electric model" of line,
trafo and motor. Reactive power, shunts and elements not named here are left out.
"""

from __future__ import annotations

import math
from typing import Any

from stratum_core.importers.draft import NAN, Draft
from stratum_core.importers.formats import IMPORTERS, Format, Request
from stratum_core.importers.pandapower_net import Cells, Net, Points, is_lonlat, missing
from stratum_core.importers.source_file import SourceFile

_LEFT_OUT = ("trafo3w", "impedance", "dcline", "ward", "xward", "storage", "asymmetric_load", "asymmetric_sgen", "b2b_vsc")


def claims(file: SourceFile, request: Request) -> bool:
    """True for a JSON object that says it is a pandapower net."""
    page = file.json
    return isinstance(page, dict) and page.get("_class") == "pandapowerNet" and isinstance(page.get("_object"), dict)


def read(file: SourceFile, request: Request) -> Draft:
    """The grid of ``file`` as assets and links of the sector power, by table and index."""
    reader = _Reader(request.draft(file), Net(file))
    reader.buses()
    reader.consumers()
    reader.sources()
    reader.lines()
    reader.transformers()
    reader.switches()
    for table in _LEFT_OUT:
        if count := len(reader.net.frame(table).index):
            reader.draft.note(f"{count} rows of table {table} of {file.name} were left out")
    return reader.draft


class _Reader:
    """One net being read: its buses by index, and which elements a switch holds open."""

    def __init__(self, draft: Draft, net: Net) -> None:
        self.draft, self.net = draft, net
        self.volts: dict[Any, float] = {}
        self.at: dict[Any, Points] = net.places("bus", "bus_geodata")
        self.open = {(str(row.get("et")), row.get("element")) for _, row in net.frame("switch").rows() if not row.get("closed")}

    def where(self, table: str, index: Any, row: Cells) -> str:
        """File, table, row and name, for messages."""
        name = "" if missing(row.get("name")) else f", '{row['name']}'"
        return f"{self.draft.file.name}, {table} {index}{name}"

    def value(self, row: Cells, column: str, where: str, default: float | None = None, unit: str = "1") -> float:
        """A cell in the internal unit; ``default`` where it is empty, a bad row where there is no default."""
        cell = default if missing(row.get(column)) else row[column]
        return NAN if cell is not None and cell != cell else self.draft.number(cell, where, column, unit)

    def component(self, table: str, index: Any, row: Cells, rows: str, **columns: Any) -> None:
        """Enter a row with what every element has: id, name, sector, service."""
        name = "" if missing(row.get("name")) else str(row["name"])
        self.draft.add(rows, self.draft.component_id(table, index), self.where(table, index, row), name=name, sector="power",
                       in_service=bool(row.get("in_service", True)), **columns)

    def buses(self) -> None:
        """Buses with nominal voltage and zone; their positions decide the coordinate system."""
        self.draft.drawn = bool(self.at)
        if any(column == "geo" for column in self.net.frame("bus").columns) and is_lonlat(self.at):
            self.draft.crs, self.draft.crs_is_implied = "EPSG:4326", True
        for index, row in self.net.frame("bus").rows():
            where = self.where("bus", index, row)
            self.volts[index] = self.value(row, "vn_kv", where, unit="kV")
            self.draft.nodes[index] = self.draft.component_id("bus", index)
            x, y = self.at[index][0] if index in self.at else (NAN, NAN)
            self.component("bus", index, row, "assets", kind="bus", voltage=self.volts[index], x=float(x), y=float(y),
                           zone="" if missing(row.get("zone")) else str(row["zone"]))
        unplaced = len(self.volts) - len(self.at.keys() & self.volts.keys())
        if self.at and unplaced:
            self.draft.note(f"{unplaced} buses of {self.draft.file.name} have no coordinates")

    def hung(self, table: str, index: Any, row: Cells, kind: str, places: dict[Any, Points], **columns: Any) -> None:
        """Enter an element that hangs on a bus, at its own place or the bus's."""
        bus = row.get("bus")
        x, y = places.get(index, self.at.get(bus, [(NAN, NAN)]))[0]
        self.component(table, index, row, "assets", kind=kind, unit="W", voltage=self.volts.get(bus, NAN), x=float(x), y=float(y),
                       node=self.draft.end(bus, self.where(table, index, row), "bus"), **columns)

    def consumers(self) -> None:
        """Loads, and motors by the electrical power that they draw."""
        places = self.net.places("load", "load_geodata", "loads_geodata")
        for index, row in self.net.frame("load").rows():
            where = self.where("load", index, row)
            self.hung("load", index, row, "load", places,
                      demand=self.value(row, "p_mw", where, unit="MW") * self.value(row, "scaling", where, 1.0))
        places = self.net.places("motor", "motor_geodata", "motors_geodata")
        for index, row in self.net.frame("motor").rows():
            self.hung("motor", index, row, "motor", places, demand=self._motor(row, self.where("motor", index, row)))

    def _motor(self, row: Cells, where: str) -> float:
        """Electrical power of a motor in W: mechanical power by loading over efficiency."""
        efficiency = self.value(row, "efficiency_percent", where, 100.0)
        if efficiency <= 0:
            self.draft.refuse(where, f"efficiency_percent {efficiency:g} is not above 0", "give it in percent")
            return NAN
        mechanical = self.value(row, "pn_mech_mw", where, unit="MW") * self.value(row, "loading_percent", where, 100.0)
        return mechanical / efficiency * self.value(row, "scaling", where, 1.0)

    def sources(self) -> None:
        """Generators by what they give, and grid connections without limit."""
        for table in ("sgen", "gen"):
            places = self.net.places(table, f"{table}_geodata")
            for index, row in self.net.frame(table).rows():
                where = self.where(table, index, row)
                power = self.value(row, "p_mw", where, unit="MW") * self.value(row, "scaling", where, 1.0)
                limit = self.value(row, "max_p_mw", where, NAN, "MW") if table == "gen" else NAN
                capacity = max(power, 0.0) if math.isnan(limit) else max(limit, 0.0)
                self.hung(table, index, row, "generator", places, capacity=capacity, demand=-power if power < 0 else NAN,
                          level=min(1.0, max(0.0, power) / capacity) if capacity else NAN)
        places = self.net.places("ext_grid", "ext_grid_geodata")
        for index, row in self.net.frame("ext_grid").rows():
            self.hung("ext_grid", index, row, "external_grid", places)

    def lines(self) -> None:
        """Lines and cables, all circuits of one row together; an open switch at either end opens them."""
        paths = self.net.places("line", "line_geodata")
        for index, row in self.net.frame("line").rows():
            where = self.where("line", index, row)
            path = paths.get(index)
            self.component(
                "line", index, row, "links", kind="cable" if row.get("type") == "cs" else "line",
                start=self.draft.end(row.get("from_bus"), where, "from_bus"),
                end=self.draft.end(row.get("to_bus"), where, "to_bus"),
                closed=("l", index) not in self.open, path=path if path is not None and len(path) > 1 else None,
                **self._line(row, where),
            )

    def _line(self, row: Cells, where: str) -> dict[str, Any]:
        """Length, impedance and rating of a line."""
        kilometres, circuits = self.value(row, "length_km", where), self.value(row, "parallel", where, 1.0)
        volts = self.volts.get(row.get("from_bus"), NAN)
        amperes = self.value(row, "max_i_ka", where, NAN, "kA") * self.value(row, "df", where, 1.0) * circuits
        if circuits <= 0:
            self.draft.refuse(where, f"parallel {circuits:g} is not above 0", "give the number of circuits")
            circuits = NAN
        return {"length": kilometres * 1e3, "voltage": volts, "unit": "W", "capacity": math.sqrt(3) * volts * amperes,
                "resistance": self.value(row, "r_ohm_per_km", where) * kilometres / circuits,
                "reactance": self.value(row, "x_ohm_per_km", where) * kilometres / circuits}

    def transformers(self) -> None:
        """Two-winding transformers, from the high to the low voltage bus."""
        for index, row in self.net.frame("trafo").rows():
            where = self.where("trafo", index, row)
            self.component(
                "trafo", index, row, "links", kind="transformer", closed=("t", index) not in self.open,
                start=self.draft.end(row.get("hv_bus"), where, "hv_bus"), end=self.draft.end(row.get("lv_bus"), where, "lv_bus"),
                shift=self.value(row, "shift_degree", where, 0.0), ratio=self._ratio(row, where), **self._trafo(row, where),
            )

    def _trafo(self, row: Cells, where: str) -> dict[str, Any]:
        """Short-circuit impedance at the high voltage side, and rating, of all units together."""
        units, rating = self.value(row, "parallel", where, 1.0), self.value(row, "sn_mva", where, unit="MW")
        volts = self.value(row, "vn_hv_kv", where, unit="kV")
        vk, vkr = self.value(row, "vk_percent", where, unit="%"), self.value(row, "vkr_percent", where, unit="%")
        if rating <= 0 or units <= 0 or vkr > vk:
            self.draft.refuse(where, "sn_mva and parallel must be above 0 and vkr_percent not above vk_percent", "mend the row")
            return {}
        ohms = volts**2 / rating / units
        return {"voltage": volts, "unit": "W", "capacity": rating * units * self.value(row, "df", where, 1.0),
                "resistance": vkr * ohms, "reactance": math.sqrt(vk**2 - vkr**2) * ohms}

    def _ratio(self, row: Cells, where: str) -> float:
        """Off-nominal turns ratio, high to low voltage side, from tap and rated against bus voltages."""
        hv, lv = self.volts.get(row.get("hv_bus"), NAN), self.volts.get(row.get("lv_bus"), NAN)
        steps = self.value(row, "tap_pos", where, NAN) - self.value(row, "tap_neutral", where, NAN)
        tap = 1 + steps * self.value(row, "tap_step_percent", where, NAN, "%")
        tap = 1.0 if math.isnan(tap) else tap
        rated = self.value(row, "vn_hv_kv", where, unit="kV"), self.value(row, "vn_lv_kv", where, unit="kV")
        ratio = rated[0] / hv / (rated[1] / lv) if hv > 0 and lv > 0 and rated[1] > 0 else 1.0
        return ratio / tap if row.get("tap_side") == "lv" else ratio * tap

    def switches(self) -> None:
        """Switches between two buses; the others are the state of their line or transformer."""
        for index, row in self.net.frame("switch").rows():
            if row.get("et") != "b":
                continue
            where = self.where("switch", index, row)
            self.component(
                "switch", index, row, "links", kind="switch", closed=bool(row.get("closed")),
                voltage=self.volts.get(row.get("bus"), NAN), start=self.draft.end(row.get("bus"), where, "bus"),
                end=self.draft.end(row.get("element"), where, "element"), resistance=self.value(row, "z_ohm", where, 0.0),
            )


IMPORTERS.register("pandapower_json")(Format((".json",), claims, read))
