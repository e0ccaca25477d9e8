"""A small language that chooses rows: ``sector = power and (people > 100 or kind in (clinic, hospital))``.

Comparisons: = != < <= > >= ~ (contains, whatever the case), ``in (a, b)``, ``is missing``; joined by and, or, not, brackets.
Words with blanks or signs stand in quotes. A value that is missing satisfies no comparison but ``is missing`` and !=.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stratum_core.errors import InputError, unknown
from stratum_core.model.fields import Bools

_TOKEN = re.compile(r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<sign><=|>=|!=|=|<|>|~|\(|\)|,)|(?P<word>[^\s()<>=!~,"']+))""")
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
Columns = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class _Token:
    text: str
    at: int
    quoted: bool = False

    def says(self, *words: str) -> bool:
        return not self.quoted and self.text.lower() in words


def chosen(filter: str, columns: Columns) -> Bools:
    """Which rows of ``columns`` fit ``filter``; all, where it is empty.

    Raises InputError that names the place of the fault, and the nearest field for an unknown one.
    """
    if not filter.strip():
        return np.ones(len(next(iter(columns.values()))), dtype=np.bool_)
    reader = _Reader(filter, columns)
    mask = reader.either()
    if reader.left:
        raise reader.fault(f"'{reader.left[0].text}' is not expected here", "join comparisons with and, or")
    return mask


class _Reader:
    """Descends through a filter: either (or), both (and), one (not, brackets, comparison)."""

    def __init__(self, filter: str, columns: Columns) -> None:
        self.filter, self.columns = filter, columns
        self.left: list[_Token] = []
        at = 0
        while filter[at:].strip():
            match = _TOKEN.match(filter, at)
            if match is None:
                raise self.fault("a quote is not closed, or a sign stands alone", "close it", at)
            text = match["text"] or match["sign"] or match["word"]
            self.left.append(_Token(text[1:-1] if match["text"] else text, match.end() - len(text), bool(match["text"])))
            at = match.end()

    def either(self) -> Bools:
        mask = self.both()
        while self._taken("or"):
            mask = mask | self.both()
        return mask

    def both(self) -> Bools:
        mask = self.one()
        while self._taken("and"):
            mask = mask & self.one()
        return mask

    def one(self) -> Bools:
        if self._taken("not"):
            return ~self.one()
        if self._taken("("):
            mask = self.either()
            self._must(")")
            return mask
        return self._comparison()

    def _comparison(self) -> Bools:
        field = self._next("a field")
        if field.text not in self.columns:
            raise unknown("field", field.text, self.columns, where=f"filter, place {field.at + 1}")
        column = self.columns[field.text]
        if self._taken("is"):
            self._must("missing")
            return _missing(column)
        if self._taken("in"):
            return self._among(column, field)
        sign = self._next("a comparison")
        if sign.says("~"):
            return _contains(column, self._next("a word").text)
        if sign.quoted or sign.text not in _ORDER:
            raise self.fault(f"'{sign.text}' is no comparison", "use = != < <= > >= ~ in is", sign.at)
        return self._compared(column, sign, field, self._next("a value"))

    def _among(self, column: npt.NDArray[Any], field: _Token) -> Bools:
        self._must("(")
        mask = np.zeros(len(column), dtype=np.bool_)
        while True:
            value = self._next("a value")
            mask |= self._compared(column, _Token("=", value.at), field, value)
            if not self._taken(","):
                break
        self._must(")")
        return mask

    def _compared(self, column: npt.NDArray[Any], sign: _Token, field: _Token, value: _Token) -> Bools:
        other: Any = value.text
        if column.dtype != object:
            try:
                other = float(value.text)
                if other != other:
                    raise ValueError("nan")
            except ValueError as error:
                raise self.fault(f"'{value.text}' is no number, and {field.text} is one", "give a number", value.at) from error
        elif sign.text not in ("=", "!="):
            raise self.fault(f"{field.text} is a word and has no order", "compare it with = or !=, ~ or in", sign.at)
        mask: Bools = np.asarray(_ORDER[sign.text](column, other), dtype=np.bool_)
        return mask

    def _next(self, wanted: str) -> _Token:
        if not self.left:
            raise self.fault(f"the filter ends where {wanted} should stand", f"add {wanted}", len(self.filter))
        return self.left.pop(0)

    def _taken(self, word: str) -> bool:
        if self.left and self.left[0].says(word):
            self.left.pop(0)
            return True
        return False

    def _must(self, word: str) -> None:
        if not self._taken(word):
            at = self.left[0].at if self.left else len(self.filter)
            raise self.fault(f"'{word}' should stand here", f"write {word}", at)

    def fault(self, what: str, repair: str, at: int | None = None) -> InputError:
        at = self.left[0].at if at is None else at
        return InputError(what, where=f"filter '{self.filter}', place {at + 1}", repair=repair)


def _missing(column: npt.NDArray[Any]) -> Bools:
    mask: Bools = np.asarray(column == "" if column.dtype == object else np.isnan(column.astype(float)), dtype=np.bool_)
    return mask


def _contains(column: npt.NDArray[Any], word: str) -> Bools:
    return np.array([word.lower() in str(value).lower() for value in column], dtype=np.bool_)
