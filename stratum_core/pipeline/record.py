"""The ledger of a project: entries read, appended and verified through the store."""

from __future__ import annotations

from collections.abc import Mapping

from stratum_core.ledger import Entry, Signer, Verdict, append, verify_chain
from stratum_core.ledger.reading import read_entry
from stratum_core.ports import Clock, utc_now
from stratum_core.store.project import Project


def entries(project: Project) -> list[Entry]:
    """All entries in order; raises InputError for one that cannot be read at all."""
    return [read_entry(page) for page in project.ledger_entries()]


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
    """Append one signed entry and return it."""
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
    project.append_ledger(entry.page())
    return entry


def verify_ledger(project: Project, known_keys: frozenset[str] = frozenset()) -> Verdict:
    """Whether the project's ledger is an unbroken chain of signed entries."""
    return verify_chain(entries(project), known_keys)
