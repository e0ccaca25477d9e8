"""The verdict on a document and its proof.

- The document's SHA-256 is the one in the proof, and the proof's signature covers it.
- The ledger entry hashes and is signed, and records the same document, run, spec and city.
- The entry is in the Merkle tree of the checkpoint, and the checkpoint is signed by the same key.
- None of this says who holds the key: that is ``known_key``, and only the reader's own list decides it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from stratum_core.errors import InputError
from stratum_core.ledger import merkle
from stratum_core.ledger.entries import entry_problem
from stratum_core.ledger.proof import Checkpoint, Proof
from stratum_core.ledger.reading import read_proof
from stratum_core.ledger.signing import fingerprint, is_known, is_signed
from stratum_core.ledger.verdict import Verdict


def verify_document(document: bytes, proof: bytes, known_keys: Collection[str] = ()) -> Verdict:
    """Whether ``document`` is the one that ``proof`` (the bytes of its file) was made for; never raises.

    known_keys: fingerprints (16 hex digits) or whole public keys in hex that the reader trusts.
    """
    try:
        read = read_proof(proof)
    except InputError as error:
        return Verdict(False, (str(error),))
    problems = tuple(_problems(document, read))
    key = bytes.fromhex(read.public_key)
    signed = is_signed(read.statement(), bytes.fromhex(read.signature), key)
    return Verdict(
        intact=not problems, problems=problems, signed_by=fingerprint(key) if signed else "",
        known_key=signed and is_known(key, frozenset(known_keys)), run=read.run, spec=read.spec, city=read.city,
        time=read.checkpoint.time)


def verify_checkpoint(checkpoint: Checkpoint) -> bool:
    """Whether the checkpoint carries its key's signature."""
    return is_signed(checkpoint.statement(), bytes.fromhex(checkpoint.signature), bytes.fromhex(checkpoint.public_key))


def _problems(document: bytes, proof: Proof) -> Iterator[str]:
    if hashlib.sha256(document).hexdigest() != proof.sha256:
        yield "The document was changed after it was signed, or it is another one. Ask the sender for it again."
    if not is_signed(proof.statement(), bytes.fromhex(proof.signature), bytes.fromhex(proof.public_key)):
        yield "The signature of the proof does not match. Ask the sender for the proof again."
    wrong = entry_problem(proof.entry)
    if wrong:
        yield f"Ledger entry {proof.entry.sequence}: {wrong}"
    yield from _disagreements(proof)
    index = proof.entry.sequence - 1
    leaf, root = bytes.fromhex(proof.entry.hash), bytes.fromhex(proof.checkpoint.root)
    if not merkle.verify_inclusion(leaf, index, proof.checkpoint.size, [bytes.fromhex(node) for node in proof.path], root):
        yield f"Ledger entry {proof.entry.sequence} is not in the ledger that the checkpoint describes."
    if not verify_checkpoint(proof.checkpoint):
        yield "The signature of the checkpoint does not match. Ask the sender for the proof again."


def _disagreements(proof: Proof) -> Iterator[str]:
    entry = proof.entry
    stated = {"document": proof.sha256, "spec": proof.spec, "city": proof.city}
    for name, digest in stated.items():
        if entry.inputs.get(name, "") != digest:
            yield f"The ledger entry records another {name} than the proof states."
    if entry.run != proof.run:
        yield "The ledger entry records another run than the proof states."
    if {entry.public_key, proof.checkpoint.public_key} != {proof.public_key}:
        yield "The entry, the proof and the checkpoint are not signed by one key."
