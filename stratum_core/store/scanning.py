"""Tables of readings into columns, by SQL over the file itself: CSV, JSONL, Parquet, or JSON texts in memory.

Reads and never writes. Records keep their order; a record that cannot be read is a row without time and value,
never one that is left out, so that its number in the file stays true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from stratum_core.errors import InputError, unknown
from stratum_core.model.readings import NO_TIME, Layout, Parsed, Shape
from stratum_core.store.text_records import Lines, csv_names, joins_digits, json_names, records_as_json, spans_lines

CHUNK = 1_000_000
_EPOCHS = {"epoch_s": 1e6, "epoch_ms": 1e3, "epoch_us": 1.0}


class Scanner:
    """Reads records of one layout; ``tags`` and ``units`` are the words that their cells may hold. Used from one thread."""

    def __init__(self, layout: Layout, tags: Sequence[str], units: Sequence[str] = ()) -> None:
        self._layout, self._units = layout, units
        settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        self._database = duckdb.connect(":memory:", config=settings)
        try:
            self._database.execute(f"SET TimeZone = {_quoted(layout.zone)}")
        except duckdb.Error as error:
            raise InputError(f"'{layout.zone}' is no time zone", where="zone", repair="name one such as Europe/Berlin") from error
        self._database.execute("SET streaming_buffer_size = '256MB'")
        for name, words in (("tags", tags), ("units", units)):
            listed = pa.table({"word": pa.array(list(words), pa.string())})
            self._database.register("listed", listed)
            self._database.execute(f"CREATE TYPE {name} AS ENUM (SELECT word FROM listed)")
        self._wide = [list(tags).index(tag) if tag in tags else -1 for tag in layout.wide]
        try:
            self.texts(())
        except duckdb.Error as error:
            raise InputError("the form of the times or a JSON path cannot be read", where="mapping",
                             repair="write a format such as %d.%m.%Y %H:%M, a path such as $.data.value") from error

    def close(self) -> None:
        """Give the memory back."""
        self._database.close()

    def texts(self, texts: Sequence[str | None], first: int = 0) -> Parsed:
        """The cells of JSON texts; a text that is no JSON object gives a row without cells."""
        self._database.register("given", pa.table({"text": pa.array(texts, pa.string())}))
        source = "(SELECT CASE WHEN json_valid(text) THEN text END AS text FROM given)"
        return self._parsed(self._database.sql(self._select(source, {})).to_arrow_table(), first)

    def file(self, path: Path, shape: Shape, done: int = 0, size: int = CHUNK) -> Iterator[tuple[Parsed, int]]:
        """Chunks of a file from record ``done`` on, each with the number of records that are read after it.

        Raises InputError for a file that cannot be read at all.
        """
        try:
            for parsed, following in self._fast(path, shape, done, size):
                yield parsed, following
                done = following
        except (duckdb.Error, pa.ArrowException, OSError) as error:  # the last two: what goes wrong behind the first rows
            if shape == "parquet":
                raise InputError("the Parquet file cannot be read", where=path.name, repair="write it again") from error
            yield from self._slow(path, shape, done, size)

    def _fast(self, path: Path, shape: Shape, done: int, size: int) -> Iterator[tuple[Parsed, int]]:
        names, width = self._names(), max(len(self._wide), 1)
        uneven = spans_lines(path) if shape == "csv" else shape == "jsonl" and any(name.startswith("$") for name in names)
        if uneven:
            yield from self._slow(path, shape, done, size)
            return
        source, lines = _relation(path, shape, self._layout, names), Lines(path, shape)
        kinds = dict(self._database.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})").fetchall())
        for name in names:
            if name not in kinds:
                raise unknown("column", name, kinds, where=path.name)
        statement = self._select(source, kinds) + (f" OFFSET {done * width}" if done else "")
        held: list[pa.RecordBatch] = []
        for batch in chain(self._database.sql(statement).to_arrow_reader(size), [None]):
            held += [batch] if batch is not None else []
            if held and (batch is None or sum(map(len, held)) >= size):
                table = pa.Table.from_batches(held)
                whole = len(table) // width * width
                held = table.slice(whole).to_batches()
                parsed = self._parsed(table.slice(0, whole), done)
                done += whole // width
                yield (self._mended(parsed, lines) if shape == "jsonl" else parsed), done

    def _slow(self, path: Path, shape: Shape, done: int, size: int) -> Iterator[tuple[Parsed, int]]:
        """Record by record, for files whose records do not all have the same form."""
        for texts in records_as_json(path, shape, self._layout, done, min(size, 100_000)):
            yield self.texts(texts, done), done + len(texts)
            done += len(texts)

    def _mended(self, parsed: Parsed, lines: Lines) -> Parsed:
        """Rows without time or value read again from their text: to the fast reader, a bad cell is none."""
        bare = np.flatnonzero((parsed.time == NO_TIME) | parsed.empty)
        if not len(bare) or self._wide:
            return parsed
        again = self.texts(lines.take(parsed.record[bare]))

        def with_again(mine: Any, theirs: Any) -> Any:
            whole = mine.copy()
            whole[bare] = theirs
            return whole

        unit = None if parsed.unit is None else with_again(parsed.unit, again.unit)
        return Parsed(parsed.record, with_again(parsed.tag, again.tag), with_again(parsed.time, again.time),
                      with_again(parsed.value, again.value), with_again(parsed.empty, again.empty), unit)

    def _names(self) -> list[str]:
        layout = self._layout
        cells = layout.wide or (layout.tag, layout.value)
        return [name for name in (layout.time, *cells, layout.unit) if name]

    def _select(self, source: str, kinds: Mapping[str, str]) -> str:
        """The query; ``kinds``: SQL types of the columns, none where the source is JSON texts."""
        layout, names = self._layout, list(dict.fromkeys(self._names()))
        columns = {name: '"' + name.replace('"', '""') + '"' for name in names}
        if not kinds:  # each text is taken apart once
            columns, kinds = {name: f"c{k}" for k, name in enumerate(names)}, dict.fromkeys(names, "VARCHAR")
            cells = ", ".join(f"cells[{k + 1}] AS c{k}" for k in range(len(names)))
            paths = ", ".join(_quoted(_path(name)) for name in names)
            source = f"(SELECT {cells} FROM (SELECT json_extract_string(text, [{paths}]) AS cells FROM {source}))"

        def cell(name: str) -> tuple[str, str]:
            return columns[name], kinds[name]

        values = [_number(*cell(name), layout.decimal) for name in layout.wide or (layout.value,)]
        tag = f"unnest({self._wide})" if layout.wide else f"enum_code(TRY_CAST({cell(layout.tag)[0]} AS tags))"
        value = f"unnest([{', '.join(values)}])" if layout.wide else values[0]
        unit = f", coalesce(enum_code(TRY_CAST({cell(layout.unit)[0]} AS units)), -1)::INTEGER AS unit" if layout.unit else ""
        time = f"coalesce({_time(*cell(layout.time), layout)}, {NO_TIME + 1} - 1)::BIGINT"
        return f"SELECT {time} AS time, coalesce({tag}, -1)::INTEGER AS tag, {value} AS value{unit} FROM {source}"

    def _parsed(self, table: pa.Table, first: int) -> Parsed:
        width = max(len(self._wide), 1)
        values = table["value"].combine_chunks()
        record = first + np.arange(len(table), dtype=np.int64) // width
        unit = np.asarray(table["unit"]) if self._layout.unit else None
        value = values.to_numpy(zero_copy_only=False)
        empty = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else np.zeros(len(table), dtype=bool)
        return Parsed(record, np.asarray(table["tag"]), np.asarray(table["time"]), value, empty, unit)


def columns_of(path: Path, shape: Shape, delimiter: str = ",") -> list[str]:
    """Names of the columns of a file, for the guess of a mapping; raises InputError where it cannot be read."""
    if shape == "csv":
        return csv_names(path, delimiter)
    if shape == "jsonl":
        return json_names(path)
    with duckdb.connect(":memory:") as database:
        try:
            return [row[0] for row in database.execute(f"DESCRIBE SELECT * FROM read_parquet({_quoted(str(path))})").fetchall()]
        except duckdb.Error as error:
            raise InputError("no table can be read from it", where=path.name, repair="check that it is the right file") from error


def parquet_rows_as_json(path: Path, records: Sequence[int]) -> list[str]:
    """Chosen rows of a Parquet file as JSON texts, in the order asked for."""
    with duckdb.connect(":memory:") as database:
        database.register("asked", pa.table({"record": pa.array(records, pa.int64()), "place": np.arange(len(records))}))
        source = f"read_parquet({_quoted(str(path))}, file_row_number=true)"
        cells = ", ".join(f'"{name}" := "{name}"' for name in columns_of(path, "parquet"))
        near = f"file_row_number BETWEEN {min(records)} AND {max(records)}"
        joined = f"(SELECT * FROM {source} WHERE {near}) JOIN asked ON file_row_number = record ORDER BY place"
        return [text for (text,) in database.execute(f"SELECT to_json(struct_pack({cells}))::VARCHAR FROM {joined}").fetchall()]


def _relation(path: Path, shape: str, layout: Layout, names: Sequence[str]) -> str:
    where = _quoted(str(path))
    if shape == "parquet":
        return f"read_parquet({where})"
    if shape == "jsonl":
        sure = layout.decimal == "." and not layout.wide and not joins_digits(path)
        numbers = {layout.value} if sure else set()
        kinds = ", ".join(f"{_quoted(name)}: '{'DOUBLE' if name in numbers else 'VARCHAR'}'" for name in dict.fromkeys(names))
        return f"read_json({where}, format='newline_delimited', ignore_errors=true, columns={{{kinds}}})"
    cells = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in csv_names(path, layout.delimiter))
    form = f"delim={_quoted(layout.delimiter)}, quote='\"', escape='\"'"  # not guessed: a guess leaves out lines without a word
    return f"read_csv({where}, auto_detect=false, header=true, {form}, columns={{{cells}}})"


def _time(cell: str, kind: str, layout: Layout) -> str:
    """Microseconds since 1970 in UTC. An offset or zone in the text counts before the zone of the layout; words are no time."""
    if layout.time_format in _EPOCHS:
        return f"TRY_CAST(TRY_CAST({cell} AS DOUBLE) * {_EPOCHS[layout.time_format]} AS BIGINT)"
    local = "TIMESTAMP" if layout.zone == "UTC" else "TIMESTAMPTZ"
    if kind != "VARCHAR":
        return f"epoch_us(TRY_CAST({cell} AS {'TIMESTAMPTZ' if 'ZONE' in kind or 'TZ' in kind else local}))"
    if layout.time_format != "iso":
        return f"epoch_us(TRY_CAST(try_strptime({cell}, {_quoted(layout.time_format)}) AS {local}))"
    zoned = f"epoch_us(CASE WHEN ltrim({cell}) < ':' THEN TRY_CAST({cell} AS TIMESTAMPTZ) END)"
    if layout.zone != "UTC":
        return zoned
    usual = " OR ".join(f"{cell} LIKE '____-__-_____:__:__{end}'" for end in ("Z", ""))  # too short for a zone, and read sooner
    return f"CASE WHEN ({usual}) AND {cell} < ':' THEN epoch_us(TRY_CAST({cell} AS TIMESTAMP)) ELSE {zoned} END"


def _number(cell: str, kind: str, decimal: str) -> str:
    """NULL where there is none, NaN where it is no number."""
    if kind != "VARCHAR":
        return f"{cell}::DOUBLE"
    read = cell if decimal == "." else f"replace({cell}, {_quoted(decimal)}, '.')"
    read = f"CASE WHEN NOT contains({cell}, '_') THEN {read} END"  # SQL takes 1_0 for 10
    return f"coalesce(TRY_CAST({read} AS DOUBLE), CASE WHEN {cell} <> '' THEN 'nan'::DOUBLE END)"


def _path(name: str) -> str:
    return name if name.startswith("$") else '$."' + name.replace('"', '\\"') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
