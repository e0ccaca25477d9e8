"""validate: exact and published numbers through the same engines, misses included."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.options import common, say, write_json
from stratum_core.number_format import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a section, such as cascade; none: all")
    parser.add_argument("--case", metavar="FILE.json", help="run one case from outside")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Print target, figure and verdict of every row; 1 when a row misses."""
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline import validation

    report = validation.validate_case(Path(options.case)) if options.case else validation.validate(options.name)
    rows = list(report.rows)
    missed = [row for row in rows if row.ok is False]
    lines = [
        f"{_mark(row.ok)}  {row.section:<9} {row.name:<42} {_shown(row.got)} {row.unit}, target {_shown(row.target)}"
        for row in rows
    ]
    held = (
        f"{len(rows) - len(missed)} of {counted(len(rows), 'row')} {'holds' if len(rows) == 1 else 'hold'}."
        if rows
        else "No expected values were given; see --json for outputs."
    )
    say(options, *lines, held)
    write_json(options.json, jsonable(report))
    return 1 if missed else 0


def _mark(ok: bool | None) -> str:
    return {True: "ok  ", False: "MISS", None: "skip"}[ok]


def _shown(value: object) -> str:
    """A figure in seven digits; JSON holds all of them."""
    if isinstance(value, float):
        return f"{value:.7g}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_shown, value))}]"
    return "never" if value is None else str(value)
