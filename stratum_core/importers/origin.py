"""Where imported rows come from: what the person says, else what the file says of itself, else measured.

A file is taken at its word only where it calls its data synthetic, fictitious or artificial in a comment, a title or a
description; nothing is guessed from the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stratum_core.errors import InputError, unknown
from stratum_core.importers.draft import NAN, Draft
from stratum_core.importers.source_file import SourceFile
from stratum_core.model.tables import PROVENANCES

_SYNTHETIC = re.compile(r"\b(?:synthetic|synthesi[sz]ed|fictitious|fictional|artificial|artificially generated)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not?|non)[ -]+\w{0,12} ?$", re.IGNORECASE)
_COMMENT = {".m": "%", ".inp": ";", ".tntp": "~"}
_LONGEST = 100_000


@dataclass(frozen=True)
class Origin:
    """What the person says about the files of one import; empty: nothing.

    provenance: measured, derived, generated or assumed. source: what it is, in words. date: ISO 8601.
    """

    provenance: str = ""
    source: str = ""
    licence: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        if self.provenance and self.provenance not in PROVENANCES:
            raise unknown("provenance", self.provenance, PROVENANCES, where="--provenance")
        try:
            if self.date:
                date.fromisoformat(self.date)
        except ValueError as error:
            raise InputError(f"'{self.date}' is no date", where="--date", repair="write it as 2026-03-14") from error


def mark(draft: Draft, origin: Origin) -> None:
    """Give each row of ``draft`` without a provenance the one that is said; how sure it is stays unknown where nobody says."""
    line = _own_words(draft.file)
    if line and not origin.provenance:
        draft.note(f"{draft.file.name} calls its data synthetic (line {line}), so its rows are marked generated")
    said = origin.provenance or ("generated" if line else "measured")
    for rows in draft.rows.values():
        for row in rows:
            row.setdefault("provenance", said)
            row.setdefault("confidence", NAN)


def _own_words(file: SourceFile) -> int:
    """The line in which a file says that it is synthetic, 0 where it does not."""
    if file.suffix in (".json", ".geojson"):
        return 1 if _says_so(_description(file)) else 0
    sign = _COMMENT.get(file.suffix)
    if sign is None:
        return 0
    titled = False
    for number, text in enumerate(file.text[:_LONGEST].splitlines(), start=1):
        if text.lstrip().startswith("["):
            titled = text.strip().upper() == "[TITLE]"
        comment = text if titled else text.partition(sign)[2]
        if _says_so(comment):
            return number
    return 0


def _says_so(text: str) -> bool:
    return any(not _NOT.search(text[: found.start()]) for found in _SYNTHETIC.finditer(text))


def _description(file: SourceFile) -> str:
    """The words that a JSON file has about itself."""
    page = file.json if isinstance(file.json, dict) else {}
    inner = page.get("_object")
    pages = [page, inner if isinstance(inner, dict) else {}]
    return " ".join(str(part.get(key, ""))[:2000] for part in pages for key in ("name", "description", "title", "comment"))
