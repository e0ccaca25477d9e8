"""Each rule finds what it is for, says the repair, and leaves a sound city alone."""

from dataclasses import replace

import numpy as np
import pytest

from stratum_core.importers import read
from stratum_core.model import Assets, Blocks, City, Dependencies, Links, Services, Sources
from stratum_core.validate import check, issue
from stratum_core.validate.networks import parts_far_apart, parts_without_source


def _city(**tables):
    """A small sound town: a grid connection feeds two buses and a load; a tank feeds a junction."""
    whole = {
        "sources": Sources(id=["s"]),
        "assets": Assets(
            id=["grid", "b1", "b2", "load", "tank", "j"],
            sector=["power"] * 4 + ["water"] * 2,
            source=["s"] * 6,
            kind=["external_grid", "bus", "bus", "load", "tank", "junction"],
            node=["b1", "", "", "b2", "", ""],
            x=np.arange(6.0),
            y=np.zeros(6),
            voltage=[10e3] * 4 + [np.nan] * 2,
            unit=["W"] * 4 + ["m3", "m3/s"],
            demand=[np.nan] * 3 + [1e6, np.nan, 0.002],
            capacity=[np.nan] * 4 + [100, np.nan],
            level=[np.nan] * 4 + [0.5, np.nan],
        ),
        "links": Links(
            id=["cable", "pipe"],
            sector=["power", "water"],
            kind=["cable", "pipe"],
            start=["b1", "tank"],
            end=["b2", "j"],
            source=["s"] * 2,
            length=[100.0, 100.0],
            reactance=[0.1, np.nan],
            voltage=[10e3, np.nan],
            capacity=[5e6, np.nan],
            unit=["W", ""],
            diameter=[np.nan, 0.1],
        ),
        "blocks": Blocks(id=["block"], x=[0.0], y=[0.0], residents=[1000.0], source=["s"]),
        "services": Services(id=["v"], block=["block"], service=["power"], supplier=["load"], source=["s"]),
        "dependencies": Dependencies(id=["d"], dependent=["tank"], supplier=["load"], service=["power"], source=["s"]),
    }
    return City("town", "EPSG:32632", **(whole | tables))


def _with(table, **columns):
    city = _city()
    rows = getattr(city, table)
    return replace(
        city,
        **{
            table: rows.with_columns(
                **{name: np.array(values, dtype=getattr(rows, name).dtype) for name, values in columns.items()}
            )
        },
    )


def _found(city, code):
    return [found for found in check(city).issues if found.code == code]


def test_a_sound_city_has_no_issue():
    report = check(_city())
    assert report.issues == ()
    assert report.score == 100


def test_an_empty_city_has_no_issue():
    assert check(City("nothing")).score == 100


NAN6 = [np.nan] * 6


@pytest.mark.parametrize(
    ("table", "columns", "code", "severity", "ids"),
    [
        ("links", {"length": [-1, 100]}, "out_of_range", "error", ("cable",)),
        ("links", {"diameter": [np.nan, 10]}, "unexpected_value", "warning", ("pipe",)),
        ("assets", {"kind": ["external_grid", "bus", "bus", "lod", "tank", "junction"]}, "unknown_kind", "error", ("load",)),
        ("assets", {"sector": ["power"] * 4 + ["watr", "water"]}, "unknown_sector", "error", ("tank",)),
        ("assets", {"unit": ["W"] * 4 + ["m3", "gallons"]}, "unknown_unit", "error", ("j",)),
        ("links", {"provenance": ["measured", "guessed"]}, "unknown_provenance", "error", ("pipe",)),
        ("dependencies", {"service": ["magic"]}, "unknown_service", "error", ("d",)),
        ("links", {"kind": ["pipe", "pipe"]}, "kind_of_other_sector", "warning", ("cable",)),
        ("assets", {"demand": NAN6}, "missing_value", "warning", ("load",)),
        ("links", {"start": ["b1", "nowhere"]}, "dangling_reference", "error", ("pipe",)),
        ("assets", {"node": ["b1", "", "", "b9", "", ""]}, "dangling_reference", "error", ("load",)),
        ("dependencies", {"supplier": ["nobody"]}, "dangling_reference", "error", ("d",)),
        ("services", {"block": ["nowhere"]}, "dangling_reference", "error", ("v",)),
        ("links", {"id": ["cable", "cable"]}, "repeated_id", "error", ("cable",)),
        ("links", {"id": ["cable", "tank"]}, "repeated_id", "error", ("tank",)),
        ("blocks", {"source": ["who"]}, "unknown_source", "warning", ("block",)),
        ("links", {"end": ["b1", "j"]}, "self_loop", "error", ("cable",)),
        ("links", {"length": [0, 100]}, "zero_length", "warning", ("cable",)),
        ("assets", {"x": [0, 1, 2, 3, 4, np.nan]}, "no_position", "warning", ("j",)),
        ("links", {"closed": [False, True]}, "island", "warning", ("b2", "load")),
        ("links", {"in_service": [True, False]}, "isolated", "warning", ("j",)),
        ("assets", {"in_service": [True] * 4 + [False, True]}, "no_source", "warning", ("tank",)),
        ("links", {"capacity": [5e3, np.nan]}, "implausible_rating", "warning", ("cable",)),
        ("assets", {"equipment_height": [0, 0, 0, -2, 0, 0]}, "below_ground", "warning", ("load",)),
        ("blocks", {"children": [600], "elderly": [500]}, "people_do_not_add_up", "warning", ("block",)),
        ("blocks", {"households": [1200]}, "people_do_not_add_up", "warning", ("block",)),
        ("blocks", {"residents": [0], "vehicles": [3]}, "people_do_not_add_up", "warning", ("block",)),
        ("sources", {"notes": ["the last row was read"]}, "source_finding", "note", ("s",)),
        ("assets", {"provenance": ["generated"] + ["measured"] * 5}, "generated_rows", "note", ("grid",)),
        ("links", {"assumed_fields": ["", "length,diameter"]}, "assumed_field", "note", ("pipe",)),
    ],
)
def test_each_rule_names_its_rows_and_its_repair(table, columns, code, severity, ids):
    found = _found(_with(table, **columns), code)
    assert (found[0].severity, found[0].ids) == (severity, ids)
    assert found[0].message.endswith(f"{found[0].repair[1:]}.")
    assert found[0].component == ("links" if code == "repeated_id" else table) or code in ("island", "isolated", "no_source")


