"""A checkpoint that the reader kept: the line of ``ledger checkpoint``, or a file that holds it."""

from __future__ import annotations

from pathlib import Path

from stratum_core.errors import InputError
from stratum_core.ledger import Checkpoint
from stratum_core.ledger.reading import read_checkpoint_text

_LONGEST = 100_000


def kept_checkpoint(text: str | None) -> Checkpoint | None:
    """The checkpoint that ``text`` is or names; None without one. Raises InputError for anything else."""
    if text is None:
        return None
    return read_checkpoint_text(_file_text(Path(text)) if _is_file(text) else text)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name: it is the line itself
        return False


def _file_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")[:_LONGEST]
    except (OSError, ValueError) as error:
        raise InputError("the checkpoint cannot be read", where=str(path), repair="give the line itself") from error
