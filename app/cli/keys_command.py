"""keys: the settings of a command for --set."""

from __future__ import annotations

import argparse

from app.cli.options import common, say, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("command", metavar="COMMAND", choices=["cascade", "brief"], help="cascade or brief")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """List every dotted key with default, unit, meaning and source."""
    from stratum_core.model.spec import CascadeSpec, keys

    rows = [{"key": k, "unit": u, "default": d, "meaning": m, "source": s} for k, u, d, m, s in keys(CascadeSpec)]
    say(options, *(f"{r['key']:<26}{r['default']!s:>10} {r['unit']:<4} {r['meaning']}" for r in rows))
    write_json(options.json, rows)
    return 0
