"""What PROJECT means on the command line: a folder, or the word ``sample``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city
from stratum_core.store.project import SUFFIX, Project


def home() -> Path:
    """Where the program keeps a person's own files: STRATUM_HOME, else the platform's data folder."""
    return Path(os.environ.get("STRATUM_HOME") or platformdirs.user_data_dir("stratum", appauthor=False))


def project_folder(name: str) -> Path:
    """The folder that ``name`` means, whether it exists or not."""
    if name == "sample":
        return home() / f"sample{SUFFIX}"
    path = Path(name)
    return path if path.suffix == SUFFIX or path.is_dir() else path.with_name(path.name + SUFFIX)


def open_project(name: str) -> Project:
    """Open a project; ``sample`` is a working copy of the sample city, made on first use."""
    folder = project_folder(name)
    if name == "sample" and not (folder / "project.sqlite").is_file():
        return new_sample(folder)
    return Project(folder)


def new_sample(folder: Path) -> Project:
    """A fresh copy of the sample city with its terrain, scenarios, recorded sensors and notice."""

    def attach(attachments: Path) -> None:
        for name in ("scenarios", "recording", "sources"):
            shutil.copytree(resource(f"sample/{name}"), attachments / name)
        for name in ("terrain.tif", "NOTICE.md"):
            shutil.copy2(resource(f"sample/{name}"), attachments / name)

    return _new(folder, read_city(resource("sample/city")), attach)


def new_project(folder: Path, city: City) -> Project:
    """A new project holding ``city``, complete or not there at all."""
    return _new(folder, city, lambda attachments: None)


def _new(folder: Path, city: City, attach: Callable[[Path], None]) -> Project:
    """Built beside its place and moved there whole; what was made on the way is taken away when it fails."""
    refuse_existing(folder)
    parts = folder.with_name(folder.name + ".new")
    made = [parent for parent in folder.parents if not parent.exists()]
    try:
        shutil.rmtree(parts, ignore_errors=True)
        Project.create(parts, city).close()
        attach(parts / "attachments")
        parts.rename(folder)
    except BaseException as error:
        shutil.rmtree(parts, ignore_errors=True)
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        if isinstance(error, OSError):
            repair = "choose a place where you may write"
            raise InputError(f"the project cannot be made: {error.strerror}", where=str(folder), repair=repair) from error
        raise
    return Project(folder)


def refuse_existing(folder: Path) -> None:
    """Raise InputError when something is already at ``folder``."""
    if folder.exists():
        raise InputError("something is already there", where=str(folder), repair="choose another name or move it away")
