"""The table [evacuation] of a scenario: read, refused by name, set, and no part of what a cascade is asked."""

from __future__ import annotations

import pytest

from stratum_core.errors import InputError
from stratum_core.pipeline.scenario import read_scenario
from stratum_core.pipeline.scenario_settings import settings_of

HEAD = 'schema = "stratum.scenario/1"\n[hazard]\nkind = "outage"\nassets = ["a"]\n'


def _read(tmp_path, table: str):
    path = tmp_path / "leave.toml"
    path.write_text(f"{HEAD}{table}", encoding="utf-8")
    return read_scenario(path)


def test_it_is_read_and_set_and_a_cascade_does_not_ask_for_it(tmp_path) -> None:
    plain = _read(tmp_path, "")
    zones = '[[evacuation.zones]]\nname = "West"\npolygon = [[0, 0], [9, 0], [9, 9]]\norder_h = 2\n'
    found = _read(tmp_path, f'[evacuation]\nfleet = ["bus:3"]\n[evacuation.behaviour]\ncompliance = 0.9\n{zones}')
    assert found.evacuation.fleet == ("bus:3",)
    assert found.evacuation.behaviour.compliance == 0.9
    assert found.evacuation.zones[0]["order_h"] == 2
    assert found.digest() == plain.digest()
    assert found.evacuation_digest() != plain.evacuation_digest()
    later = plain.with_settings({"evacuation.order_h": "3", "evacuation.fleet": "bus:1,warden:2"})
    assert (later.evacuation.order_h, later.evacuation.fleet) == (3.0, ("bus:1", "warden:2"))
    edited = {setting.key for setting in settings_of(later, plain) if setting.edited}
    assert edited == {"evacuation.order_h", "evacuation.fleet"}


def test_lists_of_tables_are_set_as_json_and_shown_so(tmp_path) -> None:
    plain = _read(tmp_path, "")
    text = '[{"road": "road/7", "from_h": 0.5}]'
    closed = plain.with_settings({"evacuation.closures": text})
    assert [dict(one) for one in closed.evacuation.closures] == [{"road": "road/7", "from_h": 0.5}]
    shown = next(setting for setting in settings_of(closed, plain) if setting.key == "evacuation.closures")
    assert (shown.value, shown.original, shown.edited) == (text, "", True)
    for wrong in ("road/7", "[1]", "{}"):
        with pytest.raises(InputError, match="no list of tables"):
            plain.with_settings({"evacuation.closures": wrong})


@pytest.mark.parametrize(("table", "said"), [
    ("[evacuation]\nordr_h = 1\n", "order_h"),
    ("[evacuation]\norder_h = -1\n", "outside"),
    ('[evacuation]\nzone = "west"\n', "unknown zone 'west'"),
    ("[evacuation.behaviour]\ncompliance = 2\n", "outside"),
    ("[evacuation.behaviour]\nhousehold_size = 0.5\n", "household_size: 0.5 is outside 1 to 100000"),
    ('[[evacuation.zones]]\nname = "West"\npolygon = [[0, 0], [9, 0]]\n', "zone 1: its polygon is not three"),
    ("[[evacuation.zones]]\npolygon = 5\n", "zone 1: its polygon"),
    ("[[evacuation.zones]]\npolygon = [[0, 0], [9, 0], [nan, 9]]\n", "zone 1: its polygon"),
    ('[[evacuation.zones]]\npolygon = [[0, 0], [9, 0], [9, 9]]\norder_h = "x"\n', "order_h is 'x'"),
    ("[[evacuation.zones]]\npolygon = [[0, 0], [9, 0], [9, 9]]\norder_h = -5\n", "order_h is '-5'"),
    ('[[evacuation.zones]]\npolygon = [[0, 0], [9, 0], [9, 9]]\nstay = "no"\n', "stay is 'no'"),
    ("[[evacuation.zones]]\npolygon = [[0, 0], [9, 9], [9, 0], [0, 9]]\n", "zone 1: its border crosses itself"),
    ("[[evacuation.zones]]\npolygon = [[0, 0], [4, 4], [9, 9]]\n", "zone 1: its border crosses itself or encloses nothing"),
    ('[[evacuation.zones]]\npolygon = [[0, 0], [9, 0], [9, 9]]\nexits = "node/7"\n', "zone 1: exits is 'node/7'"),
    ("[[evacuation.zones]]\npolygon = [[0, 0], [9, 0], [9, 9]]\nexits = [7]\n", "zone 1: exits is"),
    ("[evacuation]\nzones = [5]\n", "zone 1: it is not a name"),
    ("[[evacuation.closures]]\nfrom_h = 1\n", "closure 1: it is not a road"),
    ('[[evacuation.closures]]\nroad = "a"\nfrom_h = "x"\n', "from_h is 'x'"),
    ('[[evacuation.closures]]\nroad = "a"\nfrom_h = 9\nto_h = 2\n', "ends at 2 h and begins at 9 h"),
])
def test_what_does_not_fit_is_named(tmp_path, table: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        _read(tmp_path, table)
