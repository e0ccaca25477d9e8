"""A chain in which anything was edited, deleted, added or moved is found, and the first broken entry is named."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_chains import NOON, OTHER, SIGNER, chain

from stratum_core.errors import InputError
from stratum_core.ledger import GENESIS, Entry, append, verify_chain


def test_a_chain_as_written_is_intact() -> None:
    verdict = verify_chain(chain(5), frozenset({SIGNER.fingerprint}))
    assert verdict.intact
    assert verdict.known_key
    assert verdict.signed_by == SIGNER.fingerprint


def test_intact_does_not_mean_signed_by_a_known_key() -> None:
    verdict = verify_chain(chain(3), frozenset({OTHER.fingerprint}))
    assert verdict.intact
    assert not verdict.known_key


def test_an_empty_chain_is_intact_and_signed_by_nobody() -> None:
    verdict = verify_chain([])
    assert verdict.intact
    assert verdict.signed_by == ""
    assert not verdict.known_key


@pytest.mark.parametrize("field", [name for name in Entry.__dataclass_fields__ if name != "inputs"])
def test_an_edited_field_is_found_at_its_entry(field: str) -> None:
    entries = chain(4)
    old = getattr(entries[2], field)
    new = old + 1 if isinstance(old, int) else old[:-1] + ("0" if old[-1:] == "1" else "1")
    entries[2] = replace(entries[2], **{field: new})
    verdict = verify_chain(entries)
    assert not verdict.intact
    assert verdict.first_broken == 3
    assert "Entry 3" in verdict.problems[0]


def test_edited_inputs_are_found() -> None:
    entries = chain(2)
    entries[1] = replace(entries[1], inputs={"city": "ce" * 32})
    assert verify_chain(entries).first_broken == 2


@given(st.integers(0, 4))
@settings(max_examples=5)
def test_a_deleted_entry_is_found(position: int) -> None:
    entries = chain(6)
    del entries[position]
    assert verify_chain(entries).first_broken == position + 1


def test_reordered_entries_are_found() -> None:
    entries = chain(4)
    entries[1], entries[2] = entries[2], entries[1]
    assert verify_chain(entries).first_broken == 2


def test_an_entry_rewritten_and_signed_again_breaks_its_successor() -> None:
    entries = chain(4)
    entries[1] = append(entries[0], SIGNER, kind="approved", text="another story", author="planner", time=NOON)
    assert verify_chain(entries).first_broken == 3


def test_an_entry_signed_by_another_key_under_this_key_is_found() -> None:
    entries = chain(2)
    entries[1] = replace(entries[1], signature=chain(2, OTHER)[1].signature)
    assert "signature" in verify_chain(entries).problems[0]


def test_unreadable_entries_give_a_verdict() -> None:
    changes = (
        {"hash": "no hex"},
        {"text": "\ud800"},
        {"sequence": 2.5},
        {"about": 2**60},
        {"public_key": "00"},
        {"kind": "guessed"},
    )
    for change in changes:
        assert not verify_chain([replace(chain(1)[0], **change)]).intact


def test_the_first_entry_follows_zeros_and_times_are_utc() -> None:
    one = datetime(2026, 3, 13, 13, tzinfo=timezone(timedelta(hours=1)))
    entry = append(None, SIGNER, kind="proposed", text="x", author="y", time=one)
    assert entry.previous == GENESIS
    assert entry.time == "2026-03-13T12:00:00Z"


def test_what_cannot_be_appended() -> None:
    with pytest.raises(InputError, match="approved"):
        append(None, SIGNER, kind="aproved", text="", author="", time=NOON)
    with pytest.raises(InputError, match="zone"):
        append(None, SIGNER, kind="approved", text="", author="", time=datetime(2026, 1, 1))
    with pytest.raises(InputError, match="no earlier entry"):
        append(None, SIGNER, kind="approved", text="", author="", time=NOON, about=1)
