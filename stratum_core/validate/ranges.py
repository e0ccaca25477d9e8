"""Values against the ranges that their fields state: hard is an error, expected a warning."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stratum_core.model.fields import Bools, Field, Floats, Strings, Table


def outside_hard(table: Table) -> Iterator[tuple[Field, Strings]]:
    """Each field with the ids of rows whose value is outside its hard range; NaN is no value."""
    yield from _outside(table, "hard")


def outside_expected(table: Table) -> Iterator[tuple[Field, Strings]]:
    """Each field with the ids of rows whose value is inside the hard range and outside the expected one."""
    for spec, ids in _outside(table, "expected"):
        refused = {name for other, found in outside_hard(table) if other.name == spec.name for name in found}
        kept = np.array([name for name in ids if name not in refused], dtype=object)
        if len(kept):
            yield spec, kept


def _outside(table: Table, kind: str) -> Iterator[tuple[Field, Strings]]:
    columns = table.columns()
    for spec in table.specs().values():
        limits = spec.hard if kind == "hard" else spec.expected
        if limits is not None:
            outside = _beyond(columns[spec.name], limits)
            if outside.any():
                yield spec, columns["id"][outside]


def _beyond(values: Floats, limits: tuple[float, float]) -> Bools:
    return np.asarray((values < limits[0]) | (values > limits[1]))
