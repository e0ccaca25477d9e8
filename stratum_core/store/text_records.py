"""Records of text files as they stand there: one by number for a person, or all of them the patient way.

A record of JSONL is a line that is not blank; one of CSV is a row after the header, which may span lines.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from stratum_core.model.fields import Ints
from stratum_core.model.readings import Layout, Shape


class Lines:
    """The lines of a file by number; nothing is read before the first is asked for."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._path, self._header = path, int(shape == "csv")
        self._content, self._ends = b"", np.empty(0, dtype=np.int64)

    def take(self, records: Ints) -> list[str]:
        """The texts of these records; a row that spans lines gives the line at its place."""
        if not len(self._ends):
            self._content = self._path.read_bytes()
            ends = np.flatnonzero(np.frombuffer(self._content, dtype=np.uint8) == ord("\n"))
            ends = np.append(ends, len(self._content))
            begins = np.concatenate([[0], ends[:-1] + 1])
            kept = [n for n in np.flatnonzero(ends - begins < 3) if not self._content[begins[n]:ends[n]].strip()]
            self._begins, self._ends = np.delete(begins, kept), np.delete(ends, kept)
        places = np.asarray(records) + self._header
        inside = places < len(self._ends)
        return [self._text(place) if known else "" for place, known in zip(places, inside, strict=True)]

    @property
    def header(self) -> str:
        """The first line of a CSV, empty for other shapes."""
        return self.take(np.array([-1]))[0] if self._header else ""

    def _text(self, place: int) -> str:
        return self._content[self._begins[place]:self._ends[place]].decode("utf-8", "replace").strip("\r\ufeff")


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
