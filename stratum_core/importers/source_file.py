"""A file that several importers may look at and that is read once."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from stratum_core.errors import InputError

#: the files beside a Shapefile without which it cannot be read or placed
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


class SourceFile:
    """One input file; its bytes, text and JSON are made when first asked and kept."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise InputError("there is no such file", where=str(path), repair="check the path")
        self.path = path

    @property
    def name(self) -> str:
        """File name with suffix, as messages show it."""
        return self.path.name

    @property
    def suffix(self) -> str:
        """Suffix in lower case, with its dot."""
        return self.path.suffix.lower()

    @cached_property
    def content(self) -> bytes:
        """The bytes; raises InputError when the file cannot be read."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise InputError(f"the file cannot be read: {error.strerror}", where=self.name,
                             repair="check its permissions") from error

    @cached_property
    def text(self) -> str:
        """The text as UTF-8, else as Latin-1, which older tools wrote."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self.content.decode("latin-1")

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; line n is ``lines[n - 1]``."""
        return re.split(r"\r\n|\r|\n", self.text)

    @cached_property
    def json(self) -> Any:
        """The parsed JSON; raises InputError that names the line of the fault."""
        try:
            return json.loads(self.text)
        except json.JSONDecodeError as error:
            raise InputError(f"this is no JSON: {error.msg}", where=f"{self.name}, line {error.lineno}",
                             repair="export the file again") from error
        except RecursionError as error:
            raise InputError("the JSON is nested too deeply", where=self.name, repair="export the file again") from error

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes (and of a Shapefile's other parts), hexadecimal."""
        total = hashlib.sha256(self.content)
        if self.suffix == ".shp":
            for suffix in _SIDECARS:
                beside = self.path.with_suffix(suffix)
                total.update(beside.read_bytes() if beside.is_file() else b"")
        return total.hexdigest()

    @property
    def citation(self) -> str:
        """File name and the first digits of its digest."""
        return f"{self.name}, sha256 {self.digest[:16]}"
