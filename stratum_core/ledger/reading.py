"""Untrusted bytes into an Entry, a Proof or a Checkpoint: every field is checked for its type and form, and none is guessed."""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

from stratum_core.errors import InputError
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.entries import Entry
from stratum_core.ledger.proof import SCHEMA, Checkpoint, Proof

_REPAIR = "ask the sender for the proof file again"
_LINE = re.compile(
    r"(?P<size>\d{1,15}) entries, root (?P<root>[0-9a-f]{64}), (?P<time>[0-9TZ:-]+)"
    r"(, key (?P<public_key>[0-9a-f]{64}), signature (?P<signature>[0-9a-f]{128}))?")
_HEX = re.compile(r"[0-9a-f]*")
_MOST_BYTES = 1_000_000
_MOST_INTEGER = 2**53 - 1


def read_proof(data: bytes) -> Proof:
    """The proof in the bytes of its file; raises InputError for anything else."""
    page = _object(_canonical_page(data), "the file", ("schema", "document", "run", "spec", "city", "public_key", "signature",
                                                      "entry", "inclusion", "checkpoint"))
    if page["schema"] != SCHEMA:
        raise InputError("the proof is of an unknown schema", repair=f"use a proof of {SCHEMA}, or a newer program")
    document = _object(page["document"], "document", ("name", "sha256"))
    path = page["inclusion"]
    if not isinstance(path, list) or len(path) > 64:
        raise InputError("inclusion is no list of at most 64 digests", where="proof", repair=_REPAIR)
    return Proof(
        name=_text(document, "name"), sha256=_hex(document, "sha256", 64), run=_hex(page, "run"), spec=_hex(page, "spec"),
        city=_hex(page, "city"), public_key=_hex(page, "public_key", 64), signature=_hex(page, "signature", 128),
        entry=read_entry(page["entry"]), path=tuple(_hex({"inclusion": node}, "inclusion", 64) for node in path),
        checkpoint=read_checkpoint(page["checkpoint"]))


def read_entry(value: Any) -> Entry:
    """A ledger entry from plain data; raises InputError for a missing, extra or malformed field."""
    page = _object(value, "entry", tuple(Entry.__dataclass_fields__))
    inputs = page["inputs"]
    if not isinstance(inputs, dict):
        raise InputError("inputs is no object", where="entry", repair=_REPAIR)
    texts = {name: _text(page, name) for name in ("kind", "text", "author", "time")}
    return Entry(
        **texts, sequence=_integer(page, "sequence"), about=_integer(page, "about"), run=_hex(page, "run"),
        inputs={name: _hex(inputs, name) for name in inputs}, previous=_hex(page, "previous", 64),
        public_key=_hex(page, "public_key", 64), hash=_hex(page, "hash", 64), signature=_hex(page, "signature", 128))


def read_stored_entry(data: bytes) -> Entry:
    """The entry in its stored bytes; raises InputError where they are not the canonical bytes of one."""
    try:
        page = json.loads(data.decode())
        canonical = canonical_json(page)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as error:
        raise InputError("it cannot be read") from error
    if canonical != data:
        raise InputError("its stored text is not in canonical form, so its bytes were changed")
    try:
        return read_entry(page)
    except InputError as error:
        raise InputError(f"it cannot be read: {error.what}") from error


def read_checkpoint_text(text: str) -> Checkpoint:
    """A checkpoint from the line that ``ledger checkpoint`` prints, or from its JSON; raises InputError for anything else."""
    line = _LINE.match(text.strip())
    if line is not None:
        found = line.groupdict(default="")
        return Checkpoint(int(found["size"]), found["root"], found["time"], found["public_key"], found["signature"])
    try:
        page = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("this is no checkpoint", where="--checkpoint",
                         repair="give the line that 'ledger PROJECT checkpoint' printed, or a file that holds it") from error
    return read_checkpoint({name: value for name, value in page.items() if name != "schema"} if isinstance(page, dict) else page)


def read_checkpoint(value: Any) -> Checkpoint:
    """A checkpoint from plain data; raises InputError for a missing, extra or malformed field."""
    page = _object(value, "checkpoint", tuple(Checkpoint.__dataclass_fields__))
    return Checkpoint(size=_integer(page, "size"), root=_hex(page, "root", 64), time=_text(page, "time"),
                      public_key=_hex(page, "public_key", 64), signature=_hex(page, "signature", 128))


def _canonical_page(data: bytes) -> Any:
    if len(data) > _MOST_BYTES:
        raise InputError("the proof is larger than any proof is", repair=_REPAIR)
    try:
        page = json.loads(data)
        canonical = canonical_json(page)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as error:
        raise InputError("the proof is no readable JSON", repair=_REPAIR) from error
    if canonical != data:
        raise InputError("the proof is not in canonical form, so its bytes were changed", repair=_REPAIR)
    return page


def _object(value: Any, where: str, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise InputError(f"{where} does not hold exactly {', '.join(names)}", where="proof", repair=_REPAIR)
    return value


def _text(page: dict[str, Any], name: str) -> str:
    value = page[name]
    if not isinstance(value, str):
        raise InputError(f"{name} is no text", where="proof", repair=_REPAIR)
    return value


def _integer(page: dict[str, Any], name: str) -> int:
    value = page[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_INTEGER:
        raise InputError(f"{name} is no whole number", where="proof", repair=_REPAIR)
    return value


def _hex(page: dict[str, Any], name: str, digits: int | None = None) -> str:
    value = _text(page, name)
    if not _HEX.fullmatch(value) or (digits is not None and len(value) != digits) or len(value) % 2:
        raise InputError(f"{name} is no lower-case hex{f' of {digits} digits' if digits else ''}", where="proof", repair=_REPAIR)
    return value
