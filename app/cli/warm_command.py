"""warm: compile the kernels now instead of at the first run."""

from __future__ import annotations

import argparse

from app.cli.options import common, say, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Compile what is not yet compiled."""
    from app.warm import is_warm, warm

    before = is_warm()
    if not before:
        warm()
    say(options, "The kernels were compiled before." if before else "The kernels are compiled.")
    write_json(options.json, {"compiled": not before})
    return 0
