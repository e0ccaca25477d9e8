"""Records of text files as they stand there: one by number for a person, or all of them the patient way.

A record of JSONL is a line that is not blank; one of CSV is a row after the header, which may span lines.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from stratum_core.model.fields import Ints
from stratum_core.model.readings import Layout, Shape

_BLOCK = 1 << 16


class Lines:
    """The lines of a file by number. Nothing is read before the first is asked for, and then only counted, block by block."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._path, self._header = path, int(shape == "csv")
        self._until: Ints | None = None  # lines that have begun by the end of each block
        self._blank = False  # lines that are empty, or nearly, somewhere

    def take(self, records: Ints) -> list[str]:
        """The texts of these records; a row that spans lines gives the line at its place."""
        if self._until is None:
            self._count()
        assert self._until is not None
        places = np.asarray(records) + self._header
        if self._blank:
            lines = [line for line in self._path.read_bytes().split(b"\n") if line.strip()]
            return [_text(lines[place]) if place < len(lines) else "" for place in places.tolist()]
        with self._path.open("rb") as stream:
            return [self._line(stream, int(place)) for place in places]

    @property
    def header(self) -> str:
        """The first line of a CSV, empty for other shapes."""
        if not self._header:
            return ""
        with self._path.open("rb") as stream:
            return _text(next((line for line in stream if line.strip()), b"").rstrip(b"\n"))

    def _count(self) -> None:
        counts, before = [], b"xx"
        with self._path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                ends = np.frombuffer(before + block, dtype=np.uint8) == ord("\n")
                counts.append(int(np.count_nonzero(ends[2:])))
                self._blank = self._blank or bool((ends[2:] & (ends[1:-1] | ends[:-2])).any())
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
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        records = _csv_records(stream, layout) if shape == "csv" else (line.strip() for line in stream if line.strip())
        remaining = islice(records, done, None)
        while chunk := list(islice(remaining, size)):
            yield chunk


def csv_lines_as_json(header: str, lines: Sequence[str], layout: Layout) -> list[str | None]:
    """Rows of a CSV, each with its header's names, as JSON texts."""
    return list(_csv_records(iter([header, *lines]), layout))


def _csv_records(lines: Iterator[str], layout: Layout) -> Iterator[str | None]:
    rows = csv.reader((line.replace("\0", "") for line in lines), delimiter=layout.delimiter)
    header = next(rows, [])
    for row in rows:
        if row:
            yield json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) if len(row) == len(header) else None
