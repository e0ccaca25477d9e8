"""What may be said about an earlier entry: it is approved or rejected once, and an outcome follows what was decided or run."""

from __future__ import annotations

from collections.abc import Sequence

from stratum_core.errors import InputError
from stratum_core.ledger.entries import Entry

_OPEN = ("proposed", "simulated", "briefed")
#: kind of the later entry -> kinds of the entry that it may be about
_ABOUT = {
    "approved": _OPEN,
    "rejected": _OPEN,
    "executed": (*_OPEN, "approved"),
    "validated": (*_OPEN, "approved", "executed"),
    "superseded": (*_OPEN, "approved", "executed"),
}
#: kind of the later entry -> kinds of other later entries that rule it out
_RULED_OUT_BY = {
    "approved": ("approved", "rejected", "superseded"),
    "rejected": ("approved", "rejected", "superseded"),
    "executed": ("rejected", "superseded"),
    "validated": ("rejected",),
    "superseded": ("superseded",),
}


def refuse_impossible(entries: Sequence[Entry], kind: str, about: int) -> None:
    """Raise InputError where an entry of ``kind`` cannot be about entry ``about``: of the wrong kind, or decided before."""
    if kind not in _ABOUT or not about:
        return
    if not 1 <= about <= len(entries):
        raise InputError(f"there is no earlier entry {about}", repair="name an entry that 'ledger list' shows")
    entry = entries[about - 1]
    if entry.kind not in _ABOUT[kind]:
        raise InputError(f"entry {about} is of type '{entry.kind}', which cannot be {_participle(kind)}",
                         repair=f"name an entry of type {', '.join(_ABOUT[kind][:-1])} or {_ABOUT[kind][-1]}")
    before = next((e for e in entries if e.about == about and e.kind in _RULED_OUT_BY[kind]), None)
    if before is not None:
        raise InputError(f"entry {about} was {before.kind} by entry {before.sequence}", repair="add an entry that supersedes it")


def _participle(kind: str) -> str:
    return "followed by an outcome" if kind == "validated" else kind
