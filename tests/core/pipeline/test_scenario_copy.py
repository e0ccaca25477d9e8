"""A scenario that is kept asks the same as the one it was made of, wherever it is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from stratum_core.errors import InputError
from stratum_core.pipeline.scenario import find_scenario, read_scenario
from stratum_core.pipeline.scenario_copy import keep_scenario, toml
from stratum_core.resource_files import resource

ZONES = '[{"name": "West \\"old\\"", "polygon": [[0.5, 0], [9, 0], [9, 9]], "order_h": 1.5}]'
SETTINGS = {"evacuation.zones": ZONES, "evacuation.closures": '[{"road": "road/7", "from_h": 0.5}]',
            "evacuation.contraflow": "road/1, road/2/back", "evacuation.behaviour.compliance": "0.9", "run.replicates": "7"}


@pytest.mark.parametrize("name", [path.stem for path in resource("scenarios").glob("*.toml")])
def test_what_is_kept_asks_the_same(name: str, tmp_path: Path) -> None:
    scenario = read_scenario(find_scenario(name, [])).with_settings(SETTINGS)
    kept = read_scenario(keep_scenario(tmp_path / "scenarios", scenario, SETTINGS, "Kept, with zones"))
    assert kept.file.name == "kept_with_zones.toml"
    assert kept.name == "Kept, with zones"
    assert (kept.spec, kept.evacuation, kept.kinds, kept.start) == (
        scenario.spec, scenario.evacuation, scenario.kinds, scenario.start)
    for mine, theirs in zip(kept.hazards, scenario.hazards, strict=True):
        for key, value in vars(theirs).items():
            if not (isinstance(value, str) and "/" in value):
                assert getattr(mine, key) == value


def test_files_of_the_hazard_come_along_and_never_replace_others(tmp_path: Path) -> None:
    source = tmp_path / "there"
    source.mkdir()
    (source / "area.geojson").write_text("{}")
    (source / "a.toml").write_text('schema = "stratum.scenario/1"\n[hazard]\nkind = "footprint"\nfile = "area.geojson"\n')
    scenario = read_scenario(source / "a.toml").with_settings({"hazard.probability": "0.5"})
    kept = read_scenario(keep_scenario(tmp_path / "here", scenario, {"hazard.probability": "0.5"}, "B"))
    assert kept.hazards[0].probability == 0.5
    assert (tmp_path / "here" / kept.hazards[0].file).read_text() == "{}"
    (source / "area.geojson").write_text("{ }")
    with pytest.raises(InputError, match=r"another file 'area\.geojson'"):
        keep_scenario(tmp_path / "here", scenario, {}, "C")
    with pytest.raises(InputError, match="no name"):
        keep_scenario(tmp_path / "here", scenario, {}, " ")


def test_toml_is_read_as_it_was_meant() -> None:
    page = {"a": 1, "b": 2.5e-9, "c": "say \"hi\"\n", "d": True, "e": [1, [2.0, "x"]], "f": {"g h": {"i": []}, "j": 3},
            "k": [{"l": "m"}, {"n": [{"o": 1}]}]}
    assert tomllib.loads(toml(page)) == page
