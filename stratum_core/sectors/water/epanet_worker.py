"""The process in which EPANET runs: one input file, several sets of outages, answers over a pipe.

EPANET 2.2 programmer's toolkit. Nothing here is imported by the program itself but the function that the process starts with;
WNTR is loaded in it alone, since it takes seconds to load and a solver that fails must not take the program with it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import pickle
import re
import warnings
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# codes of the toolkit
_NODES, _LINKS, _CONTROLS = 0, 2, 5
_ELEVATION, _DEMAND, _HEAD, _LEAST_LEVEL, _DEFICIT = 0, 9, 10, 20, 27
_INITIAL_STATUS, _FLOW, _STATUS = 4, 8, 11
_DURATION, _REPORT_STEP = 0, 5
_DEMAND_MULTIPLIER = 4
_JUNCTION, _TANK, _LONGEST_ID = 0, 2, 64
#: a tank with no more water than this above its least level is empty, in the file's unit of length. EPANET itself closes an
#: empty tank only where its outlet loses more head than a short pipe does, and goes on to draw from it otherwise.
_EMPTY = 2e-3
#: pipes, throttle valves and general purpose valves let water pass both ways; check valves, pumps and the rest do not
_BOTH_WAYS = (1, 7, 8)
_HOUR = 3600
#: file in which the process finds what it is asked for
ASKED = "asked.pickle"
#: m3/s and m of the flow units by EPANET's code: CFS GPM MGD IMGD AFD, LPS LPM MLD CMH CMD
_FLOWS = (0.028316846592, 6.30901964e-5, 0.0438126364, 0.0526168042, 0.0142764102, 1e-3, 1 / 60000, 1000 / 86400, 1 / 3600,
          1 / 86400)
_FOOT, _PSI_PER_FOOT, _KPA_PER_PSI = 0.3048, 0.4333, 6.895

_RULED = re.compile(r"\b(?:LINK|PIPE|PUMP|VALVE)\s+(\S+)")

#: names and what is down by hour; hour of the fire test or -1
Run = tuple[tuple[str, ...], npt.NDArray[np.bool_], int]
#: nodes that are tested, and the flow (m3/s) that a fire needs
Fire = tuple[tuple[str, ...], float]
Model = tuple[bool, float, float, float]


def work(pipe: Connection, folder: str) -> None:
    """Answer ("done", columns) for each run of each network that ``folder`` asks for, or ("error", words) and stop."""
    try:
        asked: tuple[tuple[str, ...], Model, list[Run], Fire] = pickle.loads(Path(folder, ASKED).read_bytes())
        networks, model, runs, fire = asked
        os.chdir(folder)  # EPANET puts files of its own into the current folder
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("ignore")
        path = Path(folder) / "network.inp"
        for network in networks:
            path.write_text(network, encoding="utf-8")
            for names, down, hour in runs:
                pipe.send(("done", _Simulation(path, model, names, down).run(fire, hour)))
    except Exception as error:  # noqa: BLE001 - the last thing that this process does is to say why it ends
        pipe.send(("error", str(error)))
    pipe.close()


class _Simulation:
    """One run of the file at ``path`` under outages; all answers in m and m3/s."""

    def __init__(self, path: Path, model: Model, names: Sequence[str], down: npt.NDArray[np.bool_]) -> None:
        from wntr.epanet.toolkit import ENepanet

        self.epanet: Any = ENepanet(version=2.2)
        self.epanet.ENopen(str(path), str(path.with_suffix(".rpt")), str(path.with_suffix(".bin")))
        units = int(self.epanet.ENgetflowunits())
        self.flow_unit, self.length = _FLOWS[units], _FOOT if units < 5 else 1.0
        text = path.read_text(encoding="utf-8")
        self.model, self.us_units, self.text = model, units < 5, text
        self._demand_model(driven=model[0])
        self.down, self.hours = down, len(down) - 1
        self.epanet.ENsettimeparam(_DURATION, self.hours * _HOUR)
        self.epanet.ENsettimeparam(_REPORT_STEP, _HOUR)
        self._read_network(text)
        self.node_of = [self.node_index.get(name, 0) for name in names]
        self.link_of = [self.link_index.get(name, 0) for name in names]
        if lost := [name for name, node, link in zip(names, self.node_of, self.link_of, strict=True) if not node and not link]:
            raise ValueError(f"the network has no '{lost[0]}'")

    def _demand_model(self, *, driven: bool) -> None:
        _, least, required, exponent = self.model
        us_units, text = self.us_units, self.text
        per_metre = _PSI_PER_FOOT / _FOOT if us_units else 1.0
        if not us_units and re.search(r"^\s*PRESSURE\s+KPA", text, re.IGNORECASE | re.MULTILINE):
            per_metre = _PSI_PER_FOOT / _FOOT * _KPA_PER_PSI
        values = (ctypes.c_double(value) for value in (least * per_metre, required * per_metre, exponent))
        self._call("setdemandmodel", ctypes.c_int(1 if driven else 0), *values)

    def _call(self, name: str, *arguments: Any) -> None:
        """A toolkit function that WNTR does not wrap."""
        code = getattr(self.epanet.ENlib, f"EN_{name}")(self.epanet._project, *arguments)
        if code > 100:
            raise RuntimeError(f"error {code} in {name}")

    def _read_network(self, text: str) -> None:
        epanet, call = self.epanet, self.epanet.ENgetlinkvalue
        count = range(1, epanet.ENgetcount(_NODES) + 1)
        self.nodes, self.elevation = [epanet.ENgetnodeid(i) for i in count], [epanet.ENgetnodevalue(i, _ELEVATION) for i in count]
        self.junction = np.array([epanet.ENgetnodetype(i) == _JUNCTION for i in count])
        tanks = [i for i in count if epanet.ENgetnodetype(i) == _TANK]
        self.bottom = {i: self.elevation[i - 1] + epanet.ENgetnodevalue(i, _LEAST_LEVEL) for i in tanks}
        self.demands = [self._base_demands(i) if self.junction[i - 1] else [] for i in count]
        count = range(1, epanet.ENgetcount(_LINKS) + 1)
        self.links, self.ends = [self._link_id(i) for i in count], np.array([self._ends(i) for i in count]).reshape(-1, 2) - 1
        self.one_way = np.array([epanet.ENgetlinktype(i) not in _BOTH_WAYS for i in count], dtype=np.bool_)
        self.open_first = np.array([call(i, _INITIAL_STATUS) > 0 for i in count], dtype=np.bool_)
        self.node_index = {name: i for i, name in enumerate(self.nodes, start=1)}
        self.link_index = {name: i for i, name in enumerate(self.links, start=1)}
        self.controls = [tuple(epanet.ENgetcontrol(i).values()) for i in range(1, epanet.ENgetcount(_CONTROLS) + 1)]
        self.switched = np.zeros(len(self.links), dtype=np.bool_)
        ruled = (self.link_index.get(name, 0) for name in _RULED.findall(text.upper().partition("[RULES]")[2].partition("[")[0]))
        self.switched[[link - 1 for link in (*ruled, *(control[2] for control in self.controls)) if link > 0]] = True

    def _link_id(self, link: int) -> str:
        name = ctypes.create_string_buffer(_LONGEST_ID)
        self._call("getlinkid", ctypes.c_int(link), ctypes.byref(name))
        return name.value.decode("latin-1")

    def _ends(self, link: int) -> tuple[int, int]:
        start, end = ctypes.c_int(), ctypes.c_int()
        self._call("getlinknodes", ctypes.c_int(link), ctypes.byref(start), ctypes.byref(end))
        return start.value, end.value

    def _base_demands(self, node: int) -> list[float]:
        count, value = ctypes.c_int(), ctypes.c_double()
        self._call("getnumdemands", ctypes.c_int(node), ctypes.byref(count))
        found = []
        for category in range(1, count.value + 1):
            self._call("getbasedemand", ctypes.c_int(node), ctypes.c_int(category), ctypes.byref(value))
            found.append(value.value)
        return found

    def run(self, fire: Fire, fire_hour: int) -> dict[str, Any]:
        """Columns of ``Hydraulics``; hydrants are tested in ``fire_hour``."""
        self.fire = np.full((2, len(fire[0])), np.nan)
        epanet, shape = self.epanet, (self.hours + 1, len(self.nodes))
        self.head, self.deficit, self.drawn = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.isolated, self.flow = np.zeros(shape, dtype=np.bool_), np.zeros((self.hours + 1, len(self.links)))
        self.balanced = np.ones(self.hours + 1, dtype=np.bool_)
        self.shut, self.cut = np.zeros(len(self.links), dtype=np.bool_), np.zeros(len(self.nodes), dtype=np.bool_)
        epanet.ENopenH()
        epanet.ENinitH(0)
        clock, step = 0, 1
        while step > 0:
            self._close(min(clock // _HOUR, self.hours))
            epanet.errcode = 0
            epanet.ENrunH()
            if clock % _HOUR == 0:
                self._record(clock // _HOUR, balanced=epanet.errcode not in (1, 2))
                if clock // _HOUR == fire_hour:
                    self._test_hydrants(fire)
            step = int(epanet.ENnextH())
            clock += step
        found = self._columns()
        epanet.ENcloseH()
        epanet.ENclose()
        return found

    def _test_hydrants(self, fire: Fire) -> None:
        """Pressure (m) at each tested node before and while a fire draws its flow there, all demand being drawn."""
        names, flow = fire
        self._demand_model(driven=False)
        self.epanet.ENrunH()
        multiplier = self._multiplier()
        at = [self.node_index[name] for name in names]
        factor = [self._drawn_by_base(i, multiplier) for i in at]
        self.fire[0] = [self._pressure(i) for i in at]
        for place, node in enumerate(at):
            if self.cut[node - 1]:
                continue
            base = self.demands[node - 1][0] if self.demands[node - 1] else 0.0
            self._set_base(node, base + flow / self.flow_unit / factor[place])
            self.epanet.ENrunH()
            self.fire[1, place] = self._pressure(node)
            self._set_base(node, base)
        self._demand_model(driven=self.model[0])
        self.epanet.ENrunH()

    def _pressure(self, node: int) -> float:
        head = float(self.epanet.ENgetnodevalue(node, _HEAD))
        return np.nan if self.cut[node - 1] else (head - self.elevation[node - 1]) * self.length

    def _drawn_by_base(self, node: int, multiplier: float) -> float:
        """What is drawn now for one unit of base demand: multiplier and pattern."""
        base = sum(self.demands[node - 1])
        drawn = float(self.epanet.ENgetnodevalue(node, _DEMAND))
        return drawn / base if base > 0 and drawn > 0 else multiplier

    def _set_base(self, node: int, value: float) -> None:
        self._call("setbasedemand", ctypes.c_int(node), ctypes.c_int(1), ctypes.c_double(value))

    def _multiplier(self) -> float:
        multiplier = ctypes.c_double(1.0)
        self._call("getoption", ctypes.c_int(_DEMAND_MULTIPLIER), ctypes.byref(multiplier))
        return multiplier.value

    def _close(self, hour: int) -> None:
        """Close what is down in this hour, open what is back, and take out the demand of what that cuts off."""
        shut, dead = np.zeros(len(self.links), dtype=np.bool_), np.zeros(len(self.nodes), dtype=np.bool_)
        for column in np.flatnonzero(self.down[hour]):
            if self.node_of[column]:
                dead[self.node_of[column] - 1] = True
            else:
                shut[self.link_of[column] - 1] = True
        shut |= dead[self.ends].any(axis=1)
        cut = self._cut_off(shut, dead, self._empty_tanks())
        # open pipes between nodes that no head is given to make the equations singular
        self._set_links(shut | cut[self.ends].any(axis=1))
        self._set_demands(cut)

    def _set_links(self, shut: npt.NDArray[np.bool_]) -> None:
        for link in np.flatnonzero(shut | self.shut):
            self.epanet.ENsetlinkvalue(int(link) + 1, _STATUS, 0.0 if shut[link] else float(self.open_first[link]))
            if shut[link] != self.shut[link]:
                self._control(int(link) + 1, active=not shut[link])
        self.shut = shut

    def _set_demands(self, cut: npt.NDArray[np.bool_]) -> None:
        for node in np.flatnonzero(cut != self.cut):
            for category, value in enumerate(self.demands[node], start=1):
                asked = ctypes.c_double(0.0 if cut[node] else value)
                self._call("setbasedemand", ctypes.c_int(int(node) + 1), ctypes.c_int(category), asked)
        self.cut = cut

    def _empty_tanks(self) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(self.nodes), dtype=np.bool_)
        for tank, bottom in self.bottom.items():
            found[tank - 1] = self.epanet.ENgetnodevalue(tank, _HEAD) <= bottom + _EMPTY
        return found

    def _control(self, link: int, *, active: bool) -> None:
        """Simple controls act before a step is solved and would open what is shut; rules act after it and are overruled."""
        for number, kind, of, setting, node, level in self.controls:
            if of == link:
                self.epanet.ENsetcontrol(number, kind, link if active else 0, setting, node, level)

    def _cut_off(
        self, shut: npt.NDArray[np.bool_], dead: npt.NDArray[np.bool_], empty: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.bool_]:
        """Junctions to which no way leads from a reservoir, or a tank with water; pumps, valves and check valves lead one way."""
        usable = ~shut & (self.open_first | self.switched)
        ahead: dict[int, list[int]] = {}
        for (start, end), one_way in zip(self.ends[usable], self.one_way[usable], strict=True):
            ahead.setdefault(int(start), []).append(int(end))
            if not one_way:
                ahead.setdefault(int(end), []).append(int(start))
        reached = ~self.junction & ~dead & ~empty
        queue = np.flatnonzero(reached).tolist()
        for node in queue:
            for other in ahead.get(node, ()):
                if not reached[other] and not dead[other]:
                    reached[other] = True
                    queue.append(other)
        return self.junction & ~reached

    def _record(self, hour: int, *, balanced: bool) -> None:
        value = self.epanet.ENgetnodevalue
        count = range(1, len(self.nodes) + 1)
        self.head[hour] = [value(i, _HEAD) for i in count]
        self.drawn[hour] = [value(i, _DEMAND) for i in count]
        self.deficit[hour] = [value(i, _DEFICIT) for i in count]
        self.isolated[hour] = self.cut
        self.flow[hour] = [self.epanet.ENgetlinkvalue(i, _FLOW) for i in range(1, len(self.links) + 1)]
        self.balanced[hour] = balanced

    def _columns(self) -> dict[str, Any]:
        """Units of the file left behind; an isolated node has no pressure, and would have asked for its base demand."""
        base, elevation = self._multiplier() * np.array([sum(values) for values in self.demands]), np.array(self.elevation)
        served = np.where(self.isolated, 0.0, self.drawn)
        asked = np.where(self.isolated, base, self.drawn + np.where(self.junction, self.deficit, 0.0))
        pressure = np.where(self.isolated | ~self.junction, 0.0, self.head - elevation)
        return {
            "nodes": tuple(self.nodes), "links": tuple(self.links), "head": self.head * self.length,
            "pressure": pressure * self.length, "demand": np.where(self.junction, asked, 0.0) * self.flow_unit,
            "served": np.where(self.junction, served, 0.0) * self.flow_unit, "isolated": self.isolated,
            "flow": self.flow * self.flow_unit, "balanced": self.balanced, "fire": self.fire,
        }
