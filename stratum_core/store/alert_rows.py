"""Alerts of the live city, to and from SQL; what an alert says is JSON, so that rules can change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from stratum_core.store.schema import alerts


def read_alerts(connection: Connection) -> list[dict[str, Any]]:
    """All alerts, the oldest first."""
    rows = connection.execute(select(alerts.c.alert).order_by(alerts.c.raised, alerts.c.id)).scalars()
    return [json.loads(text) for text in rows]


def write_alerts(connection: Connection, changed: Iterable[Mapping[str, Any]]) -> None:
    """Add alerts or bring them up to date, by id, within the caller's transaction."""
    for one in changed:
        row = {"id": one["id"], "raised": one["raised"], "alert": json.dumps(one, ensure_ascii=False)}
        put = insert(alerts).values(row)
        connection.execute(put.on_conflict_do_update(index_elements=["id"], set_={"alert": row["alert"]}))
