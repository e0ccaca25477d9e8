"""keys: the settings of a command for --set."""

from __future__ import annotations

import argparse
import importlib
from typing import Any

from app.cli.options import CommandParser, common, say, write_json
from stratum_core.errors import InputError, unknown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("command", metavar="COMMAND", help="a command that takes --set, such as cascade")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """List every dotted key with default, unit, meaning and source; those of a hazard with its kind."""
    _refuse_others(options.command)
    rows = _of_series() if options.command == "estimate" else _rows(leaving=options.command == "evacuate")
    say(options, *(_line(row) for row in rows))
    write_json(options.json, rows)
    return 0


def _rows(*, leaving: bool) -> list[dict[str, Any]]:
    """Keys of a scenario; those of its evacuation where that is asked."""
    from stratum_core.hazards import HAZARDS
    from stratum_core.model.results import jsonable
    from stratum_core.model.spec import CascadeSpec, keys
    from stratum_core.population.evacuation.spec import EvacuationSpec

    first = [("", "evacuation.", EvacuationSpec)] if leaving else []
    specs = [*first, ("", "", CascadeSpec), *((name, "hazard.", HAZARDS.get(name)) for name in HAZARDS.names())]
    return [
        {"key": prefix + k, "hazard": kind, "unit": u, "default": jsonable(_default(d)), "meaning": m, "source": s}
        for kind, prefix, cls in specs
        for k, u, d, m, s in keys(cls)
        if m
    ]


def _of_series() -> list[dict[str, Any]]:
    """What estimate takes, by model."""
    from stratum_core.estimation.models import STRUCTURES

    told: dict[str, tuple[float | None, str]] = {}
    for found in STRUCTURES.values():
        told |= dict.fromkeys(found.variances, (None, "variance, per step; left out: by maximum likelihood"))
        told |= {name: (value, f"{name} of the season") for name, value in found.settings.items()}
    told["step"] = (None, "length of a step: of numbers 1, of dates in hours their median difference")
    rows = []
    for name, (value, meaning) in told.items():
        models = [model for model, found in STRUCTURES.items() if name in (*found.variances, *found.settings)]
        rows.append({"key": name, "hazard": "", "unit": "h" if name == "step" else "", "default": value,
                     "meaning": f"{meaning} ({', '.join(models) or 'all'})", "source": ""})
    return rows


def _default(value: Any) -> Any:
    """The default as plain data; None of a key that must be given."""
    return value if isinstance(value, (str, int, float, bool, tuple, type(None))) else None


def _line(row: dict[str, Any]) -> str:
    of = f" (of {row['hazard']})" if row["hazard"] else ""
    default = "-" if row["default"] in (None, "", []) else row["default"]
    return f"{row['key']:<30}{default!s:>10} {row['unit']:<6} {row['meaning']}{of}"


def _refuse_others(command: str) -> None:
    from app.cli.entry import COMMANDS

    if command not in COMMANDS:
        raise unknown("command", command, COMMANDS)
    taking = [name for name in COMMANDS if _takes_settings(name)]
    if command not in taking:
        raise InputError(f"'{command}' takes no settings", repair=f"these do: {', '.join(taking)}")


def _takes_settings(command: str) -> bool:
    parser = CommandParser()
    importlib.import_module(f"app.cli.{command}_command").add_arguments(parser)
    return any("--set" in action.option_strings for action in parser._actions)
