"""readings: what is stored, what was refused and the way back, where a reading came from, an officer's report."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.options import common, moment, rows, say, write_json
from stratum_core.errors import InputError

if TYPE_CHECKING:
    from stratum_core.store.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("action", choices=list(_ACTIONS))
    parser.add_argument("--sensor", help="id or name (lineage, report)")
    parser.add_argument("--from", dest="begin", type=moment, metavar="TIME", help="ISO 8601, UTC unless it says otherwise")
    parser.add_argument("--to", dest="end", type=moment, metavar="TIME")
    parser.add_argument("--as-of", type=moment, metavar="TIME", help="latest: what had arrived by then")
    parser.add_argument("--top", type=rows, default=20, help="how many rows are shown")
    parser.add_argument("--ids", type=int, nargs="+", default=[], help="records of the quarantine; default: all that are held")
    parser.add_argument("--part", default="", help="only records of this part or source")
    parser.add_argument("--rule", default="", help="only records that this rule refused")
    parser.add_argument("--state", default="held", choices=["held", "released", "discarded", "all"])
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="release: by this mapping instead of the source's")
    parser.add_argument("--vouch", action="store_true", help="release: against the rules of range, clock and rate")
    parser.add_argument("--value", type=float, help="report: in the sensor's unit")
    parser.add_argument("--time", help="report: when; default: now")
    parser.add_argument("--confidence", type=float, default=0.8, help="report: 0 to 1")
    parser.add_argument("--note", default="", help="report: what else was seen")
    parser.add_argument("--days", type=rows, help="forget: single readings older than so many days; rollups stay")
    parser.add_argument("--readings", type=Path, metavar="FILE", help="guess: the file whose mapping is guessed")
    parser.add_argument("--author", default=getpass.getuser(), help="who decides or reports; default: the user's name")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Carry out the action."""
    from stratum_core.pipeline.projects import open_project

    with open_project(options.project) as project:
        return _ACTIONS[options.action](options, project)


def _summary(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.readings import summary

    page = summary(project)
    span = f" from {page.first} to {page.last}" if page.first else ""
    parts = [f"  {one.source}: {one.part}: {one.stored:,} stored, {one.duplicates:,} repeated, {one.refused:,} refused"
             + (f". Refused as a whole: {one.refusal}" if one.refusal else "") for one in page.parts]
    if whole := sum(1 for one in page.parts if one.refusal):
        parts.append(f"Refused as a whole: {whole:,}")
    held = [f"In quarantine, {rule}: {count:,}" for rule, count in page.quarantine.items()]
    return _tell(options, "readings_summary", page, f"{page.readings:,} readings{span}; {page.sensors:,} sensors.", *parts, *held)


def _latest(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.readings import latest

    page = latest(project, options.as_of)
    lines = [f"{one.name or one.sensor:<32}{one.value:>12.6g} {one.unit:<6}{one.time}  {one.age_s:,.0f} s old"
             if one.value is not None else f"{one.name or one.sensor:<32}{'no reading':>12}" for one in page.sensors]
    return _tell(options, "readings_latest", page, *lines)


def _lineage(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.readings import lineage

    if not options.sensor:
        raise InputError("'lineage' needs a sensor", where="--sensor", repair="'readings PROJECT latest' lists them")
    page = lineage(project, options.sensor, options.begin, options.end, options.top)
    lines = [f"{one.time}  {one.value:>12.6g}  {one.source}: {one.part}, record {one.record}, arrived {one.arrived}"
             for one in page.readings]
    return _tell(options, "readings_lineage", page, *(lines or ["No reading."]))


def _quarantine(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.readings import quarantine

    state = "" if options.state == "all" else options.state
    page = quarantine(project, state=state, ids=options.ids, part=options.part, rule=options.rule, top=options.top)
    lines = [f"{one.id:>8}  {one.source}: {one.part}, record {one.record}: {one.reason}. {one.raw[:120]}" for one in page.records]
    _tell(options, "readings_quarantine", page, *(lines or ["Nothing is in quarantine."]))
    return 1 if page.rules else 0


def _release(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.pipeline.readings import quarantine, release_held

    held = quarantine(project, state="held", ids=options.ids, part=options.part, rule=options.rule, top=None).records
    done = release_held(project, held, options.author, vouched=options.vouch, mapping=options.mapping)
    still = [f"Still held, {rule}: {count:,}" for rule, count in done.rules.items()]
    _tell(options, "readings_decided", done, f"{done.released:,} released, {done.held:,} still held.", *still)
    return 1 if done.held else 0


def _discard(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.ingest.release import discard
    from stratum_core.pipeline.readings import quarantine

    held = quarantine(project, state="held", ids=options.ids, part=options.part, rule=options.rule, top=None).records
    done = discard(project.readings(), held, options.author)
    return _tell(options, "readings_decided", done, f"{done.discarded:,} discarded; they stay listed with --state discarded.")


def _report(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.ingest.sources.manual import Report
    from stratum_core.pipeline.readings import latest, report_reading
    from stratum_core.ports import utc_now

    if not options.sensor or options.value is None:
        raise InputError("a report needs a sensor and a value", repair="write --sensor NAME --value 2.5")
    when = options.time or utc_now().isoformat()
    report_reading(project, Report(options.sensor, when, options.value, options.author, options.confidence, options.note))
    return _tell(options, "readings_latest", latest(project), f"Stored: {options.sensor} {options.value:g} at {when}.")


def _forget(options: argparse.Namespace, project: Project) -> int:
    from datetime import timedelta

    from stratum_core.pipeline.readings import summary
    from stratum_core.ports import utc_now
    from stratum_core.store.rollups import forget_before

    if options.days is None:
        raise InputError("'forget' needs a number of days", where="--days", repair="write --days 90")
    count = forget_before(project.readings(), utc_now() - timedelta(days=options.days))
    return _tell(options, "readings_summary", summary(project), f"{count:,} single readings dropped; their rollups stay.")


def _guess(options: argparse.Namespace, project: Project) -> int:
    from stratum_core.ingest.mapping import guess_mapping, mapping_text

    if options.readings is None:
        raise InputError("'guess' needs a file", where="--readings", repair="write --readings FILE")
    say(options, mapping_text(guess_mapping(options.readings, project.city().sensors)))
    return 0


def _tell(options: argparse.Namespace, name: str, page: Any, *lines: str) -> int:
    from stratum_core.model.json_schema import labelled

    say(options, *lines)
    write_json(options.json, labelled(page, f"stratum.{name}/1"))
    return 0


_ACTIONS: dict[str, Callable[[argparse.Namespace, Any], int]] = {
    "summary": _summary, "latest": _latest, "lineage": _lineage, "quarantine": _quarantine, "release": _release,
    "discard": _discard, "report": _report, "forget": _forget, "guess": _guess,
}
