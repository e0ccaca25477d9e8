"""From arguments to an exit code: 0 done, 1 done with findings, 2 bad input, 3 the engine failed."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

from app.cli.options import CommandParser, check_common
from stratum_core.errors import Cancelled, StratumError, unknown

COMMANDS = {
    "new": "make a project: empty, synthetic or a copy of the sample",
    "import": "read files into a project",
    "check": "data health of a project",
    "evacuate": "who hears, who goes, who is stuck, who is left behind",
    "graph": "who needs whom: impact, requirements, critical components",
    "edge": "dependencies: list, add, correct, rate, remove, infer, and their history",
    "export": "the graph as GraphML, GeoPackage or CSV, or as a workshop sheet",
    "listen": "take readings from the project's live sources",
    "replay": "take readings from a recorded file, at once or at its own pace",
    "readings": "stored readings: summary, latest, lineage, quarantine and the way back, an officer's report",
    "hazard": "intensity of a scenario at each exposed component",
    "cascade": "run a scenario",
    "restore": "in which order crews repair what a cascade damaged, and what each order comes to",
    "economics": "damage and its tail, output that industries lose, of a cascade or of a shock to a table",
    "optimise": "which measures for what money: plans, how they do in other futures, when they fail",
    "assign": "traffic of a usual hour: flows at user equilibrium",
    "why": "the causal chain of one component, or the smallest change that keeps it up",
    "whatif": "the same run with one thing otherwise",
    "sensitivity": "which assumption drives the answer",
    "critical": "what matters most, by consequence, by structure or by a trained net",
    "train": "make a net anew from generated cities; needs PyTorch",
    "estimate": "the state behind a project's sensors or a series, its forecast, and whether the model holds",
    "alerts": "who has to know: look at the readings, list alerts, take them on, write CAP drafts",
    "detect": "attacks, leaks and broken sensors in readings, learned from normal operation",
    "ledger": "the tamper-evident record of decisions",
    "brief": "the whole main job: run, record, write the briefing",
    "verify": "check a briefing against its proof, or a project's ledger",
    "validate": "reproduce published and exact numbers",
    "bench": "measure against the best peers",
    "keys": "settings of a command for --set",
    "warm": "compile the kernels now instead of at the first run",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every error is one plain sentence on standard error."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(arguments)
    except Cancelled as error:
        print(error, file=sys.stderr)
        return 130
    except StratumError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Cancelled; nothing was stored.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of standard output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the last line of defence: a sentence and a bundle, never a traceback
        print(f"The program failed: {type(error).__name__}: {error}. Details are in {_bundle(arguments)}.", file=sys.stderr)
        return 3


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        raise unknown("command", name, COMMANDS)
    module = importlib.import_module(f"app.cli.{name}_command")
    parser = CommandParser(
        prog=f"main.py {name}", description=COMMANDS[name], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    module.add_arguments(parser)
    options = parser.parse_args(rest)
    check_common(options)
    code: int = module.run(options)
    return code


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {meaning}" for name, meaning in COMMANDS.items()]
    return "\n".join(["main.py COMMAND ...   (without a command: the window)", *lines, "main.py COMMAND --help tells the rest."])


def _bundle(arguments: Sequence[str]) -> str:
    from stratum_core.pipeline.projects import home

    folder = home() / "diagnostics"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.txt"
    path.write_text(f"arguments: {list(arguments)}\npython: {sys.version}\n\n{traceback.format_exc()}", encoding="utf-8")
    return str(path)
