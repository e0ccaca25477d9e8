"""The proof that travels beside a document: its digest, signature, ledger entry, inclusion and checkpoint.

Its file is the RFC 8785 JSON of ``Proof.page()``, so that one changed byte anywhere shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from stratum_core.errors import InputError
from stratum_core.ledger import merkle
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.entries import Entry, utc_text
from stratum_core.ledger.signing import Signer

SCHEMA = "stratum.proof/1"
CHECKPOINT_SCHEMA = "stratum.checkpoint/1"


@dataclass(frozen=True)
class Checkpoint:
    """The signed state of a whole ledger: number of entries, Merkle root (hex), time (UTC).

    Copied by hand from paper it may lack key and signature: then the reader vouches for it.
    """

    size: int
    root: str
    time: str
    public_key: str
    signature: str = ""

    def line(self) -> str:
        """The checkpoint as one line, to be kept on paper or on another machine."""
        return f"{self.size} entries, root {self.root}, {self.time}, key {self.public_key}, signature {self.signature}"

    def statement(self) -> bytes:
        """What the signature covers."""
        return canonical_json({"schema": CHECKPOINT_SCHEMA, "size": self.size, "root": self.root, "time": self.time,
                               "public_key": self.public_key})


@dataclass(frozen=True)
class Proof:
    """All that a reader needs besides the document; digests, keys, signatures and paths in hex."""

    name: str
    sha256: str
    run: str
    spec: str
    city: str
    public_key: str
    signature: str
    entry: Entry
    path: tuple[str, ...]
    checkpoint: Checkpoint

    def statement(self) -> bytes:
        """What the document's signature covers: name and digest, the digests behind it, and its ledger entry."""
        return canonical_json({
            "schema": SCHEMA, "name": self.name, "sha256": self.sha256, "run": self.run, "spec": self.spec,
            "city": self.city, "public_key": self.public_key, "entry": self.entry.hash})

    def page(self) -> dict[str, object]:
        """The proof as plain data, in the shape of its file."""
        return {
            "schema": SCHEMA, "document": {"name": self.name, "sha256": self.sha256}, "run": self.run, "spec": self.spec,
            "city": self.city, "public_key": self.public_key, "signature": self.signature, "entry": self.entry.page(),
            "inclusion": list(self.path), "checkpoint": asdict(self.checkpoint)}

    def to_bytes(self) -> bytes:
        """The bytes of ``<name>.proof.json``."""
        return canonical_json(self.page())


def make_checkpoint(entries: Sequence[Entry], signer: Signer, time: datetime) -> Checkpoint:
    """The signed state of the ledger, to be kept on another machine, in print, or as a QR code."""
    unsigned = Checkpoint(len(entries), root_of(entries), utc_text(time), signer.public.hex())
    return Checkpoint(**{**asdict(unsigned), "signature": signer.sign(unsigned.statement()).hex()})


def root_of(entries: Sequence[Entry]) -> str:
    """The Merkle root over the entries, in hex."""
    return merkle.root(_leaves(entries)).hex()


def make_proof(document: bytes, name: str, entries: Sequence[Entry], entry: Entry, signer: Signer, time: datetime) -> Proof:
    """The proof of ``document``, which ``entry`` (one of ``entries``) records under inputs["document"].

    Raises InputError when the entry is not in the ledger, was signed by another key, or records another document.
    """
    digest = hashlib.sha256(document).hexdigest()
    if not 1 <= entry.sequence <= len(entries) or entries[entry.sequence - 1].hash != entry.hash:
        raise InputError(f"entry {entry.sequence} is not in this ledger", repair="append it first")
    if entry.public_key != signer.public.hex():
        raise InputError(f"entry {entry.sequence} was signed by another key", repair="sign the proof with that key")
    if entry.inputs.get("document") != digest:
        raise InputError(f"entry {entry.sequence} does not record this document", repair="append an entry with its SHA-256")
    path = merkle.inclusion_proof(_leaves(entries), entry.sequence - 1)
    unsigned = Proof(
        name=name, sha256=digest, run=entry.run, spec=entry.inputs.get("spec", ""), city=entry.inputs.get("city", ""),
        public_key=signer.public.hex(), signature="", entry=entry, path=tuple(node.hex() for node in path),
        checkpoint=make_checkpoint(entries, signer, time))
    return Proof(**{**vars(unsigned), "signature": signer.sign(unsigned.statement()).hex()})


def _leaves(entries: Sequence[Entry]) -> list[bytes]:
    return [bytes.fromhex(entry.hash) for entry in entries]
