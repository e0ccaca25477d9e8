"""The device key that unattended commands sign with: one file of 32 raw bytes that only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from stratum_core.errors import InputError
from stratum_core.ledger.signing import Signer

FILE = "device.key"


def data_folder() -> Path:
    """Where the program keeps what belongs to this user: STRATUM_HOME, else the system's place for it."""
    home = os.environ.get("STRATUM_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir("stratum", appauthor=False))


def device_signer(folder: Path | None = None) -> Signer:
    """The key of this device, made on first use with mode 0600.

    Raises InputError when the file is damaged, cannot be read, or others may read it.
    """
    path = (folder or data_folder()) / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path, Signer.generate())
        _refuse_shared(path)
        return Signer(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"the device key cannot be read or made: {error.strerror}",
            where=str(path),
            repair="give yourself the right to write there, or set STRATUM_HOME to another folder",
        ) from error


def _create(path: Path, signer: Signer) -> None:
    """Write the whole key under another name and link it in: a second process that does the same loses, and reads ours."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(signer.private)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _refuse_shared(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise InputError("other users may read the device key", where=str(path), repair=f"run: chmod 600 '{path}'")
