"""listen: take readings from the live sources that a project declares."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.cli.options import cancellable, common, say, write_json
from stratum_core.number_format import hours

if TYPE_CHECKING:
    from stratum_core.ingest.feed import Feed, SourceHealth

SCHEMA = "stratum.listening/1"
_EVERY_S = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--source", metavar="NAME", help="only this one; default: all in attachments/sources")
    parser.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="default: until Ctrl+C")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Listen and store; 1 when readings went into the quarantine."""
    from stratum_core.pipeline.live import feeds_of
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        return take_from(feeds_of(project, options.source), options, options.seconds)


def take_from(feeds: Sequence[Feed], options: argparse.Namespace, seconds: float | None) -> int:
    """Listen to feeds, tell how they are now and then and at the end."""
    from stratum_core.model.json_schema import labelled
    from stratum_core.pipeline.live import listen
    from stratum_core.pipeline.readings import Listening

    told = time.monotonic()
    with cancellable() as cancel:
        for _ in listen(feeds, seconds=seconds, cancel=cancel):
            if not options.quiet and time.monotonic() - told > _EVERY_S:
                told = time.monotonic()
                print(*_lines(feed.health for feed in feeds), sep="\n", file=sys.stderr, flush=True)
    healths = tuple(feed.health for feed in feeds)
    for feed in feeds:
        feed.close()
    page = Listening(healths, *(sum(getattr(one, name) for one in healths) for name in ("stored", "duplicates", "quarantined")))
    say(options, *_lines(healths))
    write_json(options.json, labelled(page, SCHEMA))
    return 1 if page.quarantined or any(one.last_error or one.refused_parts for one in healths) else 0


def _lines(healths: Iterable[SourceHealth]) -> list[str]:
    return [f"{one.name:<16}{'ended' if one.ended else 'connected' if one.connected else 'away':<10} {one.stored:>11,} stored"
            f"{one.duplicates:>10,} repeated{one.quarantined:>9,} in quarantine{one.rate_per_s:>12,.0f} a second"
            + (f", newest {_age(one.lag_s)} old" if one.lag_s is not None else "")
            + (f". {one.last_error}" if one.last_error else "")
            + (f". Refused as a whole: {one.refused_parts:,}" if one.refused_parts else "")
            + "".join(f"\n  {told}" for told in one.refusals)
            for one in healths]


def _age(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else hours(seconds / 3600)
