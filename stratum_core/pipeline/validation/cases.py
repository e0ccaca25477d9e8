"""Case files: where they are, what they must hold, and running one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError, unknown
from stratum_core.pipeline.validation.schema import check
from stratum_core.registry import Registry
from stratum_core.resource_files import resource

#: inputs and the folder of the case file -> outputs, both as their JSON Schema says
Kind = Callable[[Mapping[str, Any], Path], dict[str, Any]]

KINDS: Registry[Kind] = Registry("case kind", "stratum_core.pipeline.validation.kinds")


class NotHere(InputError):
    """A case needs a data set or package that this machine lacks: no fault of the case."""


@dataclass(frozen=True)
class Case:
    """One case; ``folder`` is what paths in its inputs are relative to."""

    name: str
    kind: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    tolerance: float | Mapping[str, float]
    source: str
    folder: Path


def cases_folder() -> Path:
    """The folder of case files: tests/cases beside the package, in a frozen program resources/cases."""
    checkout = Path(__file__).resolve().parents[3] / "tests" / "cases"
    return checkout if checkout.is_dir() and not hasattr(sys, "_MEIPASS") else resource("cases")


def sections() -> list[str]:
    """The sections that have cases."""
    return sorted(folder.name for folder in cases_folder().iterdir() if folder.is_dir() and any(folder.glob("*.json")))


def case_files(section: str | None = None) -> list[Path]:
    """Files of one section or of all; raises InputError for an unknown section."""
    if section is not None and section not in sections():
        raise unknown("validation", section, sections())
    return sorted(cases_folder().glob(f"{section or '*'}/*.json"))


def read_case(path: Path) -> Case:
    """The case in a JSON file; raises InputError naming the key that is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("the case cannot be read", where=str(path), repair="name a JSON file that exists") from error
    except ValueError as error:
        raise InputError(f"this is no JSON: {error}", where=str(path), repair="mend that place") from error
    return case(data, path.parent, name=path.stem)


def case(data: Any, folder: Path, *, name: str = "case") -> Case:
    """A case from plain data, checked against the schema of its kind."""
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str):
        raise InputError("the case names no kind", where=name, repair=f"add kind, one of {', '.join(KINDS.names())}")
    KINDS.get(data["kind"], where=f"{name}: kind")
    check(data, schema_of(data["kind"]), name)
    return Case(name, data["kind"], data["inputs"], data.get("expected", {}), data.get("tolerance", 1e-9), data.get("source", ""),
                folder)


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind's cases."""
    page: dict[str, Any] = json.loads(resource(f"schemas/cases/{kind}.schema.json").read_text(encoding="utf-8"))
    return page


def run_case(data: Mapping[str, Any] | Case, folder: Path = Path()) -> dict[str, Any]:
    """Outputs of a case through its engine, with or without ``expected``.

    Raises InputError for a malformed case, NotHere for data that is missing here.
    """
    known = data if isinstance(data, Case) else case(dict(data), folder)
    return KINDS.get(known.kind)(known.inputs, known.folder)
