"""Columns as one Parquet file that other programs read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from stratum_core.errors import InputError


def write_columns(columns: Mapping[str, npt.NDArray[Any]], file: Path) -> Path:
    """Write columns of one length; NaN stays NaN, None is null. Raises InputError where the file cannot be written."""
    table = pa.table({name: pa.array(np.asarray(values).tolist() if values.dtype == object else values)
                      for name, values in columns.items()})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, file, compression="zstd")
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", where=str(file),
                         repair="name a folder that you may write to") from error
    return file
