"""The project on disk: identity of what is saved, refusal of what does not fit, nothing half-written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from stratum_core.errors import InputError
from stratum_core.ledger.canonical import city_digest, result_digest
from stratum_core.model import Assets, Blocks, City, Links, Services
from stratum_core.pipeline.cascade import run_cascade
from stratum_core.pipeline.projects import new_project
from stratum_core.pipeline.scenario import read_scenario
from stratum_core.store.bundle import read_city, write_city
from stratum_core.store.project import Project


@pytest.fixture
def city() -> City:
    return City(
        name="Łódź",
        crs="EPSG:25832",
        currency="EUR",
        price_year=2023,
        assets=Assets(
            id=["g", "b", "h"],
            sector=["power"] * 3,
            kind=["external_grid", "bus", "load"],
            node=["b", "", "b"],
            x=[0.0, 1.0, 2.0],
            y=[0.0, 0.0, 0.5],
            voltage=[np.nan, 400.0, np.nan],
            demand=[np.nan, np.nan, 1e3],
        ),
        links=Links(
            id=["l"], sector=["power"], kind=["cable"], start=["b"], end=["b"], path=[np.array([[0.0, 0.0], [1.0, 2.0]])]
        ),
        blocks=Blocks(id=["k"], x=[0.0], y=[0.0], residents=[12.0]),
        services=Services(id=["s"], block=["k"], service=["power"], supplier=["h"]),
    )


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    path = tmp_path / "out.toml"
    path.write_text(
        'schema = "stratum.scenario/1"\nname = "out"\n[hazard]\nkind = "outage"\nassets = ["b"]\n[run]\nreplicates = 60\n'
    )
    return path


def test_a_saved_city_is_the_same_city(tmp_path: Path, city: City) -> None:
    with new_project(tmp_path / "a.stratum", city) as project:
        assert city_digest(project.city()) == city_digest(City(**{**vars(city)})) == city_digest(city)


def test_a_bundle_is_the_same_city(tmp_path: Path, city: City) -> None:
    write_city(city, tmp_path / "bundle")
    assert city_digest(read_city(tmp_path / "bundle")) == city_digest(city)


def test_a_stored_run_comes_back_with_its_digest(tmp_path: Path, city: City, scenario_file: Path) -> None:
    result = run_cascade(city, read_scenario(scenario_file))
    with new_project(tmp_path / "a.stratum", city) as project:
        project.save_run(result, {"scenario_file": str(scenario_file)}, "2026-01-01T00:00:00")
        again = project.result(result.run[:6])
        assert result_digest(again) == result.digest
        assert [row.run for row in project.runs()] == [result.run]


def test_columns_without_a_row_are_swept(tmp_path: Path, city: City, scenario_file: Path) -> None:
    result = run_cascade(city, read_scenario(scenario_file))
    with new_project(tmp_path / "a.stratum", city) as project:
        project._open_columns().write(result)  # a crash before the row is written
    with Project(tmp_path / "a.stratum") as project:
        columns = project._open_columns()
        assert columns.sweep(set()) == 0
        assert project.runs() == []


def test_a_project_is_open_once(tmp_path: Path, city: City) -> None:
    with new_project(tmp_path / "a.stratum", city), pytest.raises(InputError, match=r"Close it there first"):
        Project(tmp_path / "a.stratum")


def test_a_newer_project_is_refused(tmp_path: Path, city: City) -> None:
    new_project(tmp_path / "a.stratum", city).close()
    with sqlite3.connect(tmp_path / "a.stratum" / "project.sqlite") as database:
        database.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'")
    with pytest.raises(InputError, match="Update the program"):
        Project(tmp_path / "a.stratum")


def test_an_older_project_gains_the_columns_that_are_new(tmp_path: Path, city: City) -> None:
    with Project.create(tmp_path / "a.stratum", city):
        pass
    with sqlite3.connect(tmp_path / "a.stratum" / "project.sqlite") as database:
        database.execute("ALTER TABLE city_assets DROP COLUMN pressure")
        database.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'")
    database.close()
    with Project(tmp_path / "a.stratum") as project:
        assert np.isnan(project.city().assets.pressure).all()
        assert city_digest(project.city()) == city_digest(city)


def test_a_new_project_never_overwrites(tmp_path: Path, city: City) -> None:
    new_project(tmp_path / "a.stratum", city).close()
    with pytest.raises(InputError, match="already there"):
        new_project(tmp_path / "a.stratum", city)


def test_the_store_is_durable(tmp_path: Path, city: City) -> None:
    new_project(tmp_path / "a.stratum", city).close()
    with sqlite3.connect(tmp_path / "a.stratum" / "project.sqlite") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