@pytest.mark.parametrize(
    ("residents", "flow", "says"),
    [(1000, 0.00001, "1 L per person"), (10, 0.1, "864,000 L per person"), (np.nan, 0.00005, "4 L per person")],
)
def test_water_is_compared_with_people_or_with_electricity(residents, flow, says):
    city = _with("blocks", residents=[residents])
    demand = city.assets.demand.copy()
    demand[5] = flow
    found = _found(replace(city, assets=city.assets.with_columns(demand=demand)), "water_per_person")
    assert says in found[0].message
    assert found[0].ids == ()


def test_the_score_falls_with_severity_and_with_share():
    def note(severity, ids):
        return issue(severity, "x", "assets", "x", ids, "something", "mend it")

    city = _city()
    one, all_of = city.assets.id[:1], city.assets.id
    scores = [
        check(city, extra=[found]).score
        for found in (
            note("note", all_of),
            note("warning", ()),
            note("warning", one),
            note("warning", all_of),
            note("error", one),
            note("error", all_of),
        )
    ]
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], scores[1], scores[3], scores[-1]) == (100, 97.5, 90, 60)


def test_issues_stand_worst_first():
    city = _with("links", length=[-1, 100], diameter=[np.nan, 10])
    assert [found.severity for found in check(city).issues] == ["error", "warning"]


def test_roads_without_an_entry_are_fed_by_their_largest_part():
    roads = Assets(id=list("abcd"), sector=["roads"] * 4, kind=["crossing"] * 4, x=np.zeros(4), y=np.zeros(4))
    links = Links(id=["ab", "bc"], sector=["roads"] * 2, kind=["road"] * 2, start=["a", "b"], end=["b", "c"])
    found = list(parts_without_source(City("r", assets=roads, links=links)))
    assert [(one.severity, one.code, one.ids) for one in found] == [
        ("note", "no_source", ("a",)),
        ("warning", "isolated", ("d",)),
    ]


def test_shelby_has_too_little_water_and_no_newline(test_data):
    names = ("power/power.json", "water/water.inp", "transport/transpo_net.tntp", "dependencies.csv")
    report = check(read([test_data / "shelby" / name for name in names], crs="EPSG:3857"))
    assert report.of("error") == []
    water = next(found for found in report.issues if found.code == "water_per_person")
    assert "about 4 L per person and day" in water.message
    assert any("no newline" in found.message for found in report.issues)


@pytest.mark.parametrize(
    "name", ["schutterwald/mv_oberrhein.json", "schutterwald/lv_schutterwald.json", "power/case_ACTIVSg200.m"]
)
def test_sound_grids_have_no_error_and_no_warning(name, test_data):
    report = check(read([test_data / name]))
    assert report.of("error") + report.of("warning") == []


def test_places_far_from_the_rest_are_found():
    city = _city()
    x = city.assets.x.copy()
    assert not list(parts_far_apart(city))
    x[5] += 60_000
    found = list(parts_far_apart(replace(city, assets=city.assets.with_columns(x=x))))
    assert [issue.ids for issue in found] == [("j",)]
    assert "more than 50 km from the rest" in found[0].message
