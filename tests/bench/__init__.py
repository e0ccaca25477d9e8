"""Ours against its peers, on the same input, in one process, in turn: medians of paired, warm runs.

A module of this package is a name of ``main.py bench``; its ``rows()`` yields rows, and before what takes long a text that
says what runs. Peers are imported by the row that needs them. Nothing here fails: what goes wrong becomes a row that says so.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

RUNS = 5
SPAN_S = 0.2
_SHOWN = ("numpy", "numba", "scipy", "networkx", "rustworkx", "pandapower", "wntr")


@dataclass(frozen=True)
class Row:
    """One comparison. ours and peer are in ``unit``; ratio above 1: ours is better; peer None: ``note`` says why."""

    name: str
    work: str
    size: str
    ours: float | None
    peer: float | None
    peer_version: str
    unit: str
    ratio: float | None
    target: str
    met: bool | None
    note: str = ""


def names() -> list[str]:
    """The modules that offer rows."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def run_bench(name: str | None = None, tell: Callable[[Row | str], None] = lambda _: None) -> dict[str, Any]:
    """{machine, versions, rows} of one module or of all. Raises ValueError for an unknown name only.

    tell: is told each row as soon as it is measured, and what runs before what takes long.
    """
    if name is not None and name not in names():
        raise ValueError(f"unknown bench '{name}'; known: {', '.join(names())}")
    rows = []
    for module in [name] if name else names():
        tell(f"{module} ...")
        for row in _rows_of(module):
            tell(row)
            if isinstance(row, Row):
                rows.append(asdict(row))
    return {"machine": machine(), "versions": {package: version(package) for package in _SHOWN}, "rows": rows}


def _rows_of(module: str) -> Iterator[Row | str]:
    """Rows of one module; an error inside ends it with a row that carries the reason."""
    try:
        yield from importlib.import_module(f"{__name__}.{module}").rows()
    except Exception as error:  # noqa: BLE001 - a bench reports every failure as a row and never fails itself
        yield broken(module, f"{type(error).__name__}: {error}")


def machine() -> dict[str, Any]:
    """Where the figures were taken."""
    python = platform.python_version()
    return {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count(), "python": python}


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def version(package: str) -> str:
    """Its installed version; empty where it is missing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def paired(
    ours: Callable[[], object],
    peer: Callable[[], object] | None = None,
    *,
    runs: int = RUNS,
) -> tuple[float, float | None]:
    """Median seconds of both, measured in turn after one warm-up each; both sides by the same rule (``_seconds``)."""
    mine: list[float] = []
    theirs: list[float] = []
    for turn in range(runs + 1):
        for call, times in ((ours, mine), (peer, theirs)):
            if call is not None:
                seconds = _seconds(call)
                if turn:
                    times.append(seconds)
    return statistics.median(mine), statistics.median(theirs) if theirs else None


def _seconds(call: Callable[[], object]) -> float:
    """Seconds of one call: the mean over as many as fill ``SPAN_S``, since one call of a millisecond measures the cache."""
    calls, started = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        if (spent := time.perf_counter() - started) >= SPAN_S:
            return spent / calls


def faster(name: str, work: str, size: str, ours: float, peer: float, peer_version: str, least: float) -> Row:
    """A row of seconds against a peer, with the least ratio that is aimed at."""
    ratio = peer / ours
    return Row(name, work, size, ours, peer, peer_version, "s", ratio, f"at least {least:g} times as fast", ratio >= least)


def within(name: str, work: str, size: str, ours: float, most: float, unit: str = "s", note: str = "there is no peer") -> Row:
    """A row without a peer that must stay below a figure."""
    return Row(name, work, size, ours, None, "", unit, None, f"at most {most:g} {unit}", ours <= most, note)


def broken(name: str, reason: str) -> Row:
    """A row for what could not be measured."""
    return Row(name, "", "", None, None, "", "", None, "", None, reason)
