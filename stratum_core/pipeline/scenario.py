"""Scenarios: TOML in, a frozen scenario with its hazards out; unknown keys are refused by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.hazards import HAZARDS, HazardSpec
from stratum_core.ledger.canonical import digest_of
from stratum_core.model.spec import CascadeSpec, build, with_settings
from stratum_core.resource_files import resource

SCHEMA = "stratum.scenario/1"
_TOP = ("schema", "name", "description", "start", "hazard", "run", "power", "water", "repair")


@dataclass(frozen=True)
class Scenario:
    """A question about hazards, and how to answer it. ``file`` is where it was read."""

    name: str
    description: str
    start: str
    hazards: tuple[HazardSpec, ...]
    kinds: tuple[str, ...]
    spec: CascadeSpec
    file: Path

    @property
    def folder(self) -> Path:
        """The folder that the hazards' files are relative to."""
        return self.file.parent

    def digest(self) -> str:
        """SHA-256 of everything but the file's place."""
        hazards = [{"kind": kind, **vars(h)} for kind, h in zip(self.kinds, self.hazards, strict=True)]
        return digest_of({"name": self.name, "hazards": hazards, "spec": self.spec})

    def with_settings(self, settings: Mapping[str, str]) -> Scenario:
        """A copy with dotted keys of the spec replaced."""
        return replace(self, spec=with_settings(self.spec, settings))


def recipe(scenario: Scenario, settings: Mapping[str, str]) -> dict[str, Any]:
    """How a run came about: the scenario's file, the settings on top, and the digest of both."""
    return {"scenario_file": str(scenario.file.resolve()), "settings": dict(settings), "spec": scenario.digest()}


def find_scenario(name: str, folders: Sequence[Path]) -> Path:
    """The file of a scenario: a path, else a name in ``folders`` (the project's), else in resources/scenarios.

    Raises InputError that offers the nearest known name.
    """
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path
    places = [*folders, resource("scenarios")]
    for place in places:
        candidate = place / f"{name}.toml"
        if candidate.is_file():
            return candidate
    raise unknown("scenario", name, {p.stem for place in places for p in place.glob("*.toml")})


def read_scenario(path: Path) -> Scenario:
    """The scenario in a TOML file; raises InputError for bad TOML, keys, units or kinds."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"this is no TOML: {error}", where=str(path), repair="mend that line") from error
    return _scenario(data, path)


def _scenario(data: Mapping[str, Any], path: Path) -> Scenario:
    for name in data:
        if name not in _TOP:
            raise unknown("key", name, _TOP, where=str(path))
    if data.get("schema") != SCHEMA:
        raise InputError(f"schema is '{data.get('schema', '')}'", where=str(path), repair=f'write schema = "{SCHEMA}"')
    entries = data.get("hazard", [])
    entries = entries if isinstance(entries, list) else [entries]
    if not entries:
        raise InputError("the scenario has no hazard", where=str(path), repair="add a [hazard] with its kind")
    kinds, hazards = zip(*(_hazard(entry, f"{path}: hazard") for entry in entries), strict=True)
    spec = build(CascadeSpec, {k: data[k] for k in ("run", "power", "water", "repair") if k in data}, where=str(path))
    return Scenario(
        name=str(data.get("name", path.stem)),
        description=str(data.get("description", "")),
        start=str(data.get("start", "")),
        hazards=hazards,
        kinds=kinds,
        spec=spec,
        file=path,
    )


def _hazard(entry: Mapping[str, Any], where: str) -> tuple[str, HazardSpec]:
    if "kind" not in entry:
        raise InputError("the hazard has no kind", where=where, repair=f"write kind = one of {', '.join(HAZARDS.names())}")
    kind = str(entry["kind"])
    cls = HAZARDS.get(kind, where=where)
    spec: HazardSpec = build(cls, {k: v for k, v in entry.items() if k != "kind"}, where=where)
    return kind, spec
