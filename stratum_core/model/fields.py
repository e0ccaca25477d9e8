"""Fields as data: a column knows its type, unit, ranges and meaning.

Validation, forms, table headers, storage and the reference manual are made from
these specs. A table is a frozen dataclass of read-only arrays of one length.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError

Strings = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DTYPES: dict[str, Any] = {"str": object, "float": np.float64, "int": np.int64, "bool": np.bool_, "path": object}


@dataclass(frozen=True)
class Field:
    """One column: name, dtype (str, float, int, bool, path), unit, ranges, meaning.

    ``hard`` is the range outside which a value is an error; outside ``expected``
    it is a warning. ``default`` fills a column that nobody gives.
    """

    name: str
    dtype: str
    meaning: str
    unit: str = ""
    hard: tuple[float, float] | None = None
    expected: tuple[float, float] | None = None
    default: Any = None


def column(
    dtype: str,
    meaning: str,
    *,
    unit: str = "",
    hard: tuple[float, float] | None = None,
    expected: tuple[float, float] | None = None,
    default: Any = None,
) -> Any:
    """Declare a column of a Table; a float without default is NaN, a str is empty."""
    fill = {"str": "", "float": np.nan, "int": 0, "bool": True, "path": None}[dtype] if default is None else default
    meta = Field("", dtype, meaning, unit, hard, expected, fill)
    return field(default=None, metadata={"spec": meta})


@dataclass(frozen=True)
class Table:
    """Columns of one length, read-only; the first column is ``id``.

    Columns that are not given take their default. Raises InputError on a length
    that differs from the first column's or on a value of the wrong type.
    """

    def __post_init__(self) -> None:
        specs = self.specs()
        first = next(iter(specs))
        given = getattr(self, first)
        size = 0 if given is None else len(given)
        for name, spec in specs.items():
            object.__setattr__(self, name, _as_column(getattr(self, name), spec, size, type(self).__name__))

    @classmethod
    @cache
    def specs(cls) -> dict[str, Field]:
        """The field specs by name, in order."""
        return {
            f.name: replace(f.metadata["spec"], name=f.name)
            for f in fields(cls)
            if f.default is not MISSING and "spec" in f.metadata
        }

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.specs()))))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays by column name."""
        return {name: getattr(self, name) for name in self.specs()}

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The table of the chosen rows (a mask or indices)."""
        return type(self)(**{name: array[rows] for name, array in self.columns().items()})

    def append(self, other: Self) -> Self:
        """This table followed by ``other``."""
        mine, theirs = self.columns(), other.columns()
        return type(self)(**{name: np.concatenate([mine[name], theirs[name]]) for name in mine})

    def with_columns(self, **columns: npt.NDArray[Any]) -> Self:
        """A copy with some columns replaced."""
        return replace(self, **columns)

    def row(self, index: int) -> dict[str, Any]:
        """One row by position, as plain values."""
        return {name: array[index] for name, array in self.columns().items()}


def _as_column(values: Any, spec: Field, size: int, table: str) -> npt.NDArray[Any]:
    if values is None:
        array = np.empty(size, dtype=DTYPES[spec.dtype])
        array[:] = spec.default
    elif spec.dtype == "path":
        array = np.empty(len(values), dtype=object)
        for i, path in enumerate(values):
            array[i] = path
    else:
        try:
            array = np.array(values, dtype=DTYPES[spec.dtype])
        except (TypeError, ValueError) as error:
            raise InputError(
                f"column '{spec.name}' of {table} holds a value that is no {spec.dtype}: {error}",
                repair="give numbers where numbers are meant",
            ) from error
    if array.shape != (size,):
        raise InputError(
            f"column '{spec.name}' of {table} has {array.shape} values for {size} rows", repair="give one value for each row"
        )
    array.flags.writeable = False
    return array
