"""Files that a scenario names, beside the scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stratum_core.errors import InputError


def scenario_file(folder: Path, name: Any, where: str) -> Path:
    """The file called ``name`` in ``folder``; raises InputError where there is none."""
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        raise InputError(f"'{name}' is no file name", where=where, repair="write the file's path in quotes")
    path = folder / name
    try:
        found = path.is_file()
    except OSError:  # a name that the file system cannot hold
        found = False
    if not found:
        raise InputError(f"there is no file '{name}' beside the scenario", where=where, repair="check its name and folder")
    return path


def numbers(values: Any, size: int, where: str, repair: str) -> tuple[float, ...]:
    """``values`` as ``size`` finite numbers; raises InputError with ``repair``."""
    given = values if isinstance(values, (tuple, list)) else ()
    if len(given) != size or any(isinstance(v, bool) or not isinstance(v, (int, float)) or not abs(v) < 1e12 for v in given):
        raise InputError(f"'{values}' is not {size} numbers", where=where, repair=repair)
    return tuple(float(v) for v in given)
