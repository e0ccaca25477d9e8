"""A scenario with its changed settings, kept as a file of the project; files that its hazards name are copied beside it."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError
from stratum_core.pipeline.outage_scenario import free_stem, quoted
from stratum_core.pipeline.scenario import Scenario

_HAZARD, _LEAVING = "hazard.", "evacuation."


def keep_scenario(folder: Path, scenario: Scenario, settings: Mapping[str, str], name: str) -> Path:
    """Write ``scenario``, to which ``settings`` have been applied, under another name; returns its TOML file.

    Raises InputError without a name, or where something cannot be read or written.
    """
    if not name.strip():
        raise InputError("the scenario has no name", repair="give it one")
    try:
        page = tomllib.loads(scenario.file.read_text(encoding="utf-8")) | {"name": name.strip()}
        entries = page["hazard"] if isinstance(page["hazard"], list) else [page["hazard"]]
        for dotted in settings:
            _put(page, entries, scenario, dotted)
        folder.mkdir(parents=True, exist_ok=True)
        page["hazard"] = [_with_files(entry, scenario.folder, folder) for entry in entries]
        path = folder / f"{free_stem(folder, name, 'scenario')}.toml"
        path.write_text(toml(page), encoding="utf-8")
    except OSError as error:
        raise InputError(f"the scenario cannot be kept: {error.strerror}", where=str(folder),
                         repair="give yourself the right to write there") from error
    return path


def toml(page: Mapping[str, Any]) -> str:
    """TOML of plain data: single values first, then a table or an array of tables each."""
    lines = [f"{_key(name)} = {_value(value)}" for name, value in page.items() if not _is_section(value)]
    for name, value in page.items():
        if _is_section(value):
            head = f"[{_key(name)}]" if isinstance(value, Mapping) else f"[[{_key(name)}]]"
            for table in [value] if isinstance(value, Mapping) else value:
                lines += ["", head, *(f"{_key(key)} = {_value(one)}" for key, one in table.items())]
    return "\n".join(lines) + "\n"


def _is_section(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quoted(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)


def _put(page: dict[str, Any], entries: list[dict[str, Any]], scenario: Scenario, dotted: str) -> None:
    """Write the value that a setting has in the scenario into the page of its file."""
    value: Any
    if dotted.startswith(_HAZARD):
        first, _, rest = dotted.removeprefix(_HAZARD).partition(".")
        at = int(first) - 1 if first.isdigit() else 0
        path, table, value = (rest if first.isdigit() else dotted.removeprefix(_HAZARD)), entries[at], scenario.hazards[at]
    elif dotted.startswith(_LEAVING):
        path, table, value = dotted.removeprefix(_LEAVING), page.setdefault("evacuation", {}), scenario.evacuation
    else:
        path, table, value = dotted, page, scenario.spec
    *outer, last = path.split(".")
    for step in outer:
        table, value = table.setdefault(step, {}), getattr(value, step)
    table[last] = getattr(value, last)


def _with_files(value: Any, source: Path, folder: Path) -> Any:
    """The same data; files that it names are copied into ``folder`` and named there."""
    if isinstance(value, Mapping):
        return {key: _with_files(one, source, folder) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_files(one, source, folder) for one in value]
    if not isinstance(value, str) or not value or not (source / value).is_file():
        return value
    goal = folder / Path(value).name
    if goal.resolve() != (source / value).resolve():
        if goal.exists() and goal.read_bytes() != (source / value).read_bytes():
            raise InputError(f"another file '{goal.name}' is there already", where=str(folder), repair="rename one of the two")
        shutil.copyfile(source / value, goal)
    return goal.name
