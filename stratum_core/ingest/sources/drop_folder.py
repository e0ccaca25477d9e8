"""Files that somebody or something puts into a folder. They are read where they lie, never moved, changed or deleted.

A file is taken when its size and time have stood still for a while; one that changes later is a new part, whose
repeated readings the store drops.
"""

from __future__ import annotations

import json
import time
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, Setting, SourceKind, SourceLost
from stratum_core.ingest.mapping import SHAPES


@dataclass(frozen=True)
class DropFolder:
    """folder: relative to the project's sources; pattern: of file names; settle_s: seconds that a file must stand still."""

    folder: str
    pattern: str = "*"
    settle_s: float = 1.0


class _Folder:
    ended = False

    def __init__(self, spec: DropFolder, setting: Setting) -> None:
        self._spec, self._folder = spec, setting.folder / spec.folder
        self._done = Done()

    def open(self, done: Done) -> None:
        if not self._folder.is_dir():
            raise SourceLost(f"There is no folder {self._folder}.")
        self._done = done

    def read(self, timeout: float) -> Sequence[Delivery]:
        until = time.monotonic() + timeout
        while True:
            for path in self._files():
                if part := self._new_part(path):
                    return [self._delivery(path, part)]
            left = until - time.monotonic()
            if left <= 0:
                return ()
            time.sleep(min(left, 0.1))

    def stored(self, delivery: Delivery) -> None:
        self._done.complete.add(delivery.part)

    def close(self) -> None:
        pass

    def _files(self) -> list[Path]:
        try:
            return sorted(self._folder.glob(self._spec.pattern))
        except OSError as error:
            raise SourceLost(f"The folder {self._folder} cannot be read: {error.strerror}.") from error
        except (ValueError, NotImplementedError) as error:
            raise InputError(f"'{self._spec.pattern}' is no pattern of file names", where=str(self._folder),
                             repair="write one such as *.csv") from error

    def _delivery(self, path: Path, part: str) -> Delivery:
        try:
            return file_delivery(path, part)
        except InputError as error:  # the others are taken meanwhile; it is tried again at the next start
            return Delivery(part, whole=True, refused=error)

    def _new_part(self, path: Path) -> str:
        """The part of a file that stands still and was not taken; empty: none."""
        try:
            if path.suffix.lower() in SHAPES and path.is_file() and time.time() - path.stat().st_mtime >= self._spec.settle_s:
                part = part_name(path)
                return "" if part in self._done.complete else part
        except OSError:  # it went while it was looked at
            pass
        return ""


def part_name(path: Path) -> str:
    """A file's name, size and time: another content is another part."""
    status = path.stat()
    written = datetime.fromtimestamp(status.st_mtime, UTC)
    return f"{path.name} ({status.st_size} bytes, {written:%Y-%m-%dT%H:%M:%S.%fZ})"


def file_delivery(path: Path, part: str) -> Delivery:
    """A whole file as one delivery. Raises InputError for a suffix that is not known."""
    shape = SHAPES.get(path.suffix.lower())
    if shape is None:
        raise InputError(f"'{path.suffix}' is no format of readings", where=path.name, repair=f"known: {', '.join(SHAPES)}")
    if path.suffix.lower() == ".xlsx":
        return Delivery(part, _workbook(path), whole=True)
    return Delivery(part, path=path, shape=shape, whole=True)


def _workbook(path: Path) -> list[str | None]:
    """Rows of the first sheet as JSON texts; the first row names the columns."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    damaged = (InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, LookupError, TypeError,
               AttributeError, ValueError, RuntimeError, OSError)  # what openpyxl lets through; broken XML is a SyntaxError
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(cell) for cell in next(rows, ())]
        texts = [json.dumps(dict(zip(header, map(_cell, row), strict=False))) for row in rows]
        book.close()
    except damaged as error:
        raise InputError("this is no XLSX workbook, or a damaged one", where=path.name,
                         repair="save it again as .xlsx") from error
    return list(texts)


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, (int, float, type(None))) else str(value)


SOURCES.register("drop_folder")(SourceKind(DropFolder, _Folder))
