"""The ledger of a project: entries read, appended and verified through the store."""

from __future__ import annotations

from collections.abc import Mapping

from stratum_core.errors import InputError
from stratum_core.ledger import Checkpoint, Entry, Signer, StoredEntry, Verdict, append, make_checkpoint, verify_stored
from stratum_core.ledger.canonical import canonical_json
from stratum_core.ledger.stored import head_text
from stratum_core.ports import Clock, utc_now
from stratum_core.store.project import Project


def entries(project: Project) -> list[Entry]:
    """All entries in order; raises InputError where the ledger is not intact, so that nothing is built on it."""
    rows = project.ledger_rows()
    verdict = verify_stored(rows, project.ledger_head())
    if not verdict.intact:
        raise InputError(f"the ledger is not intact: {verdict.problems[0]}", where=str(project.folder),
                         repair="restore the project from a backup; nothing was recorded")
    return [row.entry() for row in rows]


def readable_entries(project: Project) -> list[tuple[int, Entry | None]]:
    """(number, entry) of each stored row, None where it cannot be read."""
    return [(row.sequence, _readable(row)) for row in project.ledger_rows()]


def _readable(row: StoredEntry) -> Entry | None:
    try:
        return row.entry()
    except InputError:
        return None


def record(
    project: Project,
    signer: Signer,
    *,
    kind: str,
    text: str,
    author: str,
    run: str = "",
    about: int = 0,
    inputs: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
) -> Entry:
    """Append one signed entry and return it; raises InputError where the ledger is not intact."""
    known = entries(project)
    entry = append(
        known[-1] if known else None,
        signer,
        kind=kind,
        text=text,
        author=author,
        time=clock(),
        about=about,
        run=run,
        inputs=inputs,
    )
    head = make_checkpoint([*known, entry], signer, clock())
    project.append_ledger(StoredEntry(entry.sequence, entry.hash.encode(), canonical_json(entry.page())), head_text(head))
    return entry


def verify_ledger(
    project: Project, known_keys: frozenset[str] = frozenset(), *, kept: Checkpoint | None = None
) -> Verdict:
    """Whether the project's ledger is whole and unchanged, agrees with the checkpoint ``kept``, and so do the runs it names."""
    rows = project.ledger_rows()
    verdict = verify_stored(rows, project.ledger_head(), known_keys, kept=kept)
    if not verdict.intact:
        return verdict
    for entry in (row.entry() for row in rows):
        problem = _run_problem(project, entry.run) if entry.run else ""
        if problem:
            return Verdict(False, (f"Entry {entry.sequence}: {problem}",), first_broken=entry.sequence)
    return verdict


def _run_problem(project: Project, digest: str) -> str:
    """What is wrong with the stored run that an entry names."""
    found = project.stored_digest(digest)
    if found is None:
        return f"the run {digest[:12]} that it names is not in the project any more."
    if found != digest:
        return f"the run {digest[:12]} that it names was changed after it was recorded; its figures have another digest."
    return ""
