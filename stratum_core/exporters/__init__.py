"""The graph of a city as files that other programs read, one module a format; the module's name is what it registers by suffix.

An exporter gets plain columns, writes one file whole, and converts nothing: metres of the project's system, SI units.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from stratum_core.errors import InputError, unknown
from stratum_core.registry import Registry

Columns = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class GraphTables:
    """What is exported: nodes (id first; x, y) and edges (start, end: ids of nodes), in columns of one length each.

    links: the node id and the course of each physical link that has one, as (n, 2) arrays. questions: rows to ask about.
    """

    name: str
    crs: str
    nodes: Columns
    edges: Columns
    dependencies: Columns
    links: tuple[tuple[str, npt.NDArray[Any]], ...] = ()
    questions: Columns | None = None


Write = Callable[[GraphTables, Path], None]

EXPORTERS: Registry[Write] = Registry("format", "stratum_core.exporters")


def export(tables: GraphTables, file: Path) -> None:
    """Write ``tables`` to ``file`` in the format of its suffix, complete or not at all; raises InputError."""
    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in EXPORTERS.names():
        raise unknown("format", suffix or file.name, EXPORTERS.names(), where=str(file))
    # the suffix stays last: drivers choose by it
    parts = file.with_name(f".{file.stem}.part{file.suffix}")
    try:
        parts.unlink(missing_ok=True)
        EXPORTERS.get(suffix)(tables, parts)
        os.replace(parts, file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"the file cannot be written: {reason}", where=str(file), repair="name another place") from error
    finally:
        parts.unlink(missing_ok=True)


def rows(columns: Columns) -> list[dict[str, Any]]:
    """The rows as plain values, without those that are not known."""
    names = list(columns)
    values = [columns[name].tolist() for name in names]
    return [{name: value for name, value in zip(names, row, strict=True) if value == value and value not in ("", None)}
            for row in zip(*values, strict=True)]
