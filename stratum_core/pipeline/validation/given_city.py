"""The city that a case names: the sample, or files through the importers.

A file that begins with ``data:`` is looked for in the folder of real data sets (STRATUM_TEST_DATA, else shared/data beside the
checkout); where that is missing the case cannot be run here, which is no fault of the case.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.importers import read
from stratum_core.model.city import City
from stratum_core.pipeline.validation.cases import NotHere
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city

DATA = "data:"


def given_city(inputs: Mapping[str, Any], folder: Path) -> City:
    """The city of ``city`` (the word sample) or of ``files`` with their ``crs``; raises InputError or NotHere."""
    if "city" in inputs:
        if inputs["city"] != "sample":
            raise unknown("city", str(inputs["city"]), ["sample"], where="inputs.city")
        return read_city(resource("sample/city"))
    return read([_path(str(name), folder) for name in inputs["files"]], crs=inputs.get("crs"))


def _path(name: str, folder: Path) -> Path:
    if not name.startswith(DATA):
        path = folder / name
        if not path.is_file():
            raise InputError(f"there is no file '{name}'", where="inputs.files", repair="give paths relative to the case file")
        return path
    root = Path(os.environ.get("STRATUM_TEST_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    path = root / name.removeprefix(DATA)
    if not path.is_file():
        raise NotHere(f"the data set with {path.name} is not on this machine", where="inputs.files",
                      repair="set STRATUM_TEST_DATA to the folder of real data sets")
    return path
