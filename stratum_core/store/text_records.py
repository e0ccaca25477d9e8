"""Records of text files as they stand there: one by number for a person, or all of them the patient way.

A record of JSONL is a line that is not blank; one of CSV is a row after the header, which may span lines.
"""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np

from stratum_core.model.fields import Ints
from stratum_core.model.readings import Layout, Shape

_BLOCK = 1 << 16
_JOINED = re.compile(rb"[0-9]_|_[0-9]")  # one of its sides may be in another block
_LOOKED_AT = 1000  # records of a JSONL, for its keys
_MOST_LINES = 20  # that a quoted cell goes on for


class Lines:
    """The lines of a file by number. Nothing is read before the first is asked for, and then only counted, block by block."""

    def __init__(self, path: Path, shape: Shape, delimiter: str = ",") -> None:
        self._path, self._delimiter, self._header = path, delimiter, int(shape == "csv")
        self._until: Ints | None = None  # lines that have begun by the end of each block
        self._uneven = False  # lines that are empty, or nearly, or rows of several lines, somewhere

    def take(self, records: Ints) -> list[str]:
        """The texts of these records."""
        if self._until is None:
            self._count()
        assert self._until is not None
        places = np.asarray(records) + self._header
        if self._uneven:
            asked = set(places.tolist())
            found = {place: text for place, text in enumerate(self._texts()) if place in asked}
            return [found.get(place, "") for place in places.tolist()]
        with self._path.open("rb") as stream:
            return [self._line(stream, int(place)) for place in places]

    @property
    def header(self) -> str:
        """The first line of a CSV, empty for other shapes."""
        if not self._header:
            return ""
        return next(self._texts(), "")

    def _texts(self) -> Iterator[str]:
        """Texts of all records one after the other, the header first."""
        with _opened(self._path) as stream:
            if self._header:
                yield from (text for text, _ in csv_rows(stream, self._delimiter))
            else:
                yield from (line.strip() for line in stream if line.strip())

    def _count(self) -> None:
        counts, before = [], b"xx"
        self._uneven = bool(self._header) and spans_lines(self._path)
        with self._path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                ends = np.frombuffer(before + block, dtype=np.uint8) == ord("\n")
                counts.append(int(np.count_nonzero(ends[2:])))
                self._uneven = self._uneven or bool((ends[2:] & (ends[1:-1] | ends[:-2])).any())
                before = (before + block)[-2:]
        self._until = np.cumsum(counts, dtype=np.int64)

    def _line(self, stream: BinaryIO, place: int) -> str:
        """Line ``place``: it begins behind that many ends of lines."""
        assert self._until is not None
        number = int(np.searchsorted(self._until, place))
        skip = place - (int(self._until[number - 1]) if number else 0)
        stream.seek(number * _BLOCK)
        text, at = stream.read(_BLOCK), 0
        if skip:
            ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
            if skip > len(ends):
                return ""
            at = int(ends[skip - 1]) + 1
        while (end := text.find(b"\n", at)) < 0 and (more := stream.read(_BLOCK)):
            text += more
        return _text(text[at:end] if end >= 0 else text[at:])


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip("\r\ufeff")


def records_as_json(path: Path, shape: Shape, layout: Layout, done: int, size: int) -> Iterator[list[str | None]]:
    """Chunks of records from number ``done`` on as JSON texts; None for a record that has another form than the header."""
    with _opened(path) as stream:
        records = _csv_records(stream, layout.delimiter) if shape == "csv" else (line.strip() for line in stream if line.strip())
        remaining = islice(records, done, None)
        while chunk := list(islice(remaining, size)):
            yield chunk


def csv_lines_as_json(header: str, lines: Sequence[str], layout: Layout) -> list[str | None]:
    """Rows of a CSV, each with its header's names, as JSON texts."""
    return [next(_csv_records([header, line], layout.delimiter), None) for line in lines]


def csv_names(path: Path, delimiter: str) -> list[str]:
    """The names in the first line of a CSV; one that is empty or was there before gets a number."""
    with _opened(path) as stream:
        _, names = next(csv_rows(stream, delimiter), ("", None))
        return _distinct(names or [])


def json_names(path: Path) -> list[str]:
    """The top-level keys of the first records of a JSONL, in the order in which they come."""
    found: dict[str, None] = {}
    with _opened(path) as stream:
        for line in islice(stream, _LOOKED_AT):
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            found |= dict.fromkeys(record if isinstance(record, dict) else ())
    return list(found)


def csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[str, list[str] | None]]:
    """Text and cells of each row that is not blank, the header first; None for cells that no quoting explains.

    A quoted cell may go on for some lines, where the row then fits the header. Another quote spoils its own line only.
    """
    ahead, coming, width = deque[str](), iter(lines), 0
    while (line := ahead.popleft() if ahead else next(coming, None)) is not None:
        text = _plain(line)
        cells = _cells(text, delimiter)
        if cells is None:
            ahead.extend(islice(coming, _MOST_LINES - len(ahead)))
            following = accumulate(map(_plain, ahead), "{}\n{}".format, initial=text)
            for more, longer in enumerate(following):
                joined = _cells(longer, delimiter)
                if joined is not None and len(joined) == (width or len(joined)):
                    text, cells = longer, joined
                    for _ in range(more):
                        ahead.popleft()
                    break
        width = width or len(cells or ())
        if text:
            yield text, cells


def spans_lines(path: Path) -> bool:
    """True when a quote of a CSV is open at the end of some line: a cell with a line break in it, or a stray quote."""
    before = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if before % 2 or b'"' in block:
                letters = np.frombuffer(block, dtype=np.uint8)
                quotes, ends = np.flatnonzero(letters == ord('"')), np.flatnonzero(letters == ord("\n"))
                if ((np.searchsorted(quotes, ends) + before) % 2).any():
                    return True
                before += len(quotes)
    return before % 2 == 1


def joins_digits(path: Path) -> bool:
    """True when an underscore joins two digits somewhere: SQL would take it for a number."""
    with path.open("rb") as stream:
        return any(b"_" in block and _JOINED.search(block) for block in iter(partial(stream.read, 1 << 20), b""))


def _opened(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _plain(line: str) -> str:
    return line.replace("\0", "").rstrip("\r\n")


def _cells(text: str, delimiter: str) -> list[str] | None:
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _csv_records(lines: Iterable[str], delimiter: str) -> Iterator[str | None]:
    rows = csv_rows(lines, delimiter)
    _, first = next(rows, ("", None))
    header = _distinct(first or [])
    for _, cells in rows:
        fits = cells is not None and (len(cells) == len(header) or (len(cells) == len(header) + 1 and not cells[-1]))
        yield json.dumps(dict(zip(header, cells or (), strict=False)), ensure_ascii=False) if fits else None


def _distinct(names: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for place, name in enumerate(names):
        name = other = name or f"column{place}"
        number = 0
        while other.lower() in found:
            number += 1
            other = f"{name}_{number}"
        found[other.lower()] = other
    return list(found.values())
