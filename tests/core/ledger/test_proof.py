"""One changed byte anywhere in document or proof is found, and *intact* never stands for *who*."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_chains import NOON, OTHER, SIGNER, chain

from stratum_core.errors import InputError
from stratum_core.ledger import Proof, Signer, append, make_proof, verify_checkpoint, verify_document
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.reading import read_proof

DOCUMENT = b"%PDF-1.7 a briefing \x00\xff" + bytes(range(256))


def proof_of(document: bytes, signer: Signer = SIGNER, others: int = 6) -> Proof:
    entries = chain(others, signer)
    inputs = {"document": hashlib.sha256(document).hexdigest(), "spec": "01" * 32, "city": "02" * 32}
    entry = append(entries[-1], signer, kind="briefed", text="Flood briefing", author="planner", time=NOON, run="03" * 32,
                   inputs=inputs)
    return make_proof(document, "briefing.pdf", [*entries, entry], entry, signer, NOON)


PROOF = proof_of(DOCUMENT).to_bytes()


def test_a_document_with_its_proof() -> None:
    verdict = verify_document(DOCUMENT, PROOF, {SIGNER.fingerprint})
    assert (verdict.intact, verdict.known_key, verdict.signed_by) == (True, True, SIGNER.fingerprint)
    assert (verdict.run, verdict.spec, verdict.city) == ("03" * 32, "01" * 32, "02" * 32)
    assert "which you know" in verdict.sentence()


def test_a_forger_with_a_key_of_their_own_is_intact_but_not_known() -> None:
    forged = DOCUMENT + b"forged"
    verdict = verify_document(forged, proof_of(forged, OTHER).to_bytes(), {SIGNER.fingerprint})
    assert verdict.intact
    assert not verdict.known_key
    assert "not on your list" in verdict.sentence()


def test_the_proof_reads_back_as_it_was() -> None:
    proof = read_proof(PROOF)
    assert proof.to_bytes() == PROOF
    assert verify_checkpoint(proof.checkpoint)


@given(st.integers(0, len(DOCUMENT) - 1), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_one_changed_byte_of_the_document_is_found(position: int, flip: int) -> None:
    changed = bytearray(DOCUMENT)
    changed[position] ^= flip
    verdict = verify_document(bytes(changed), PROOF)
    assert not verdict.intact
    assert "document was changed" in verdict.problems[0]


@given(st.integers(0, len(PROOF) - 1), st.integers(1, 255))
@settings(max_examples=600, deadline=None)
def test_one_changed_byte_of_the_proof_is_found(position: int, flip: int) -> None:
    changed = bytearray(PROOF)
    changed[position] ^= flip
    verdict = verify_document(DOCUMENT, bytes(changed))
    assert not verdict.intact
    assert verdict.problems


@pytest.mark.parametrize("path", ["run", "spec", "city", "signature", "public_key"])
def test_a_field_rewritten_in_canonical_form_is_found(path: str) -> None:
    page = json.loads(PROOF)
    page[path] = "ab" * (len(page[path]) // 2)
    assert not verify_document(DOCUMENT, canonical_json(page)).intact


def test_each_part_of_one_proof_put_into_another_is_found() -> None:
    mine, theirs = json.loads(PROOF), json.loads(proof_of(DOCUMENT + b"x", others=3).to_bytes())
    for part in ("document", "entry", "inclusion", "checkpoint"):
        assert not verify_document(DOCUMENT, canonical_json({**mine, part: theirs[part]})).intact
        assert not verify_document(DOCUMENT + b"x", canonical_json({**theirs, part: mine[part]})).intact


@pytest.mark.parametrize("data", [
    b"", b"{}", b"[]", b"null", b"\xff\xfe", b"{" * 100_000, b"[" * 100_000, b"NaN", b"1" * 5000, b'{"schema":"stratum.proof/1"}',
    b"\"\\ud800\"", b" " + PROOF, PROOF + b"\n", PROOF.replace(b"stratum.proof/1", b"stratum.proof/2"), b"0" * 2_000_000])
def test_malformed_proofs_give_a_verdict_and_no_traceback(data: bytes) -> None:
    verdict = verify_document(DOCUMENT, data, {SIGNER.fingerprint})
    assert not verdict.intact
    assert not verdict.known_key
    assert verdict.sentence().startswith("Not intact")


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
       st.sampled_from(["document", "entry", "inclusion", "checkpoint", "run", "public_key", "schema"]))
@settings(max_examples=200, deadline=None)
def test_nonsense_in_any_part_gives_a_verdict(value: object, part: str) -> None:
    page = json.loads(PROOF)
    if page[part] == value:
        return
    page[part] = value
    assert not verify_document(DOCUMENT, json.dumps(page).encode()).intact


def test_a_proof_is_only_made_for_what_the_ledger_records() -> None:
    entries = chain(3)
    with pytest.raises(InputError, match="does not record this document"):
        make_proof(DOCUMENT, "x.pdf", entries, entries[-1], SIGNER, NOON)
    with pytest.raises(InputError, match="another key"):
        make_proof(DOCUMENT, "x.pdf", entries, entries[-1], OTHER, NOON)
    with pytest.raises(InputError, match="not in this ledger"):
        make_proof(DOCUMENT, "x.pdf", entries[:1], entries[-1], SIGNER, NOON)
