"""What a source hands over, what a source is, and where the kinds of sources are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from stratum_core.errors import InputError, StratumError
from stratum_core.ingest.mapping import Mapping
from stratum_core.model.fields import Ints
from stratum_core.model.readings import Parsed, Shape
from stratum_core.model.tables import Sensors
from stratum_core.registry import Registry


class SourceLost(StratumError):
    """A source cannot be reached; it is tried again by itself."""


@dataclass(frozen=True)
class Delivery:
    """Records of one part: JSON texts, a file, or cells that were read before.

    positions: of each text in its part (an offset), rising; None: they count on. whole: the part ends with it.
    refused: why none of it can be read. quality: bits that its readings get.
    receipt: what the source wants back once it is stored.
    """

    part: str
    texts: Sequence[str | None] = ()
    positions: Ints | None = None
    path: Path | None = None
    shape: Shape = "text"
    parsed: Parsed | None = None
    whole: bool = False
    refused: InputError | None = None
    quality: int = 0
    receipt: object = None


@dataclass
class Done:
    """What the store has of a source: the next position by part, and the parts that are complete."""

    next: dict[str, int] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)


class Source(Protocol):
    """A live source, polled by one thread. It starts no thread, keeps nothing that the store does not know, and reads on
    only when it is asked: a slow store slows it."""

    def open(self, done: Done) -> None:
        """Connect and go on behind what is done. Raises SourceLost, or InputError for what no retry will mend."""

    def read(self, timeout: float) -> Sequence[Delivery]:
        """What came within ``timeout`` seconds, perhaps nothing. Raises SourceLost, or InputError for what no retry will mend.

        What a library or the system raises is turned into one of the two here.
        """

    def stored(self, delivery: Delivery) -> None:
        """The delivery is durable (or was refused as a whole): acknowledge it."""

    def close(self) -> None:
        """Disconnect; may be called twice."""

    @property
    def ended(self) -> bool:
        """True when nothing more will come."""


@dataclass(frozen=True)
class Setting:
    """What a source is made from: its name, the folder that its paths are relative to, its mapping, the sensors."""

    name: str
    folder: Path
    mapping: Mapping
    sensors: Sensors


@dataclass(frozen=True)
class SourceKind:
    """One kind of source: the dataclass whose fields are its keys, and what makes one of it."""

    spec: type[Any]
    make: Callable[[Any, Setting], Source]


SOURCES: Registry[SourceKind] = Registry("source", "stratum_core.ingest.sources")
