"""Sources that a project declares: one TOML file each, with its kind, the keys of that kind and a mapping.

    schema = "stratum.source/1"
    kind = "mqtt"
    host = "localhost"
    topic = "city/#"
    [mapping]
    sensor = "tag"
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.ingest.delivery import SOURCES, Setting, Source
from stratum_core.ingest.mapping import Mapping, read_mapping
from stratum_core.model.tables import Sensors

SCHEMA = "stratum.source/1"


@dataclass(frozen=True)
class Declared:
    """A declared source: its name is that of its file."""

    name: str
    kind: str
    spec: Any
    mapping: Mapping
    folder: Path

    def make(self, sensors: Sensors) -> Source:
        """The source itself, not yet open."""
        return SOURCES.get(self.kind).make(self.spec, Setting(self.name, self.folder, self.mapping, sensors))


def read_declared(path: Path) -> Declared:
    """The source that a file declares. Raises InputError for an unknown key or kind, or a value of the wrong form."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the file cannot be read", where=str(path), repair="check the path") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is no TOML: {error}", where=path.name, repair="mend it at that place") from error
    schema, kind, mapping = data.pop("schema", None), data.pop("kind", ""), data.pop("mapping", {})
    if schema != SCHEMA:
        raise InputError(f"schema '{schema}' is not {SCHEMA}", where=path.name, repair=f'begin with schema = "{SCHEMA}"')
    spec = SOURCES.get(kind, where=path.name).spec
    return Declared(path.stem, kind, _spec(spec, data, path.name), read_mapping(mapping, path.name), path.parent)


def declared_sources(folder: Path, name: str | None = None) -> list[Declared]:
    """All sources in a folder, or the one of that name. Raises InputError where there is none."""
    files = sorted(folder.glob("*.toml"))
    if name is not None:
        files = [file for file in files if file.stem == name]
    if not files:
        known = [file.stem for file in folder.glob("*.toml")]
        if name is not None and known:
            raise unknown("source", name, known, where=str(folder))
        raise InputError("the project declares no source", where=str(folder), repair="write one as docs/ingestion.md shows")
    return [read_declared(file) for file in files]


def _spec(spec: type[Any], data: dict[str, Any], where: str) -> Any:
    known = {f.name: f for f in fields(spec)}
    for key, value in data.items():
        if key not in known:
            raise unknown("key", key, known, where=where)
        meant = {"str": str, "int": int, "float": (int, float), "bool": bool}[str(known[key].type)]
        if not isinstance(value, meant) or (isinstance(value, bool) and known[key].type != "bool"):  # type: ignore[arg-type]
            raise InputError(f"'{value}' does not fit key '{key}'", where=where, repair=f"give a {known[key].type}")
    for key, one in known.items():
        if one.default is MISSING and key not in data:
            raise InputError(f"key '{key}' is missing", where=where, repair=f"add {key} = ...")
    return spec(**data)
