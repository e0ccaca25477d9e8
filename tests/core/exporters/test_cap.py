"""CAP 1.2: the elements of the standard in their order, in its namespace, in its words; never Actual."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from cap_rules import broken_rules

from stratum_core.errors import InputError
from stratum_core.exporters.cap import NAMESPACE, Draft, cap_xml

DRAFT = Draft("stratum.tank-south.1", "planner@town.example", datetime(2026, 3, 14, 19, 0, 5, 9, UTC), "Water shortage",
              "Tank South runs empty", "Tank <South> & co: 80 % between 03:20 and 05:40.", "Severe", 0.8, 4.0, "Schutterwald",
              circle=(48.45, 7.88, 2.0))


def parts(draft: Draft) -> dict[str, str]:
    root = ElementTree.fromstring(cap_xml(draft))
    assert root.tag == f"{{{NAMESPACE}}}alert"
    return {one.tag.removeprefix(f"{{{NAMESPACE}}}"): one.text or "" for one in root.iter()}


def test_the_elements_stand_in_the_order_of_the_standard() -> None:
    assert list(parts(DRAFT)) == [
        "alert", "identifier", "sender", "sent", "status", "msgType", "scope", "restriction", "info", "language", "category",
        "event", "urgency", "severity", "certainty", "headline", "description", "area", "areaDesc", "circle"]


def test_words_and_times_are_those_of_the_standard() -> None:
    found = parts(DRAFT)
    assert found["sent"] == "2026-03-14T19:00:05-00:00"
    assert (found["status"], found["urgency"], found["certainty"]) == ("Draft", "Expected", "Likely")
    assert found["circle"] == "48.45000,7.88000 2"
    assert found["description"] == DRAFT.description
    east = replace(DRAFT, sent=datetime(2026, 3, 14, 20, 0, tzinfo=timezone(timedelta(hours=1))), hours=0.0, chance=0.99)
    found = parts(east)
    assert (found["sent"], found["urgency"], found["certainty"]) == ("2026-03-14T20:00:00+01:00", "Immediate", "Observed")
    assert parts(replace(DRAFT, hours=30.0, chance=0.3))["urgency"] == "Future"
    assert parts(replace(DRAFT, chance=0.3))["certainty"] == "Possible"


@pytest.mark.parametrize(("wrong", "said"), [
    ({"status": "Actual"}, "status 'Actual'"), ({"severity": "Bad"}, "severity 'Bad'"),
    ({"sender": "A Planner"}, "holds a space"),
    ({"identifier": ""}, "empty"), ({"sent": datetime(2026, 3, 14)}, "no zone")])
def test_what_the_standard_or_we_forbid_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        cap_xml(replace(DRAFT, **wrong))


@pytest.mark.parametrize("status", ["Draft", "Exercise"])
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
@pytest.mark.parametrize("severity", ["Extreme", "Severe", "Moderate", "Minor"])
@pytest.mark.parametrize("circle", [None, (48.45, 7.88, 2.0)])
def test_a_draft_breaks_no_rule_of_the_schema(status, zone, severity, circle) -> None:
    for hours, chance in ((0.0, 0.99), (2.0, 0.4), (48.0, 0.9)):
        draft = replace(DRAFT, status=status, severity=severity, circle=circle, hours=hours, chance=chance,
                        sent=datetime(2026, 3, 14, 20, 0, 5, 123456, zone))
        assert broken_rules(cap_xml(draft)) == []


@pytest.mark.parametrize(("old", "new"), [
    (b"<status>Draft</status>", b"<status>draft</status>"), (b"-00:00</sent>", b"Z</sent>"),
    (b"<scope>Restricted</scope>", b""), (b"<language>en</language>", b"<headline>x</headline>"),
    (b"<areaDesc>", b"<polygon>1,1</polygon><areaDesc>")])
def test_the_rules_see_what_is_wrong(old, new) -> None:
    assert broken_rules(cap_xml(DRAFT).replace(old, new, 1))
