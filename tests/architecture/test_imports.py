"""The architecture, as sentences that hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common", "base", "manager"}

IMPORT_ALL = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "pyvista", "pyvistaqt", "vtk", "vtkmodules", "shiboken6"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
for package in ("stratum_core", "app"):
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, package + "."):
        importlib.import_module(module.name)
print("all imported")
"""


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in (ROOT / package).rglob("*.py")]


def test_core_and_application_import_without_qt_and_vtk() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "all imported", done.stderr


def test_the_composition_root_is_under_40_lines() -> None:
    assert len((ROOT / "main.py").read_text(encoding="utf-8").splitlines()) < 40


def test_packaging_is_no_python_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_module_is_a_drawer() -> None:
    assert [path for path in sources("stratum_core", "app", "ui") if path.stem in DRAWERS] == []


def test_no_file_is_a_giant() -> None:
    long = {
        str(path): n
        for path in sources("stratum_core", "app", "ui")
        if (n := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    allowed: set[str] = set()
    assert set(long) <= allowed, long


def test_kernels_stand_only_in_modules_named_kernels() -> None:
    guilty = [
        path
        for path in sources("stratum_core", "app", "ui")
        if path.name != "kernels.py" and "from numba import" in path.read_text(encoding="utf-8")
    ]
    assert guilty == []


def test_sql_stands_only_in_the_store() -> None:
    words = ("import sqlalchemy", "from sqlalchemy", "import sqlite3", "import duckdb")
    guilty = [
        path
        for path in sources("stratum_core", "app", "ui")
        if "store" not in path.parts and any(word in path.read_text(encoding="utf-8") for word in words)
    ]
    assert guilty == []
