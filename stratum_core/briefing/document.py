"""The document model: every word and figure that is printed, before any layout."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from stratum_core import number_format as show
from stratum_core.briefing import assumed, headline, leaving, measures, people, tables, wording
from stratum_core.briefing.chart import draw_band
from stratum_core.briefing.facts import BriefingFacts
from stratum_core.briefing.fonts import MARK, printable
from stratum_core.briefing.headline import KeyNumber
from stratum_core.briefing.lifelines import LifelineRow, lifeline_rows
from stratum_core.briefing.map_drawing import draw_map
from stratum_core.briefing.map_frame import WIDTH
from stratum_core.briefing.map_labels import text_width
from stratum_core.briefing.stories import Story, stories
from stratum_core.briefing.tables import Rows
from stratum_core.briefing.tallies import tally_lines

NO_MAP = "No map: the project holds no positions. Import a layer with coordinates."
_MAP_HEIGHT = 400.0  # points, under a headline of three lines and a standfirst of two
PICTURE_HEIGHT = 330.0
_CODES_SHOWN = 8
_HEADLINE_LINE, _STANDFIRST_LINE = 24.0, 14.0
_LETTER_LESS = 50.0  # points that a letter page is shorter than A4


@dataclass(frozen=True)
class Document:
    """A briefing in words. Empty tuples and strings are parts that this city does not have; notes say why."""

    title: str
    subtitle: str
    as_of: str
    headline: str
    standfirst: tuple[str, ...]
    numbers: tuple[KeyNumber, ...]
    map_title: str
    map_svg: str
    map_height: float
    map_note: str
    lifelines_title: str
    lifelines_note: str
    lifelines: tuple[LifelineRow, ...]
    stories: tuple[Story, ...]
    stories_note: str
    chart_title: str
    chart_note: str
    chart_svg: str
    services: Rows
    services_note: str
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    provenance: tuple[tuple[str, float, str], ...]
    provenance_note: str
    command: str
    run: str
    spec: str
    city: str
    ledger: str
    footer: str
    annex_title: str
    tallies: tuple[str, ...]
    leaving: tuple[str, ...]
    leaving_groups: Rows
    measures: tuple[str, ...]
    measures_headings: tuple[str, ...]
    measures_rows: Rows
    bottlenecks: Rows
    failures: Rows
    sources: Rows
    warnings: tuple[str, ...]
    thresholds: Rows
    method: tuple[str, ...]
    notice: str
    paper: str
    author: str


def document_of(facts: BriefingFacts) -> Document:
    """Everything that ``facts`` lets a briefing say, in letters that its fonts can print."""
    return _in_print(_document(facts))


def _in_print(document: Document) -> Document:
    """The document with a mark for each character that cannot be printed, and a warning that names them."""
    lost: set[str] = set()

    def printed(value: Any) -> Any:
        if isinstance(value, str):
            text, missing = printable(value)
            lost.update(missing)
            return text
        if isinstance(value, tuple):
            return tuple(printed(inner) for inner in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: printed(getattr(value, f.name)) for f in fields(value)})
        return value

    made: Document = printed(document)
    return replace(made, warnings=(*made.warnings, _lost_in_print(lost))) if lost else made


def _lost_in_print(lost: set[str]) -> str:
    codes = [f"U+{ord(character):04X}" for character in sorted(lost)]
    shown = f"{', '.join(codes[:_CODES_SHOWN])}{' and others' if len(codes) > _CODES_SHOWN else ''}"
    return f"{MARK} stands for characters that the fonts of this program lack ({shown}). The project and the digests hold them."


def _document(facts: BriefingFacts) -> Document:
    return Document(**_page_one(facts), **_page_two(facts), **_annex(facts), paper=facts.paper,
                    author=facts.author or "Stratum")


def _page_one(facts: BriefingFacts) -> dict[str, Any]:
    height = _map_height(facts) if not facts.picture else PICTURE_HEIGHT
    drawn = draw_map(facts, height) if not facts.picture else ""
    start = f"T+0 is {show.moment(facts.start)}" if facts.start else "T+0 is the start of the scenario"
    return {
        "title": f"{wording.shortened(facts.city.name, wording.LONGEST_TITLE)} {'flood ' if facts.flood else ''}briefing",
        "subtitle": "exercise, not for operations" if facts.exercise else "for operations",
        "as_of": f"As of {show.moment(facts.as_of)}", "headline": headline.headline(facts),
        "standfirst": headline.standfirst(facts), "numbers": headline.key_numbers(facts),
        "map_title": _map_title(facts), "map_svg": drawn, "map_height": height,
        "map_note": "" if drawn or facts.picture else NO_MAP,
        "lifelines_title": "Lifelines at the worst hour",
        "lifelines_note": f"(people: 9 in 10 runs; back by: middle run; {start})",
        "lifelines": lifeline_rows(facts)}


def _map_height(facts: BriefingFacts) -> float:
    """What is left of page 1 for the map, in points, by the length of the sentences above it."""
    lines = math.ceil(text_width(headline.headline(facts), 19.0, bold=True) / 0.97 / WIDTH)
    told = math.ceil(text_width(" ".join(headline.standfirst(facts)), 9.0) / WIDTH)
    less = _LETTER_LESS if facts.paper != "a4" else 0.0
    return min(_MAP_HEIGHT - _HEADLINE_LINE * (lines - 3) - _STANDFIRST_LINE * (told - 2), _MAP_HEIGHT + 20) - less


def _map_title(facts: BriefingFacts) -> str:
    service, chain = people.lead_service(facts), headline.main_chain(facts)
    where = f"Where people lose {wording.losing(service)}" if service else "What fails"
    if chain is None:
        return "The city, in which nothing fails"
    verb = "closes" if wording.failing_verb(facts.city, chain.asset) == "closes" else "stops"
    return f"{where}, and the chain that {verb} {wording.subject(facts.city, chain.asset)}"


def _page_two(facts: BriefingFacts) -> dict[str, Any]:
    service, total = people.lead_service(facts), facts.result.people_total
    counted = bool(service) and total is not None
    felt = counted and bool((facts.result.people_without_service[service].p95 >= 0.5).any())
    told = stories(facts)
    start = f"T+0 is {show.moment(facts.start)}." if facts.start else "T+0 is the start of the scenario."
    rows = tables.service_rows(facts)
    return {
        "stories": told, "stories_note": "" if told else f"Nothing fails in any of {show.whole(facts.result.replicates)} runs.",
        "chart_title": f"People without {wording.without(service)}, of {show.count(total or 0.0)}" if counted
        else "People without a service",
        "chart_note": f"Half of the runs lie below the solid line; 9 in 10 lie in the grey band. {start}" if felt
        else f"Nobody is without {wording.without(service)} in 9 of 10 runs." if counted
        else "Not known: the project holds no population. Import population blocks and service areas.",
        "chart_svg": draw_band(facts.result.people_without_service[service]) if felt else "",
        "services": rows, "services_note": "" if rows else "Not known: the project holds no population.",
        "assumptions": assumed.assumptions(facts), "limits": assumed.limits(facts),
        "provenance": tuple((word, share, show.percent(share)) for word, share in tables.provenance_shares(facts)),
        "provenance_note": _provenance_note(facts), "command": f"main.py verify {facts.document}",
        "run": show.grouped(facts.result.digest, 8), "spec": show.grouped(facts.result.spec_digest, 8),
        "city": show.grouped(facts.result.city_digest, 8), "ledger": _ledger(facts), "footer": _footer(facts)}


def _provenance_note(facts: BriefingFacts) -> str:
    if not tables.provenance_shares(facts):
        return "Not known: the project holds no rows."
    share = tables.assumed_share(facts)
    tail = f" {show.percent(share)} of them carry at least one assumed field." if share else ""
    return f"Rows of assets, links, dependencies and population blocks.{tail}"


def _ledger(facts: BriefingFacts) -> str:
    entry = f"Ledger entry {facts.ledger_entry}" if facts.ledger_entry else "No ledger entry"
    return f"{entry}, signed by device key {show.grouped(facts.device_key)}" if facts.device_key else f"{entry}, not signed"


def _footer(facts: BriefingFacts) -> str:
    result = facts.result
    author = f"Prepared by {facts.author}. " if facts.author else ""
    return f"{author}Run {result.digest[:4]} {result.digest[4:8]} … {result.digest[-4:]}. Seed {result.seed}. " \
           f"{show.whole(result.replicates)} runs of {show.whole(result.horizon_h)}{show.NARROW}h."


def _annex(facts: BriefingFacts) -> dict[str, Any]:
    return {
        "annex_title": "Annex: figures, sources and method", "tallies": tuple(tally_lines(facts.result)),
        "leaving": leaving.lines(facts.evacuation), "leaving_groups": leaving.group_rows(facts.evacuation),
        "measures": measures.lines(facts.options), "measures_headings": measures.headings(facts.options),
        "measures_rows": measures.rows(facts.options),
        "bottlenecks": tables.bottleneck_rows(facts),
        "failures": tables.failure_rows(facts), "sources": tables.source_rows(facts),
        "warnings": facts.result.warnings or ("The run gave no warning.",), "thresholds": tables.threshold_rows(facts),
        "method": _method(facts), "notice": _notice(facts)}


def _method(facts: BriefingFacts) -> tuple[str, ...]:
    result = facts.result
    steady = "The mean number of failures is known to 5" if result.converged else \
        "The mean number of failures is not yet known to 5"
    repair = "" if result.converged else " Run more replicates for a narrower interval."
    return (
        f"The model ran {show.whole(result.replicates)} times over {show.whole(result.horizon_h)}{show.NARROW}h from seed "
        f"{result.seed}; the same seed gives the same figures on any number of cores.",
        f"“9 in 10 runs” is the span from the 5th to the 95th of 100 runs. “95{show.NARROW}%” is the confidence of a share "
        f"(Wilson) or a mean. {steady}{show.NARROW}% (95{show.NARROW}%).{repair}",
        f"Model: {result.model_class}." if result.model_class else "The result names no model class.",
        "A chance of losing a service is the share of runs in which the supplier of that home fails at some hour. "
        "A service counts as back when fewer than 1" + show.NARROW + "% of the people are without it in the middle run.")


def _notice(facts: BriefingFacts) -> str:
    generated = [word for word, share in tables.provenance_shares(facts) if share > 0 and word in ("generated", "assumed")]
    if not generated:
        return ""
    return f"Parts of this city are {wording.joined(generated)}: nobody surveyed them. They are drawn dashed, " \
           "and must be replaced by surveyed data before any use in operations."
