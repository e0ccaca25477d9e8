"""Tables put together from whole columns at a time; scalars are repeated, missing columns take their default."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import DTYPES, Strings, Table

T = TypeVar("T", bound=Table)

GENERATED = {"provenance": "generated", "source": "synthetic"}


class Chunks(Generic[T]):
    """A table that grows by chunks of rows, all of them marked as generated."""

    def __init__(self, cls: type[T]) -> None:
        self._cls = cls
        self._parts: list[dict[str, npt.NDArray[Any]]] = []

    def add(self, id: Strings, **columns: Any) -> Strings:
        """Add ``len(id)`` rows; returns their ids."""
        specs = self._cls.specs()
        given = {"id": id, **(GENERATED if "provenance" in specs else {}), **columns}
        part = {}
        for name, spec in specs.items():
            part[name] = _full(given.get(name, spec.default), len(id), spec.dtype)
        self._parts.append(part)
        return id

    def table(self) -> T:
        """All rows so far."""
        names = self._cls.specs()
        return self._cls(**{name: np.concatenate([part[name] for part in self._parts]) for name in names} if self._parts else {})


def ids(stem: str, numbers: npt.ArrayLike) -> Strings:
    """``stem/<number>`` for each number."""
    return np.array([f"{stem}/{n}" for n in np.asarray(numbers).tolist()], dtype=object)


def _full(value: Any, size: int, dtype: str) -> npt.NDArray[Any]:
    if isinstance(value, np.ndarray):
        return value
    full = np.empty(size, dtype=DTYPES[dtype])
    full[:] = value
    return full
