"""Files and folders that the person chooses. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

_IMPORTS = ("Networks, layers and tables (*.json *.geojson *.m *.inp *.tntp *.csv *.gpkg *.shp *.fgb *.sqlite *.pbf *.osm *.zip)"
            ";;All files (*)")


def choose_project(parent: QWidget | None) -> str:
    """The folder of a project; empty when nothing was chosen."""
    return QFileDialog.getExistingDirectory(parent, "Open a project: a folder that ends in .stratum", str(Path.cwd()))


def choose_imports(parent: QWidget | None) -> list[str]:
    """Files to import; none when nothing was chosen."""
    return QFileDialog.getOpenFileNames(parent, "Import files", str(Path.cwd()), _IMPORTS)[0]


def choose_scenario(parent: QWidget | None) -> str:
    """A scenario file; empty when nothing was chosen."""
    return QFileDialog.getOpenFileName(parent, "Open a scenario file", str(Path.cwd()), "Scenarios (*.toml)")[0]


def choose_film(parent: QWidget | None, place: str, suffix: str) -> str:
    """Where a film goes, a file with a suffix or a folder; empty when nothing was chosen."""
    kinds = f"Films (*{suffix})" if suffix else "Folders (*)"
    return QFileDialog.getSaveFileName(parent, "Where the film goes", place, kinds)[0]


def choose_mapping(parent: QWidget | None) -> str:
    """A mapping file; empty when nothing was chosen."""
    return QFileDialog.getOpenFileName(parent, "Which column is what", str(Path.cwd()), "Mappings (*.toml)")[0]
