"""Changes of single rows, and the history of them, to and from SQL."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, func, insert, select, update

from stratum_core.errors import unknown
from stratum_core.model.changes import Change, Recorded
from stratum_core.model.city import TABLES
from stratum_core.store.city_rows import sql_row
from stratum_core.store.schema import city_tables, history


def write_change(connection: Connection, change: Change) -> None:
    """Write one changed row within the caller's transaction; rows behind one that comes or goes keep their order."""
    table, specs = city_tables[change.table], TABLES[change.table].specs()
    if change.before is None:
        place = _row_at(connection, change)
        values = sql_row(change.after or {}, specs)
        connection.execute(insert(table), [{**values, "row": place}])
    elif change.after is None:
        connection.execute(delete(table).where(table.c.id == change.id))
    else:
        connection.execute(update(table).where(table.c.id == change.id).values(**sql_row(change.after, specs)))


def _row_at(connection: Connection, change: Change) -> int:
    """The row number for a row that comes in: the gap at its place, else after moving what stands there and behind."""
    table = city_tables[change.table]
    numbers = select(table.c.row).order_by(table.c.row)
    if change.place is None:
        return int(connection.execute(select(func.coalesce(func.max(table.c.row), -1))).scalar_one()) + 1
    rows = [int(row) for row in connection.execute(numbers.offset(max(change.place - 1, 0)).limit(2)).scalars()]
    before = rows[0] if change.place and rows else -1
    behind = rows[-1] if len(rows) == 2 or (rows and not change.place) else None
    if behind is None or behind > before + 1:
        return before + 1
    beyond = int(connection.execute(select(func.max(table.c.row))).scalar_one()) + 1
    # twice, for no two rows may have one number in between
    connection.execute(update(table).where(table.c.row >= behind).values(row=table.c.row + beyond + 1))
    connection.execute(update(table).where(table.c.row > beyond).values(row=table.c.row - beyond))
    return behind


def write_history(connection: Connection, change: Change, at: str, author: str, reason: str) -> None:
    """Add a change to the history within the caller's transaction."""
    page = json.dumps({"before": change.before, "after": change.after, "place": change.place}, ensure_ascii=False)
    row = {"at": at, "author": author, "reason": reason, "table": change.table, "id": change.id, "change": page}
    connection.execute(insert(history), [row])


def read_history(connection: Connection, table: str | None = None, id: str | None = None) -> list[Recorded]:
    """Recorded changes, oldest first: all, of one table, or of one row. Raises InputError for an unknown table."""
    if table is not None and table not in TABLES:
        raise unknown("table", table, TABLES)
    chosen = select(history).order_by(history.c.sequence)
    chosen = chosen.where(history.c.table == table) if table else chosen
    chosen = chosen.where(history.c.id == id) if id else chosen
    found = connection.execute(chosen).mappings().all()
    return [Recorded(row["sequence"], row["at"], row["author"], row["reason"],
                     Change(row["table"], row["id"], **json.loads(row["change"]))) for row in found]
