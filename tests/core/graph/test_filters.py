"""The filter language: what it chooses, and how it says what it does not understand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratum_core.errors import InputError
from stratum_core.graph.filters import chosen

ROWS = {
    "sector": np.array(["power", "water", "power", ""], object), "people": np.array([10.0, 200.0, np.nan, 50.0]),
    "name": np.array(["Station 03", "Pump West", "Cable", "x"], object),
}


@pytest.mark.parametrize(("filter", "rows"), [
    ("", [0, 1, 2, 3]), ("sector = power", [0, 2]), ("sector != power", [1, 3]), ("people > 10", [1, 3]),
    ("people <= 50", [0, 3]),
    ("people is missing", [2]), ("sector is missing", [3]), ("not people is missing", [0, 1, 3]), ("name ~ st", [0, 1]),
    ("name = 'Pump West'", [1]), ("sector in (water, power) and people > 20", [1]),
    ("sector = water or sector = power and people < 20", [0, 1]), ("(sector = water or sector = power) and people < 20", [0]),
    ("people in (10, 50)", [0, 3]), ("not (sector = power)", [1, 3]),
])
def test_rows_that_fit(filter: str, rows: list[int]) -> None:
    assert np.flatnonzero(chosen(filter, ROWS)).tolist() == rows


@pytest.mark.parametrize(("filter", "sentence"), [
    ("sectr = power", "Did you mean 'sector'"), ("people > many", "place 10: 'many' is no number"),
    ("sector > power", "has no order"), ("sector =", "ends where a value"), ("sector = power people", "not expected here"),
    ("(sector = power", r"'\)' should stand here"), ("sector in power", r"'\(' should stand here"), ("name = 'x", "quote"),
    ("sector power water", "is no comparison"), ("and", "unknown field 'and'"), ("people is nothing", "'missing' should stand"),
])
def test_what_is_wrong_is_said_with_its_place(filter: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        chosen(filter, ROWS)


WORDS = ["sector", "people", "=", "<", "(", ")", "and", "or", "not", "in", "'", ",", "1", "~", "é"]


@given(st.lists(st.sampled_from(WORDS), max_size=9))
def test_any_words_give_rows_or_a_sentence(words: list[str]) -> None:
    try:
        mask = chosen(" ".join(words), ROWS)
    except InputError:
        return
    assert mask.shape == (4,)
