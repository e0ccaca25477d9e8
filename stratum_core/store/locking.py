"""The lock file of a project: one process writes, the operating system frees the lock when it dies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from stratum_core.errors import InputError


class ProjectLock:
    """An exclusive lock on ``folder``; raises InputError when another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[str] = (folder / "lock").open("a+", encoding="utf-8")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "another program"
            self._file.close()
            raise InputError(f"the project is open in {holder}", where=str(folder), repair="close it there first") from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()


def _lock(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
