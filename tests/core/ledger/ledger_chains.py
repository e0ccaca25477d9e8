"""Chains for the tests of the ledger."""

from datetime import UTC, datetime, timedelta

from stratum_core.ledger import Entry, Signer, append

SIGNER = Signer(bytes(range(32)))
OTHER = Signer(bytes(32))
NOON = datetime(2026, 3, 13, 12, tzinfo=UTC)


def chain(length: int, signer: Signer = SIGNER) -> list[Entry]:
    entries: list[Entry] = []
    for i in range(length):
        entries.append(append(entries[-1] if entries else None, signer, kind="simulated", text=f"Run {i}, Łódź", author="planner",
                              time=NOON + timedelta(minutes=i), run="ab" * 32, inputs={"city": "cd" * 32}))
    return entries
