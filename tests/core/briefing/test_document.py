"""What a briefing says, before any layout; and what it says where a city lacks people, prices, places or failures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from briefing_cases import IDS, bare, chain, facts, outcome, spread, town, unharmed, unpeopled

from stratum_core.briefing import BriefingFacts
from stratum_core.briefing.assumed import assumptions
from stratum_core.briefing.document import document_of
from stratum_core.briefing.lifelines import lifeline_rows
from stratum_core.briefing.wording import condition
from stratum_core.model.spec import CascadeSpec
from stratum_core.number_format import NARROW

CASES: dict[str, Callable[[], BriefingFacts]] = {"whole": facts, "unpeopled": unpeopled, "unharmed": unharmed, "bare": bare}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts(inner)


def plain(text: str) -> str:
    return text.replace(NARROW, " ").replace("\u00a0", " ")


def test_the_headline_is_one_sentence_with_its_interval() -> None:
    assert plain(document_of(facts()).headline) == \
        "If the river rises 1.0 m, 1,100 to 1,800 of 3,600 people lose water in 9 of 10 runs, " \
        "and the clinic closes in 62 % of runs."


def test_the_standfirst_names_the_run_whose_times_it_gives() -> None:
    first, second = (plain(text) for text in document_of(facts()).standfirst)
    assert first == "In the most common chain, Station 03 floods at T+03:06 and the clinic closes at T+11:12 (times of run 7)."
    assert second == \
        "The worst hour is T+18 h: in the middle run 1,500 of 3,600 people (42 %) are then without water; " \
        "it is not back by T+72 h."


def test_the_three_numbers() -> None:
    people, clinic, damage = document_of(facts()).numbers
    assert (people.figure, plain(people.note)) == ("1,100–1,800", "middle run 1,500; 9 in 10 runs")
    assert (plain(clinic.figure), plain(clinic.note)) == ("59–65 %", "best estimate 62 %; 95 % interval")
    assert (damage.title, damage.figure) == ("Direct damage, 2025 prices", "€2.9–5.6 million")


def test_the_chain_is_told_in_order_with_value_and_limit() -> None:
    story = document_of(facts()).stories[0]
    assert story.title == "The clinic closes"
    assert [plain(text) for text, _ in story.steps] == [
        "Station 03 floods: 0.33 m, limit 0.30 m.", "Pump 1 stops: no power.", "Tank South runs empty.",
        "Clinic closes: no water, and its 1.5 h reserve is used up."]
    assert [time for _, time in story.steps] == ["T+03:06", "T+03:06", "T+09:42", "T+11:12"]


def test_a_lifeline_that_is_not_modelled_is_unknown_and_never_green() -> None:
    rows = {row.lifeline: row for row in lifeline_rows(facts())}
    assert len(rows) == 8
    assert rows["Water Systems"].status == "R"
    assert rows["Energy"].status == "G"  # gas is modelled, and nobody loses it
    for name in ("Safety and Security", "Hazardous Materials", "Transportation", "Communications"):
        assert (rows[name].status, rows[name].word) == ("?", "Unknown")


@pytest.mark.parametrize(("p50", "p95", "status"), [
    (900, 1000, "R"), (899, 1800, "Y"), (36, 36, "Y"), (0, 180, "Y"), (35, 179, "G")])
def test_status_by_the_printed_thresholds(p50: float, p95: float, status: str) -> None:
    result = outcome(people_peak={"water": spread(0, p50, p95, "people")})
    assert {row.lifeline: row.status for row in lifeline_rows(facts(result=result))}["Water Systems"] == status


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_none_nan_or_empty(name: str) -> None:
    document = document_of(CASES[name]())
    for text in texts(asdict(document)):
        assert not re.search(r"\b(None|nan|inf|NaN|True|False)\b", text.replace("“", "").replace("None.", "")), text
    for part in (document.headline, document.as_of, document.footer, document.ledger, *(n.figure for n in document.numbers)):
        assert part.strip()
    assert document.assumptions
    assert document.limits
    assert all(row.impact and row.limited_by and row.back_by for row in document.lifelines)


def test_without_people_prices_and_places_the_page_says_so() -> None:
    document = document_of(unpeopled())
    assert [n.figure for n in document.numbers][::2] == ["not known", "not known"]
    assert "holds no population" in document.numbers[0].note
    assert document.map_svg == ""
    assert document.map_note.endswith("Import a layer with coordinates.")
    assert {row.status for row in document.lifelines} == {"?"}
    assert document.chart_svg == ""
    assert "parts of the network fail" in document.headline


def test_where_nothing_fails_the_page_says_so() -> None:
    document = document_of(unharmed())
    assert document.headline == "If the river rises 1.0 m, nobody loses water in 9 of 10 runs, and the clinic stays open."
    assert document.stories_note == "Nothing fails in any of 1,000 runs."
    assert document.standfirst == ("No part of the city fails in any of 1,000 runs.",)


def test_the_document_prints_run_spec_and_city_digests_but_never_its_own() -> None:
    document = document_of(facts())
    assert document.run.replace(" ", "") == "9f3c41d2" * 8
    assert document.spec.replace(" ", "") == "5e" * 32
    assert document.city.replace(" ", "") == "c1" * 32
    assert document.ledger == "Ledger entry 41, signed by device key 7c1e 90ab 11d0 4f2e"


def test_provenance_is_counted_over_rows_and_adds_up() -> None:
    shares = document_of(facts()).provenance
    assert [word for word, _, _ in shares] == ["measured", "derived", "generated", "assumed"]
    assert sum(share for _, share, _ in shares) == pytest.approx(1.0)
    assert document_of(facts()).notice.startswith("Parts of this city are generated")


def test_thresholds_print_with_value_range_and_source() -> None:
    rows = {row[0]: row[1:] for row in document_of(facts()).thresholds}
    value, low_high, source = rows["Depth above its base that stops a transformer station"]
    assert (plain(value), plain(low_high)) == ("0.30 m", "0.20–0.50 m")
    assert "assumed" in source


def test_names_are_escaped_on_the_map() -> None:
    city = town()
    city = replace(city, assets=city.assets.with_columns(name=np.array(['A<b> & "c"', "Tank", "Clinic"], dtype=object)))
    svg = document_of(facts(city)).map_svg
    assert "A&lt;b&gt; &amp;" in svg
    assert "<b>" not in svg


def test_the_map_shows_classes_chain_flood_and_generated_marks() -> None:
    svg = document_of(facts()).map_svg
    assert "#2E2E2E" in svg  # six homes at 62 %
    assert "flood, assumed" in svg
    assert "stroke-dasharray" in svg
    assert [f">{n}</text>" in svg for n in (1, 2, 3, 4)] == [True] * 4


@pytest.mark.parametrize(("description", "words"), [
    ("The Schutter rises to 149.10 m within 9 hours and falls over three days. Level is assumed.",
     "the Schutter rises to 149.10 m within 9 hours"),
    ("Station 03 loses its transformer station at once; nothing else is touched.",
     "Station 03 loses its transformer station at once"),
    ("", "“S” comes true"), ("x" * 200, "“S” comes true")])
def test_the_condition_comes_from_the_first_clause(description: str, words: str) -> None:
    assert condition(description, "S") == words


def test_a_chosen_service_and_condition_lead() -> None:
    document = document_of(facts(service="gas", condition="the pipe breaks"))
    assert document.headline.startswith("If the pipe breaks, nobody loses gas")


def test_two_chains_with_one_end_give_way_to_another_end() -> None:
    other = replace(chain(), asset=IDS[1], name="Tank South", steps=chain().steps[:3])
    document = document_of(facts(result=outcome(critical_paths=(chain(), replace(chain(), count=3), other))))
    assert [story.title for story in document.stories][:2] == ["The clinic closes", "Tank South fails"]


def test_repair_switched_off_is_said() -> None:
    spec = CascadeSpec()
    off = replace(spec, repair=replace(spec.repair, enabled=False))
    assert "Nothing is repaired within the run." in document_of(facts(spec=off)).assumptions


def test_a_network_that_nobody_is_said_to_get_a_service_from_is_told() -> None:
    city = town()
    heat = np.array(["heat", *city.assets.sector[1:]], dtype=object)
    told = document_of(facts(replace(city, assets=city.assets.with_columns(sector=heat)))).limits
    assert "Nobody is counted as without heat: the project does not say who gets it." in told
    assert not any("without water" in line for line in told)


def test_thresholds_are_whole_phrases() -> None:
    rows = [row[0] for row in document_of(facts()).thresholds]
    assert "Power factor of loads that give no reactive power" in rows
    assert not any(row.startswith("Of ") for row in rows)


def test_crews_that_are_counted_are_told() -> None:
    spec = CascadeSpec()
    counted = replace(spec, repair=replace(spec.repair, crews=replace(spec.repair.crews, power=2, gas=1)))
    assert any("crews are not limited" in line for line in assumptions(facts(spec=spec)))
    assert any("crews: 2 of power and 1 of gas, others not limited" in line for line in assumptions(facts(spec=counted)))
