"""The projects that were open last, newest first: one list of folders for this user."""

from __future__ import annotations

import json
from pathlib import Path

from app.device_key import data_folder

FILE = "recent_projects.json"
MOST = 8


def recent_projects() -> list[str]:
    """Names of the projects opened last that are still there; a list that cannot be read is empty."""
    try:
        names = json.loads((data_folder() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(names, list):
        return []
    return [name for name in names if isinstance(name, str) and (name == "sample" or (Path(name) / "project.sqlite").is_file())]


def remember_project(name: str) -> None:
    """Put a project first on the list; where the list cannot be written it stays as it is."""
    name = name if name == "sample" else str(Path(name).resolve())
    names = [name, *(other for other in recent_projects() if other != name)][:MOST]
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        (data_folder() / FILE).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    except OSError:
        return
