"""Dependency tables: two headers, names that are looked up, and rows that are refused."""

import numpy as np
import pytest

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read
from stratum_core.model import Assets, City

CITY = City(
    "town",
    "EPSG:32632",
    assets=Assets(
        id=["water/pump/W1", "power/motor/0", "power/motor/1", "x/a/twin", "y/a/twin"],
        name=["W1", "P1", "P2", "T", "T"],
        sector=["water", "power", "power", "roads", "roads"],
        kind=["pump_station", "motor", "motor", "crossing", "crossing"],
        x=[0.0] * 5,
        y=[0.0] * 5,
    ),
)


def test_the_second_column_names_the_service(write):
    city = read([write("dependencies.csv", "water_id,power_id\nW1,P1\nW1,power/motor/1")], city=CITY)
    rows = city.dependencies
    assert rows.id.tolist() == ["dependencies/dependency/1", "dependencies/dependency/2"]
    assert rows.dependent.tolist() == ["water/pump/W1", "water/pump/W1"]
    assert rows.supplier.tolist() == ["power/motor/0", "power/motor/1"]
    assert set(rows.service) == {"power"}
    assert "no newline at its end; the last row W1, power/motor/1 was read" in city.sources.notes[0]
    assert len(CITY.adding(city).dependencies) == 2


def test_all_columns_are_read(write):
    text = "dependent;supplier;service;group;needed;buffer_h;buffer_low_h;buffer_high_h;refill\n"
    text += "W1;P1;control;g;1;4;2;8;0.5\nW1;P2;;;;;;;\n"
    city = read([write("d.csv", text)], city=CITY)
    first, second = city.dependencies.row(0), city.dependencies.row(1)
    assert (first["service"], first["group"], first["buffer"], first["buffer_low"], first["buffer_high"], first["refill"]) == (
        "control",
        "g",
        4,
        2,
        8,
        0.5,
    )
    assert (second["service"], second["buffer"], second["refill"]) == ("power", 0, np.inf)
    assert city.sources.notes[0] == ""


def test_every_bad_row_is_named_and_ambiguous_names_list_the_candidates(write):
    text = "dependent,supplier,buffer_h\nW1,P9,1\nT,P1,1\nW1\nW1,P1,soon\nW1,P1,-4\nW1,P2,1\n"
    with pytest.raises(RowErrors) as caught:
        read([write("d.csv", text)], city=CITY)
    message = str(caught.value)
    assert len(caught.value.rows) == 5
    for part in (
        "row 2, W1 from P9",
        "did you mean 'P",
        "row 3, T from P1",
        "x/a/twin, y/a/twin",
        "row 4",
        "buffer_h 'soon'",
        "buffer -4",
    ):
        assert part in message


def test_unknown_columns_and_services_are_refused(write):
    with pytest.raises(InputError, match="Did you mean 'buffer_h'"):
        read([write("d.csv", "dependent,supplier,buffer\nW1,P1,1\n")], city=CITY)
    with pytest.raises(RowErrors, match="unknown service 'magic'"):
        read([write("d.csv", "dependent,supplier,service\nW1,P1,magic\n")], city=CITY)


def test_another_table_is_no_dependency_table(write):
    with pytest.raises(InputError, match=r"no known '\.csv' format"):
        read([write("d.csv", "pump,reservoir,tank\nW1,R1,T1\n")], city=CITY)
