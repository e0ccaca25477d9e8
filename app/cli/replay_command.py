"""replay: a recorded file of readings into the project, at once or at its own pace."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.listen_command import take_from
from app.cli.options import common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--readings", type=Path, required=True, metavar="FILE", help="CSV, JSONL, Parquet or XLSX")
    parser.add_argument("--speed", type=float, default=0.0, metavar="X",
                        help="recorded seconds in a second; 0 (default): as fast as it can be stored")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="TOML that says what the columns mean")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Take the recording; 1 when readings went into the quarantine."""
    from stratum_core.errors import InputError
    from stratum_core.pipeline.live import replay_feed
    from stratum_core.pipeline.projects import open_project

    if not 0 <= options.speed < 1e9:
        raise InputError(f"a speed of {options.speed:g} is not possible", where="--speed",
                         repair="give 1 for the recording's own")
    with open_project(options.project) as project:
        feed = replay_feed(project, options.readings, speed=options.speed, mapping=options.mapping)
        return take_from([feed], options, None)
