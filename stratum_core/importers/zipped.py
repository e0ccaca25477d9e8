"""Files inside a zip; a damaged one is bad input."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection

from stratum_core.errors import InputError
from stratum_core.importers.source_file import SourceFile

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


def names(file: SourceFile) -> list[str]:
    """What a zip holds; nothing where it is none."""
    try:
        with zipfile.ZipFile(file.path) as folder:
            return folder.namelist()
    except _DAMAGE:
        return []


def unpacked(file: SourceFile, wanted: Collection[str]) -> dict[str, bytes]:
    """Those of the ``wanted`` files that the zip holds. Raises InputError where it is damaged or has a password."""
    try:
        with zipfile.ZipFile(file.path) as folder:
            return {name: folder.read(name) for name in folder.namelist() if name in wanted}
    except (*_DAMAGE, RuntimeError) as error:
        raise InputError(f"the zip cannot be read: {error}", where=file.name, repair="get it again without password") from error
