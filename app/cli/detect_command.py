"""detect: attacks, leaks and broken sensors in a table of readings, learned from a table of normal operation."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import common, say, write_json
from stratum_core.number_format import NARROW, counted, percent

if TYPE_CHECKING:
    from stratum_core.estimation.detection_scores import Scores
    from stratum_core.pipeline.detecting import Alarm

_MOST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--train", metavar="NORMAL.csv", required=True, help="normal operation: a time column, then numbers")
    parser.add_argument("--score", metavar="OTHER.csv", required=True, help="readings to judge, with the same columns")
    parser.add_argument("--labels", metavar="COLUMN", help="1 during events: never learned from, only scored against")
    parser.add_argument("--slow", action="store_true", help="watch for small lasting changes as well, such as leaks; "
                        "alarms then last longer after an attack")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Print the alarms, and with labels how right they are."""
    from stratum_core.estimation.detection import SLOW, DetectorSpec
    from stratum_core.model.results import jsonable
    from stratum_core.pipeline.detecting import detect_files

    spec = DetectorSpec(slow=SLOW if options.slow else 0.0)
    found = detect_files(Path(options.train), Path(options.score), options.labels, spec)
    lines = [f"{counted(len(found.time), 'row')} judged by {counted(found.trained_on, 'normal row')}: "
             f"{counted(len(found.alarms), 'alarm')}, {percent(found.share_of_rows)} of rows."]
    lines += [_line(alarm) for alarm in found.alarms[:_MOST]]
    if len(found.alarms) > _MOST:
        lines.append(f"  and {len(found.alarms) - _MOST} more (--json has all)")
    if found.scores is not None:
        lines += _verdict(found.scores)
    say(options, *lines, *found.warnings, f"Model class: {found.model_class}.")
    write_json(options.json, jsonable(found))
    return 0


def _line(alarm: Alarm) -> str:
    blamed = ", ".join(f"{name} {percent(share)}" for name, share in alarm.columns.items())
    return f"  {alarm.first} to {alarm.last}: {counted(alarm.rows, 'row')}, {alarm.greatest:.1f} times the limit; {blamed}"


def _verdict(found: Scores) -> list[str]:
    times = ", ".join("never" if rows is None else str(rows) for rows in found.time_to_detection)
    return [
        f"Precision {found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f} by rows; {found.detected} of "
        f"{counted(found.events, 'event')} found, {counted(found.false_events, 'alarm')} outside all events.",
        f"Rows until the first alarm of each event: {times}.",
        f"BATADAL score S {found.s:.3f} = 0.5{NARROW}x{NARROW}{found.s_ttd:.3f} (time to detection) + "
        f"0.5{NARROW}x{NARROW}{found.s_cm:.3f} (classification).",
    ]
