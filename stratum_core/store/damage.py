"""A damaged file of a project as one sentence: what cannot be read, what is untouched, where the backup is."""

from __future__ import annotations

from pathlib import Path

from stratum_core.errors import InputError

_FULL, _BUSY, _READ_ONLY = "full", "locked", "readonly"


def unreadable(path: Path, error: BaseException | None) -> InputError:
    """The error for a file of a project that the database behind it cannot read or write."""
    text = str(error).lower()
    if _FULL in text:
        return InputError("the disk is full; nothing was written", where=str(path), repair="free some room and try again")
    if _BUSY in text:
        return InputError("another program has the file open", where=str(path), repair="close it there first")
    if _READ_ONLY in text:
        return InputError("the file cannot be written", where=str(path), repair="give yourself the right to write it")
    return InputError("the file is damaged", where=str(path), repair=_repair(path))


def _repair(path: Path) -> str:
    if path.suffix == ".duckdb":
        return f"move {path.name} away and run the scenarios again; all else of the project is in project.sqlite"
    backups = sorted(path.parent.glob(f"{path.name}.backup-*"))
    if backups:
        return f"copy {backups[-1].name} over {path.name}; it lies in the same folder and is from before the last update"
    return "put a copy of the folder back, or move it away and import again; 'sample' is then made anew"
