"""Rows of the ledger and the verdict on its chain; plain data in, texts out. No Qt widgets."""

from __future__ import annotations

from typing import Any

from stratum_core.errors import InputError
from stratum_core.ledger import verify_chain
from stratum_core.ledger.reading import read_entry
from ui.tables.plain_model import Heading, Line

ENTRIES = (
    Heading("No.", True),
    Heading("Time, UTC"),
    Heading("Type"),
    Heading("Text"),
    Heading("Author"),
    Heading("Hash"),
    Heading("Verified", False, "the entry's own hash holds; the sentence above is about the whole chain"),
)


def entry_lines(entries: list[dict[str, Any]]) -> list[Line]:
    """One row for each entry, the last first."""
    return [_line(entry) for entry in reversed(entries)]


def _line(entry: dict[str, Any]) -> Line:
    sequence = entry.get("sequence", "?")
    digest = str(entry.get("hash", ""))
    texts = (
        str(sequence),
        str(entry.get("time", "")).replace("T", " ")[:19],
        str(entry.get("kind") or entry.get("type") or ""),
        str(entry.get("text", "")),
        str(entry.get("author", "")),
        f"{digest[:8]} … {digest[-4:]}" if digest else "none",
        _holds(entry),
    )
    return Line(texts, texts)


def _holds(entry: dict[str, Any]) -> str:
    try:
        read = read_entry(entry)
    except InputError:
        return "no, it cannot be read"
    return "yes" if read.computed_hash() == read.hash else "no"


def verdict_words(entries: list[dict[str, Any]]) -> str:
    """Whether the chain is unbroken, and by which key it is signed."""
    if not entries:
        return ""
    try:
        verdict = verify_chain([read_entry(entry) for entry in entries])
    except InputError as error:
        return str(error)
    if not verdict.intact:
        return verdict.sentence()
    return f"The chain is intact and signed by the key {verdict.signed_by}."
