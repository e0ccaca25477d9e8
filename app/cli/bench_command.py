"""bench: ours and the best peers side by side, on the same work, in one run."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import common, say, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from tests.bench import Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="cascade, workbench, ...; none: all")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Print a row per measurement; never fails for a missed target."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "tests" / "bench").is_dir():
        raise InputError("the benchmarks are not part of this installation", repair="run bench in a checkout")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    from tests.bench import names, run_bench

    if options.name is not None and options.name not in names():
        raise InputError(f"unknown bench '{options.name}'", repair=f"known: {', '.join(names())}")
    def tell(one: Row | str) -> None:
        if isinstance(one, str):
            if not options.quiet:
                print(one, file=sys.stderr, flush=True)
            return
        say(options, _line(asdict(one)))
        sys.stdout.flush()

    page = run_bench(options.name, tell)
    write_json(options.json, page)
    return 0


def _line(row: dict[str, object]) -> str:
    met = {True: "met", False: "MISSED", None: ""}[row["met"]]  # type: ignore[index]
    ours, peer, ratio = (f"{v:.4g}" if isinstance(v := row[k], float) else "-" for k in ("ours", "peer", "ratio"))
    measured = f"ours {ours} {row['unit']}, peer {peer} ({row['peer_version'] or row['note']}), ratio {ratio}"
    return f"{row['name']:<12}{row['work']}, {row['size']}: {measured}, target {row['target']} {met}"
