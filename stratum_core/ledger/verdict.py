"""What a verification found. *Intact* and *signed by a key you know* are two questions, and stay apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """The finding on a chain or a document.

    intact: nothing was changed since it was signed. signed_by: fingerprint of the key, empty when no
    signature holds. known_key: that key is one the reader listed; a key that travels with a proof
    proves nothing about who signed. first_broken: number of the first broken ledger entry, for a chain.
    run, spec, city: digests that the proof states; time: UTC of its checkpoint or last entry.
    remarks: what an intact record still does not say, such as a count that nobody signed.
    """

    intact: bool
    problems: tuple[str, ...] = ()
    signed_by: str = ""
    known_key: bool = False
    first_broken: int | None = None
    run: str = ""
    spec: str = ""
    city: str = ""
    time: str = ""
    remarks: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The verdict in plain words."""
        if not self.intact:
            return f"Not intact: {self.problems[0] if self.problems else 'no reason is known.'}"
        if not self.signed_by:
            return "Nothing has been recorded in this ledger yet, so there is nothing to verify."
        if self.known_key:
            return f"Intact, and signed by the key {self.signed_by}, which you know."
        return (f"Intact, but signed by the key {self.signed_by}, which is not on your list. "
                "Ask the sender for the fingerprint by another way, then give it with --key.")
