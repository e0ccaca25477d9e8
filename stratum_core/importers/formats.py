"""What an importer is, and where the importers are found: by being a module of this package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stratum_core.importers.draft import Draft
from stratum_core.importers.source_file import SourceFile
from stratum_core.registry import Registry


@dataclass(frozen=True)
class Request:
    """What one import was asked for: all its files, and what the person added to them.

    sector: for layers that do not say theirs. name: replaces the stem of the file
    in ids. mapping: a TOML file that says what the columns of a layer mean.
    """

    files: Sequence[SourceFile]
    sector: str | None = None
    name: str | None = None
    mapping: SourceFile | None = None

    def draft(self, file: SourceFile, stem: str | None = None) -> Draft:
        """An empty draft for ``file``; its ids begin with ``stem`` unless another name was asked for."""
        return Draft(file, self.name or stem or file.path.stem)


@dataclass(frozen=True)
class Format:
    """One format: the suffixes it may have, how it is recognised and how it is read.

    claims: true if the content is this format's. read: the rows of the file, or None
    if another file of the same request has taken it in. general: asked last, because it
    takes what no other format knows.
    """

    suffixes: tuple[str, ...]
    claims: Callable[[SourceFile, Request], bool]
    read: Callable[[SourceFile, Request], Draft | None]
    general: bool = False

    def fits(self, file: SourceFile, request: Request) -> bool:
        """True if this format reads ``file``."""
        return file.suffix in self.suffixes and self.claims(file, request)


IMPORTERS: Registry[Format] = Registry("importer", "stratum_core.importers")
