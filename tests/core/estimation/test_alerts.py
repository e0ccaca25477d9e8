"""Alerts: raised past a threshold for long enough, ended on its safe side, acknowledged, escalated, never ended by silence."""

from __future__ import annotations

import pytest

from stratum_core.errors import InputError
from stratum_core.estimation.alerts import Alert, AlertBook, Evidence, Rule, read_rules

HOUR = 3_600_000_000
LOW = Rule("low level", "estimate", "Moderate", below=0.2, ends=0.3, for_h=0.5, escalate_h=2.0)


def seen(past: float, past_end: float, rule: Rule = LOW, sensor: str = "tank") -> Evidence:
    return Evidence(rule, sensor, past, past_end, f"chance {past:g}")


def looked(book: AlertBook, *looks: tuple[float, float, float]) -> list[list[Alert]]:
    """Looks at (hour, chance past the threshold, chance past the end)."""
    return [book.look(int(hour * HOUR), [seen(past, end)]) for hour, past, end in looks]


def test_it_is_raised_once_the_chance_has_lasted() -> None:
    book = AlertBook()
    first, short, again, raised, still = looked(
        book, (0, 0.9, 0.9), (0.2, 0.1, 0.9), (0.4, 0.9, 0.9), (0.9, 0.9, 0.9), (1.0, 0.95, 0.9))
    assert first == short == again == still == []
    assert [(one.severity, one.raised, one.text) for one in raised] == [("Moderate", int(0.9 * HOUR), "chance 0.9")]
    assert [one.text for one in book.open] == ["chance 0.95"]


def test_what_held_before_the_first_look_counts() -> None:
    book = AlertBook()
    book.held(0, [seen(0.9, 1.0), seen(0.4, 1.0, sensor="other")])
    assert book.alerts == {}
    raised = book.look(HOUR // 2, [seen(0.9, 1.0), seen(0.9, 1.0, sensor="other")])
    assert [(one.sensor, one.raised) for one in raised] == [("tank", HOUR // 2)]


def test_an_alert_of_a_rule_that_was_removed_ends() -> None:
    book = AlertBook()
    looked(book, (0, 0.9, 0.9), (1, 0.9, 0.9))
    assert book.keep_rules(2 * HOUR, {("low level", "tank")}) == []
    assert len(book.open) == 1
    ended, = book.keep_rules(2 * HOUR, {("low level", "another tank")})
    assert ended.ended == 2 * HOUR
    assert book.open == []
    assert book.alerts[ended.id] == ended


def test_between_the_threshold_and_the_end_nothing_changes() -> None:
    book = AlertBook()
    looked(book, (0, 0.9, 1.0), (1, 0.9, 1.0))
    assert looked(book, (1.1, 0.2, 0.8)) == [[]]
    assert len(book.open) == 1
    [[ended]] = looked(book, (1.2, 0.0, 0.4))
    assert ended.ended == int(1.2 * HOUR)
    assert book.open == []
    assert len(book.alerts) == 1


def test_silence_ends_nothing() -> None:
    book = AlertBook()
    looked(book, (0, 0.9, 1.0), (1, 0.9, 1.0))
    assert book.look(5 * HOUR, []) == []
    assert len(book.open) == 1


def test_it_is_escalated_once_unless_somebody_takes_it_on() -> None:
    book, calm = AlertBook(), AlertBook()
    for one in (book, calm):
        looked(one, (0, 0.9, 1.0), (1, 0.9, 1.0))
    [[worse], none] = looked(book, (3, 0.9, 1.0), (9, 0.9, 1.0))
    assert (worse.severity, worse.escalated, none) == ("Severe", 3 * HOUR, [])
    taken = calm.acknowledge(calm.open[0].id, " A. Officer ", 2 * HOUR)
    assert (taken.acknowledged_by, taken.acknowledged) == ("A. Officer", 2 * HOUR)
    assert looked(calm, (9, 0.9, 1.0)) == [[]]
    assert calm.open[0].severity == "Moderate"


def test_only_open_alerts_are_acknowledged_and_by_somebody() -> None:
    book = AlertBook()
    looked(book, (0, 0.9, 1.0), (1, 0.9, 1.0))
    with pytest.raises(InputError, match="nobody"):
        book.acknowledge(book.open[0].id, " ", HOUR)
    with pytest.raises(InputError, match="no open alert"):
        book.acknowledge("other", "A", HOUR)


def test_the_worst_comes_first_and_what_is_taken_on_after_its_like() -> None:
    book = AlertBook()
    rules = [Rule(name, "estimate", severity, above=1.0) for name, severity in
             (("a", "Minor"), ("b", "Severe"), ("c", "Severe"), ("d", "Extreme"))]
    book.look(0, [seen(0.9, 0.9, rule) for rule in rules])
    book.acknowledge(next(one.id for one in book.open if one.rule == "b"), "A", 1)
    assert [one.rule for one in book.open] == ["d", "c", "b", "a"]


@pytest.mark.parametrize(("row", "said"), [
    ({"name": "x", "watches": "estimate", "severity": "Bad", "below": 1}, "severity 'Bad'"),
    ({"name": "x", "watches": "luck", "severity": "Minor", "below": 1}, "watches 'luck'"),
    ({"name": "x", "watches": "estimate", "severity": "Minor"}, "one threshold"),
    ({"name": "x", "watches": "estimate", "severity": "Minor", "below": 1, "above": 2}, "one threshold"),
    ({"name": "x", "watches": "estimate", "severity": "Minor", "below": 1, "ends": 0.5}, "safe side"),
    ({"name": "x", "watches": "estimate", "severity": "Minor", "above": 1, "chance": 1.0}, "not between"),
    ({"name": "x", "watches": "estimate", "severity": "Minor", "above": "1"}, "above is"),
    ({"name": "x", "watches": "age", "severity": "Minor", "below": 1}, "too old"),
    ({"name": "x", "watches": "age", "severity": "Minor", "abov": 1}, "above"),
    ({"name": "x", "severity": "Minor", "above": 1}, "watches is missing"),
])
def test_a_wrong_rule_is_told_with_its_repair(row: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_rules({"rule": [row]})


def test_two_rules_of_one_name_are_told_apart_by_nobody() -> None:
    row = {"name": "x", "watches": "age", "severity": "Minor", "above": 1}
    assert len(read_rules({"rule": [row, {**row, "name": "y"}]})) == 2
    with pytest.raises(InputError, match="two rules"):
        read_rules({"rule": [row, row]})
