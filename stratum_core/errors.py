"""Errors sorted by who is at fault: the input, the run's owner, or the engine.

Every message is one plain sentence that says what is wrong, where, and how to
repair it. The command line turns the class into the exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

MOST_NAMES = 40  # that a message lists


class StratumError(Exception):
    """Any failure that Stratum explains itself; ``exit_code`` is the command's."""

    exit_code = 3


class InputError(StratumError):
    """The input or its use is wrong; nothing was written.

    what: the fault; where: file, row, column or id; repair: what to do.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", repair: str = "") -> None:
        self.what, self.where, self.repair = what, where, repair
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{what.rstrip('.')}.{' ' + _sentence(repair) if repair else ''}")


class RowErrors(InputError):
    """Several bad rows of one file; each is named, none was written."""

    def __init__(self, where: str, rows: Sequence[str], *, repair: str) -> None:
        self.rows = tuple(rows)
        what = f"{len(self.rows)} bad row{'s' if len(self.rows) != 1 else ''}, nothing was written"
        super().__init__(what, where=where, repair=repair)

    def __str__(self) -> str:
        return "\n  ".join([super().__str__(), *self.rows])


class EngineError(StratumError):
    """An engine could not finish on input that was accepted: our fault."""


class Cancelled(StratumError):
    """The person cancelled; nothing was stored. No fault."""

    exit_code = 0


def unknown(kind: str, name: str, known: Iterable[str], *, where: str = "") -> InputError:
    """The error for a name that nobody knows; it offers the nearest known one."""
    choices = sorted(known)
    near = difflib.get_close_matches(name, choices, n=1, cutoff=0.5)
    if near:
        repair = f"did you mean '{near[0]}'?"
    elif choices:
        more = len(choices) - MOST_NAMES
        repair = f"known: {', '.join(choices[:MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"
    else:
        repair = f"there is no {kind} here yet"
    return InputError(f"unknown {kind} '{name}'", where=where, repair=repair)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + ("" if text.endswith(("?", "!")) else ".")
