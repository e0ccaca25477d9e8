"""Rows of the ledger and the verdict on it; entries in, texts out. No Qt widgets."""

from __future__ import annotations

from stratum_core.ledger import Entry, Verdict
from ui.tables.plain_model import Heading, Line

ENTRIES = (
    Heading("No.", True),
    Heading("Time, UTC"),
    Heading("Type"),
    Heading("Text"),
    Heading("Author"),
    Heading("Hash"),
    Heading("Verified", False, "the entry's own hash holds; the sentence above is about the whole ledger"),
)


def entry_lines(entries: list[tuple[int, Entry | None]]) -> list[Line]:
    """One row for each stored entry, the last first."""
    return [_line(sequence, entry) for sequence, entry in reversed(entries)]


def _line(sequence: int, entry: Entry | None) -> Line:
    if entry is None:
        texts = (str(sequence), "", "", "This entry cannot be read: its bytes were changed.", "", "none", "no, it cannot be read")
        return Line(texts, texts)
    digest = entry.hash
    texts = (
        str(sequence),
        entry.time.replace("T", " ")[:19],
        entry.kind,
        entry.text,
        entry.author,
        f"{digest[:8]} … {digest[-4:]}",
        "yes" if entry.computed_hash() == digest else "no",
    )
    return Line(texts, texts)


def verdict_words(verdict: Verdict) -> str:
    """Whether the ledger is whole and unchanged, and by which key it is signed."""
    if not verdict.intact or not verdict.signed_by:
        return verdict.sentence()
    return " ".join([f"The ledger is intact and signed by the key {verdict.signed_by}.", *verdict.remarks])
