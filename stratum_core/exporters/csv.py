"""CSV: the dependencies as an edge list, with the columns that the import of dependencies reads."""

from __future__ import annotations

import csv
from pathlib import Path

from stratum_core.exporters import EXPORTERS, GraphTables
from stratum_core.exporters.sheet import cells, header


@EXPORTERS.register("csv")
def write(tables: GraphTables, file: Path) -> None:
    """A header, and a row for each dependency."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header(tables.dependencies))
        writer.writerows(cells(tables.dependencies))
