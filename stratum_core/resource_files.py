"""Where the program's own files are: tables, scenarios, schemas, fonts."""

from __future__ import annotations

import csv
import sys
from functools import cache
from pathlib import Path


def resource(name: str) -> Path:
    """The path of a file or folder under ``resources/``, in a checkout or a frozen program."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[1]))
    return root / "resources" / name


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``resources/tables/<name>.csv``; lines that start with # are notes."""
    path = resource(f"tables/{name}.csv")
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return tuple(csv.DictReader(lines))
