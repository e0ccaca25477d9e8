"""What an officer reports by radio or on foot: who, when, what, how sure. The part is the officer's name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, SourceKind
from stratum_core.model.readings import REPORTED


@dataclass(frozen=True)
class Report:
    """One observation: sensor, time (ISO 8601, UTC if it says no zone), value in the sensor's unit, who, confidence 0 to 1."""

    sensor: str
    time: str
    value: float
    who: str
    confidence: float = 0.8
    note: str = ""

    def delivery(self) -> Delivery:
        """The report as a delivery. Raises InputError where it does not say who, or how sure."""
        if not self.who.strip():
            raise InputError("the report does not say who made it", repair="give the officer's name")
        if not 0 <= self.confidence <= 1:
            raise InputError(f"a confidence of {self.confidence:g} is not between 0 and 1", repair="give 0.8 for quite sure")
        return Delivery(self.who.strip(), [json.dumps(asdict(self))], quality=REPORTED)


@dataclass(frozen=True)
class Manual:
    """Reports need no settings."""


class Reports:
    """Reports that were entered and wait to be stored."""

    ended = False

    def __init__(self) -> None:
        self._waiting: list[Report] = []

    def enter(self, report: Report) -> None:
        """Add a report; raises InputError for an incomplete one."""
        report.delivery()
        self._waiting.append(report)

    def open(self, done: Done) -> None:
        pass

    def read(self, timeout: float) -> Sequence[Delivery]:
        taken, self._waiting = self._waiting, []
        return [report.delivery() for report in taken]

    def stored(self, delivery: Delivery) -> None:
        pass

    def close(self) -> None:
        pass


SOURCES.register("manual")(SourceKind(Manual, lambda spec, setting: Reports()))
