"""Scenarios of several hazards; the library; and no scenario text that raises anything but a sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from app.cli import main
from stratum_core.errors import InputError
from stratum_core.hazards import HAZARDS
from stratum_core.model import City
from stratum_core.pipeline.scenario import Scenario, read_scenario
from stratum_core.resource_files import resource
from stratum_core.store.bundle import read_city

HEAD = 'schema = "stratum.scenario/1"\n'
LIBRARY = sorted(resource("scenarios").glob("*.toml"))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Scenario]:
    def write_and_read(text: str) -> Scenario:
        path = tmp_path / "s.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read_scenario(path)

    return write_and_read


def test_a_second_hazard_counts_from_its_hour_and_draws_alone(read: Callable[[str], Scenario], town: City) -> None:
    shock = 'kind = "earthquake"\nmagnitude = 6\nepicentre = [7.88, 48.46]\n'
    first, second = read(f"[[hazard]]\n{shock}[[hazard]]\n{shock}at_h = 18\n").prepare(town)
    one, two = first.sample(42, 0, 25).damage, second.sample(42, 0, 25).damage
    assert set(one.time) == {0.0}
    assert set(two.time) == {18.0}
    assert (two.clear == 18.0).all()
    assert not np.array_equal(one.component, two.component)
    again = second.sample(42, 3, 1).damage
    assert np.array_equal(again.value, two.value[two.offset[3]:two.offset[4]])
    assert "T+18 h" in second.assumptions[-1]


def test_an_outage_keeps_its_own_hour(read: Callable[[str], Scenario], town: City) -> None:
    hazard, = read('[hazard]\nkind = "outage"\nassets = ["sub"]\nat_h = 5\n').prepare(town)
    assert hazard.sample(1, 0, 1).damage.time.tolist() == [5.0]


def test_a_flood_moves_its_frames(read: Callable[[str], Scenario]) -> None:
    spec = read('[hazard]\nkind = "flood_depth"\nat_h = 3\nframes = [{ at_h = 0, raster = "a" }, { at_h = 2, raster = "b" }]\n')
    assert [frame["at_h"] for frame in spec.hazards[0].frames] == [3, 5]  # type: ignore[attr-defined]


def test_heat_after_heat_moves_its_factors(read: Callable[[str], Scenario], town: City) -> None:
    heat = 'kind = "heat"\nhours = [0, 12]\ncelsius = [30, 38]\nsd_k = 0\n'
    hazards = read(f"[[hazard]]\n{heat}[[hazard]]\n{heat}at_h = 24\n").prepare(town)
    assert hazards[1].sample(1, 0, 1).strain.time[0] == 24.0


def test_everything_that_decides_a_run_is_in_the_digest(read: Callable[[str], Scenario]) -> None:
    shock = '[hazard]\nkind = "earthquake"\nmagnitude = 6\nepicentre = [7.88, 48.46]\n'
    digests = {read(shock + more).digest() for more in (
        "", "at_h = 3\n", "depth_km = 5\n", "correlation = 0.1\n", 'return_period_y = 475\nreturn_period_source = "map"\n',
        'classes = { clinic = "hospital_high" }\n')}
    assert len(digests) == 6


def test_a_return_period_needs_its_source(read: Callable[[str], Scenario], town: City) -> None:
    shock = '[hazard]\nkind = "outage"\nassets = ["sub"]\nreturn_period_y = 475\n'
    with pytest.raises(InputError, match="return_period_source"):
        read(shock)
    hazard, = read(shock + 'return_period_source = "DIN EN 1998 map"\n').prepare(town)
    assert "475 years (DIN EN 1998 map)" in hazard.assumptions[-1]


@pytest.mark.parametrize(("text", "words"), [
    ("hazard = 5", "table is meant"), ("hazard = [5]", "table is meant"), ("hazard = []", "no hazard"), ("", "no hazard"),
    ("[hazard]", "no kind"), ('[hazard]\nkind = "earthquak"', "earthquake"), ('[hazard]\nkind = ["outage"]', "unknown hazard"),
    ('[hazard]\nkind = "outage"\nasets = ["sub"]', "assets"), ('[hazard]\nkind = "wind"\ngust = 40', "gust_ms"),
    ('[hazard]\nkind = "wind"\ngust_ms = "40"', "number"), ('[hazard]\nkind = "wind"\ngust_ms = nan', "outside"),
    ('[hazard]\nkind = "wind"\ngust_ms = 4000', "outside"), ('[hazard]\nkind = "outage"\nat_h = -1', "outside"),
    ('[[hazard]]\nkind = "outage"\n[[hazard]]\nkind = "wind"\nx = 1', "hazard 2"), ("[hazard]\nkind", "no TOML"),
    ("a = " + "[" * 3000, "no TOML"), ("[run]\nseed = " + "9" * 5000, "no TOML"),
    ("run = 3\n[hazard]\nkind=\"wind\"", "table is meant"), ('[hazard]\nkind="wind"\n[run]\nseed = 9007199254740992', "seed"),
    ("\n".join(['[[hazard]]\nkind = "outage"'] * 61), "at most 60"),
])
def test_bad_scenarios_are_told(read: Callable[[str], Scenario], text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(text)


@pytest.fixture(scope="module")
def sample() -> City:
    return read_city(resource("sample/city"))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: p.stem)
def test_the_library_fits_the_sample_city_and_says_it_is_an_exercise(sample: City, path: Path) -> None:
    scenario = read_scenario(path)
    assert "exercise" in scenario.name
    for hazard in scenario.prepare(sample):
        drawn = hazard.sample(42, 0, 5)
        assert len(drawn.damage.component) or len(drawn.strain.time)
        assert hazard.warnings == ()
        assert hazard.assumptions


def test_the_library_has_every_hazard_but_the_sample_s_own() -> None:
    kinds = {kind for path in LIBRARY for kind in read_scenario(path).kinds}
    assert kinds == set(HAZARDS.names()) - {"flood_depth", "outage"}


def mutations(texts: list[str], count: int) -> Iterator[str]:
    """Scenario texts with lines dropped, doubled or swapped, and values and characters replaced."""
    draw = random.Random(20260102)
    values = ["nan", "inf", "-1", "0", "1e400", "true", '""', '"x"', "[]", "[1]", "{}", "[[1, 2]]", '["a", 1]', "1979-05-27",
              "99999999999999",
              '"a\\u0000b"', '"../.."', "[nan, nan]", "{ a = 1 }", '{ line = "x" }', "[0, 1, 2]", "-0.5", "721"]
    for _ in range(count):
        lines = draw.choice(texts).splitlines()
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(lines))
            key = lines[at].split("=")[0].strip()
            change = draw.random()
            if change < 0.7 and "=" in lines[at] and key != "schema":
                lines[at] = f"{key} = {draw.choice(values)}"
            elif change < 0.8:
                lines[at] = draw.choice(lines)
            elif change < 0.9:
                lines[at] = ""
            elif lines[at]:
                place = draw.randrange(len(lines[at]))
                lines[at] = lines[at][:place] + draw.choice('"[]{}=.,#x9\n') + lines[at][place + 1:]
        yield "\n".join(lines)


def test_no_scenario_text_raises_anything_but_a_sentence(tmp_path: Path, town: City) -> None:
    base = [path.read_text(encoding="utf-8") for path in LIBRARY if "people" not in path.read_text(encoding="utf-8")]
    base += [HEAD + text for text in (
        '[hazard]\nkind = "flood_depth"\nframes = [{ at_h = 0, raster = "a.tif" }]\nlevel_sd_m = 0.1\nat_h = 2\n',
        '[hazard]\nkind = "outage"\nassets = ["sub"]\nat_h = 5\nlasts_h = 2\nprobability = 0.5\n',
        '[hazard]\nkind = "earthquake"\nshakemap = "grid.xml"\nuncertainty = "u.xml"\nclasses = { clinic = "hospital_high" }\n',
        '[hazard]\nkind = "cyber"\nentry_points = ["scada"]\nservices = ["control"]\nhop_h = [1, 2, 3]\nnetworks = ["telecom"]\n',
        '[hazard]\nkind = "attack"\nk = 2\nrule = "degree"\nsectors = ["power"]\nreturn_period_y = 3\n',
        '[hazard]\nkind = "wind"\nraster = "a.tif"\nraster_unit = "km/h"\nsd_ln = 0.2\ncorrelation = 0.5\ncorrelation_km = 3\n')]
    (tmp_path / "fire.geojson").write_text((resource("scenarios") / "fire.geojson").read_text())
    refused = []
    for text in mutations(base, 700):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        try:
            scenario = read_scenario(path)
            for hazard in scenario.prepare(town):
                hazard.sample(1, 0, 2)
                hazard.intensity()
            scenario.digest()
        except InputError as error:
            refused.append(str(error).rstrip())
    assert len(refused) > 250
    assert [told for told in refused if not told.endswith((".", "?"))] == []


def test_the_hazard_command_gives_chances_that_sum_to_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path))
    out = tmp_path / "h.json"
    assert main(["hazard", "sample", "--scenario", "earthquake", "--quiet", "--json", str(out)]) == 0
    page = json.loads(out.read_text())
    jsonschema.validate(page, json.loads(resource("schemas/hazard.schema.json").read_text()))
    assert page["exposed"]
    assert {row["unit"] for row in page["exposed"]} == {"g", "cm/s"}
    for row in page["exposed"]:
        assert sum(row["damage_states"]) == pytest.approx(1.0)
        assert min(row["damage_states"]) >= 0.0
    assert main(["hazard", "sample", "--scenario", "storm", "--quiet", "--json", str(out)]) == 0
    assert all("damage_states" not in row and 0 <= row["probability"] <= 1 for row in json.loads(out.read_text())["exposed"])
