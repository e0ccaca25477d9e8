"""One figure reads the same wherever it is shown."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from stratum_core import number_format as show

N = show.NARROW


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (14, "14"), (99.4, "99"), (99.7, "100"), (366.9, "370"), (1123, "1,100"), (3657, "3,700"),
    (1_284_317_402, "1,300,000,000")])
def test_people_have_two_significant_digits(value: float, text: str) -> None:
    assert show.count(value) == text


@pytest.mark.parametrize(("value", "text"), [
    (0.4571, "0.46"), (1.62, "1.6"), (13.17, "13"), (150.4, "150"), (0.0, "0"), (-0.0, "0"), (0.00051, "0.00051"),
    (0.0999, "0.10")])
def test_quantities_have_two_significant_digits_and_no_exponent(value: float, text: str) -> None:
    assert show.decimal(value) == text


@pytest.mark.parametrize(("share", "text"), [
    (0, f"0{N}%"), (0.001, f"below 1{N}%"), (0.62, f"62{N}%"), (0.625, f"63{N}%"), (0.9991, f"above 99{N}%"), (1, f"100{N}%")])
def test_a_share_that_is_not_quite_none_or_all_says_so(share: float, text: str) -> None:
    assert show.percent(share) == text


def test_intervals() -> None:
    assert show.between(1123, 1790) == "1,100 to 1,800"
    assert show.between(1123, 1790, joined=show.DASH) == "1,100–1,800"
    assert show.between(1688, 1690) == "1,700"
    assert show.percent_between(0.594, 0.651) == f"59–65{N}%"
    assert show.money_between(2.9e6, 5.6e6, "EUR") == "€2.9–5.6 million"
    assert show.money_between(120_000, 410_000, "EUR") == "€120,000–410,000"
    assert show.money_between(0, 0, "EUR") == "€0"


def test_money_carries_its_currency() -> None:
    assert show.money(16_480_000, "EUR") == "€16 million"
    assert show.money(1234, "CHF") == f"CHF{N}1,200"
    assert show.money(996_000, "USD") == "$1.0 million"


def test_times() -> None:
    assert show.clock(14.8333) == "T+14:50"
    assert show.hour_mark(9.0) == f"T+9{N}h"
    assert show.hours(1.62) == f"1.6{N}h"
    assert show.hours(24.0) == f"24{N}h"
    assert show.hours(1 / 3) == f"20{N}min"
    cet = timezone(timedelta(hours=1), "CET")
    assert show.moment(datetime(2026, 3, 13, 16, tzinfo=cet)) == "Fri 13 Mar 2026, 16:00 CET (15:00Z)"
    assert show.moment(datetime(2026, 3, 13, 15, tzinfo=UTC)) == "Fri 13 Mar 2026, 15:00Z"
    assert show.weekday_time(datetime(2026, 3, 13, 6, tzinfo=cet), 31.0) == "Sat 13:00"


def test_digests_stand_in_groups() -> None:
    assert show.digest("9f3c41d2" * 8) == "9f3c41d2 9f3c41d2 9f3c41d2 … 9f3c41d2"
    assert show.grouped("7c1e90ab11d04f2e") == "7c1e 90ab 11d0 4f2e"


@pytest.mark.parametrize("shown", [
    show.count(math.nan), show.decimal(math.nan), show.percent(math.nan), show.money(math.nan, "EUR"), show.hours(math.inf),
    show.clock(math.nan), show.hour_mark(math.nan), show.digest(""), show.whole(math.inf), show.with_unit(math.nan, "m"),
    show.money_between(math.nan, 1, "EUR"), show.percent_between(math.nan, 1)])
def test_what_is_not_known_is_said(shown: str) -> None:
    assert shown == "not known"


def test_an_interval_whose_ends_read_the_same_is_told_finer() -> None:
    plain = [show.percent_between(*ends).replace(show.NARROW, " ") for ends in
             ((0.9962, 1.0), (0.0, 0.0038), (0.5, 0.5), (0.9999, 1.0), (0.59, 0.65), (0.501, 0.504))]
    assert plain == ["99.6–100 %", "0–0.4 %", "50 %", "99.99–100 %", "59–65 %", "50.1–50.4 %"]


def test_money_below_nothing_has_its_sign_before_the_currency() -> None:
    assert show.money(-42_000, "EUR") == "\u2212€42,000"
    assert show.money(21_340_000, "EUR", 3) == "€21.3 million"


@pytest.mark.parametrize(("ends", "said"), [((4, 6), "4 to 6 more"), ((-6, -4), "4 to 6 less"), ((-1, 2), "no clear change"),
                                            ((float("nan"), float("nan")), "no clear change")])
def test_a_change_says_its_direction_or_that_there_is_none(ends: tuple[float, float], said: str) -> None:
    assert show.more_or_less(*ends, show.between) == said
