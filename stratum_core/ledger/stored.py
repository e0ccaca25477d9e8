"""The verdict on a whole ledger as it lies in a project: stored bytes in, verdict out.

- Each row holds the canonical bytes of one entry, under that entry's own number and hash.
- The entries are an unbroken chain, each signed.
- The signed head, renewed with each entry by the key that signs it, states their number and Merkle root, so that entries
  missing at the end show. Who also puts back an older head is found by a checkpoint that left the machine.
- A checkpoint that the reader kept describes a beginning of this ledger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stratum_core.errors import InputError
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.entries import Entry, verify_chain
from stratum_core.ledger.proof import Checkpoint, root_of
from stratum_core.ledger.reading import read_checkpoint, read_stored_entry
from stratum_core.ledger.verdict import Verdict
from stratum_core.ledger.verification import verify_checkpoint

NO_HEAD = ""  # of a ledger that was never written to
UNSIGNED_HEAD = "not signed before schema 2"  # of a ledger from an older program, until its next entry
_UNSIGNED = "How many entries there must be was not signed before; the next entry signs it."


@dataclass(frozen=True)
class StoredEntry:
    """One row of a project's ledger, as its bytes are."""

    sequence: int
    hash: bytes
    data: bytes

    def entry(self) -> Entry:
        """The entry; raises InputError where the row does not hold the canonical bytes of one, under its own hash."""
        entry = read_stored_entry(self.data)
        if self.hash != entry.hash.encode():
            raise InputError("the hash that is stored beside it is another one")
        return entry


def head_text(head: Checkpoint) -> str:
    """The signed head as it is stored."""
    return canonical_json(head).decode()


def verify_stored(
    rows: Sequence[StoredEntry], head: str | None, known_keys: frozenset[str] = frozenset(), *, kept: Checkpoint | None = None
) -> Verdict:
    """Whether the stored ledger is whole and unchanged, and agrees with the checkpoint ``kept`` that the reader has.

    head: what the project stores beside the entries; None where it is gone. Never raises.
    """
    entries: list[Entry] = []
    for position, row in enumerate(rows, start=1):
        if row.sequence != position:
            return _broken(f"Entry {position}: it is missing; the next one carries the number {row.sequence}.", position)
        try:
            entries.append(row.entry())
        except InputError as error:
            return _broken(f"Entry {position}: {error.what.rstrip('.')}.", position)
    verdict = verify_chain(entries, known_keys)
    if not verdict.intact:
        return verdict
    problem = head_problem(entries, head) or (_checkpoint_problem(entries, kept) if kept is not None else "")
    if problem:
        return _broken(problem, None)
    return replace(verdict, remarks=(_UNSIGNED,)) if head == UNSIGNED_HEAD else verdict


def head_problem(entries: Sequence[Entry], head: str | None) -> str:
    """What the signed head says against the entries; empty where it agrees."""
    if head is None:
        return "The signed count of its entries is gone, so entries may be missing."
    if head == UNSIGNED_HEAD:
        return ""
    if head == NO_HEAD:
        return "The signed count of its entries is gone, so entries may be missing." if entries else ""
    try:
        stated = read_checkpoint(json.loads(head))
        canonical = head_text(stated) == head
    except (InputError, ValueError, RecursionError):
        return "The signed count of its entries cannot be read; it was changed."
    if not canonical or not verify_checkpoint(stated):
        return "The signed count of its entries was changed; its signature does not match."
    if stated.size != len(entries):
        return f"It holds {len(entries)} entries where {stated.size} were signed; entries at its end were deleted or added."
    if stated.root != root_of(entries) or (entries and stated.public_key != entries[-1].public_key):
        return "The signed count describes other entries than it holds."
    return ""


def _checkpoint_problem(entries: Sequence[Entry], kept: Checkpoint) -> str:
    if kept.signature and not verify_checkpoint(kept):
        return "The signature of the checkpoint does not match. Use the checkpoint as it was printed."
    if kept.size > len(entries):
        return f"It holds {len(entries)} entries where the checkpoint of {kept.time} counts {kept.size}; entries were deleted."
    if root_of(entries[: kept.size]) != kept.root:
        return f"Its first {kept.size} entries are not those of the checkpoint of {kept.time}; they were replaced."
    return ""


def _broken(problem: str, position: int | None) -> Verdict:
    return Verdict(False, (problem,), first_broken=position)
