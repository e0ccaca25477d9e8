"""The present of readings: this computer's clock, or the end of a recording."""

from __future__ import annotations

import pytest

from stratum_core.pipeline.situation.board import present_moment
from stratum_core.pipeline.situation.pages import iso

HOUR = 3_600_000_000
WALL = 1_770_000_000_000_000


@pytest.mark.parametrize(("age_h", "now", "recorded"), [
    (1, WALL, False), (48, WALL, False), (49, WALL - 49 * HOUR, True), (-1, WALL + HOUR, False),
])
def test_now_is_the_clock_or_the_end_of_a_recording(age_h: int, now: int, recorded: bool) -> None:
    assert present_moment(WALL - age_h * HOUR, WALL) == (now, recorded)


def test_moments_are_written_to_the_second_in_utc() -> None:
    assert iso(WALL + 999_999) == "2026-02-02T02:40:00Z"
