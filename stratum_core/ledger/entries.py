"""Entries of the ledger: each hashes its predecessor and is signed, so a change anywhere shows.

The hash is the SHA-256 of the RFC 8785 JSON of the entry without ``hash`` and ``signature``. The
signature is over ``stratum.entry/1``, a line feed and the 32 bytes of the hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

import rfc8785

from stratum_core.errors import InputError, unknown
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.signing import Signer, fingerprint, is_known, is_signed
from stratum_core.ledger.verdict import Verdict

KINDS = ("proposed", "simulated", "approved", "executed", "validated", "rejected", "superseded", "briefed")
DECISIONS = ("proposed", "approved", "executed", "validated", "rejected", "superseded")  # the rest records what was run
GENESIS = "0" * 64
_CONTEXT = b"stratum.entry/1\n"


@dataclass(frozen=True)
class Entry:
    """One record.

    sequence: 1 for the first. about: sequence of the entry that this one approves, rejects, supersedes or
    reports on, 0 for none. time: UTC, ISO 8601 with Z. run: digest of the run, or empty. inputs: digests in
    hex by name (city, spec, document). previous: hash of the entry before, 64 zeros for the first.
    public_key, hash, signature: hex, lower case.
    """

    sequence: int
    kind: str
    text: str
    author: str
    time: str
    about: int = 0
    run: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    previous: str = GENESIS
    public_key: str = ""
    hash: str = ""
    signature: str = ""

    def computed_hash(self) -> str:
        """What ``hash`` must be."""
        body = {name: value for name, value in self.page().items() if name not in ("hash", "signature")}
        return hashlib.sha256(canonical_json(body)).hexdigest()

    def page(self) -> dict[str, object]:
        """The entry as plain data."""
        return asdict(self) | {"inputs": dict(self.inputs)}


def append(
    last: Entry | None, signer: Signer, *, kind: str, text: str, author: str, time: datetime, about: int = 0, run: str = "",
    inputs: Mapping[str, str] | None = None,
) -> Entry:
    """The entry that follows ``last`` (None: the first), hashed and signed.

    Raises InputError for an unknown kind, a time without zone, no text, or an ``about`` that is not an earlier entry.
    """
    sequence = last.sequence + 1 if last else 1
    if kind not in KINDS:
        raise unknown("ledger entry type", kind, KINDS)
    if time.tzinfo is None:
        raise InputError("the time of a ledger entry has no zone", repair="give it in UTC")
    if not 0 <= about < sequence:
        raise InputError(f"there is no earlier entry {about}", repair="name an entry that 'ledger list' shows")
    if not text.strip():
        raise InputError("the entry says nothing", repair="say what was decided, or what happened")
    entry = Entry(
        sequence=sequence, kind=kind, text=text, author=author, time=utc_text(time), about=about, run=run,
        inputs=dict(inputs or {}), previous=last.hash if last else GENESIS, public_key=signer.public.hex())
    digest = entry.computed_hash()
    return replace(entry, hash=digest, signature=signer.sign(_CONTEXT + bytes.fromhex(digest)).hex())


def verify_chain(entries: Sequence[Entry], known_keys: frozenset[str] = frozenset()) -> Verdict:
    """Whether the entries are an unbroken chain from the first on; names the first broken one and what is wrong.

    An empty chain is intact and signed by nobody. known_key holds when every entry's key is known; else signed_by is
    the first key that is not.
    """
    previous = GENESIS
    for position, entry in enumerate(entries, start=1):
        problem = _position_problem(entry, position, previous) or entry_problem(entry)
        if problem:
            return Verdict(False, (f"Entry {position}: {problem}",), first_broken=position)
        previous = entry.hash
    keys = [bytes.fromhex(entry.public_key) for entry in entries]
    strange = next((key for key in keys if not is_known(key, known_keys)), None)
    return Verdict(True, signed_by=fingerprint(strange or keys[-1]) if keys else "", time=entries[-1].time if entries else "",
                   known_key=bool(keys) and strange is None)


def entry_problem(entry: Entry) -> str:
    """What is wrong with one entry by itself; empty when its hash and signature hold."""
    if entry.kind not in KINDS:
        return f"its type '{entry.kind}' is unknown."
    try:
        computed = entry.computed_hash()
        digest, key, signature = (bytes.fromhex(text) for text in (entry.hash, entry.public_key, entry.signature))
    except (rfc8785.CanonicalizationError, ValueError) as error:
        return f"it cannot be read: {error}."
    if computed != entry.hash:
        return "its content was changed after it was written; its hash does not match."
    if entry.signature != signature.hex() or not is_signed(_CONTEXT + digest, signature, key):
        return "its signature does not match its key."
    return ""


def utc_text(time: datetime) -> str:
    """A time as UTC text with Z, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _position_problem(entry: Entry, position: int, previous: str) -> str:
    if entry.sequence != position:
        return f"it carries the number {entry.sequence}; an entry was deleted, added or moved before it."
    if entry.previous != previous:
        return "it does not follow the entry before it; one of the two was replaced or moved."
    return ""
