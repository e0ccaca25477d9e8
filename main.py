"""Stratum: with no arguments the workbench, otherwise the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Compose and run the program; returns its exit code."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] != "window":
        from app.cli import main as command_line

        return command_line(arguments)
    from ui.start import run_workbench

    return run_workbench(arguments[1] if len(arguments) > 1 else "sample")


if __name__ == "__main__":
    sys.exit(main())
