"""What the program tells a person outside of results: one sentence, with the repair where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stratum_core.errors import StratumError


@dataclass(frozen=True)
class Notice:
    """severity: note, warning or error; text ends with the repair."""

    severity: Literal["note", "warning", "error"]
    text: str


def of_error(error: StratumError) -> Notice:
    """The notice of an error that Stratum explains itself."""
    return Notice("note" if error.exit_code == 0 else "error", str(error))
