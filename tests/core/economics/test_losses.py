"""Losses of a shock to a table, and of a cascade that takes services away from industries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cascade_cities import scenario, waterworks

from stratum_core.errors import InputError
from stratum_core.hazards.outage import OutageSpec
from stratum_core.importers import read
from stratum_core.model.tables import Industries, Trade
from stratum_core.pipeline.cascade import cascade_job, run_job
from stratum_core.pipeline.economics.answers import economics_lines
from stratum_core.pipeline.economics.run_losses import economics_of_run
from stratum_core.pipeline.economics.shock import economics_of_shock

TABLE = ("currency,EUR\nprice_year,2020\nunit,million\nindustry,Agriculture,Manufacturing,households\n"
         "Agriculture,150,500,350\nManufacturing,200,100,1700\njobs,12000,30000\n")


@pytest.fixture
def economy(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return read([path], crs="none")


def _shock(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "shock.toml"
    path.write_text(text)
    return path


def test_a_cut_of_demand_costs_what_leontief_says(economy, tmp_path: Path) -> None:
    """Miller & Blair: 10 % of the demand of the first is 35 of 1,000; L df is 43.894 and 9.241."""
    found = economics_of_shock(economy, _shock(tmp_path, '[demand]\nAgriculture = "-10 %"\n'))
    assert [row.output_loss / 1e6 for row in found.industries] == pytest.approx([43.89439, 9.24092], abs=1e-5)
    assert [row.lower / 1e6 for row in found.industries] == pytest.approx([0.7 * 35, 0.0])
    assert found.industries[0].jobs == pytest.approx(12_000 * 0.04389439, rel=1e-6)
    assert found.value_added_loss.value / 1e6 == pytest.approx(43.89439 * 0.65 + 9.24092 * 0.7, abs=1e-4)
    assert (found.currency, found.price_year) == ("EUR", 2020)
    assert found.course[:, -1] == pytest.approx([0.04389439, 0.00462046], abs=1e-4)
    assert economics_of_shock(economy, _shock(tmp_path, "[demand]\nAgriculture = -35e6\n")).digest == found.digest


def test_an_outage_ends_and_heals(economy, tmp_path: Path) -> None:
    text = 'horizon_d = 200\n[[outage]]\nindustry = "Manufacturing"\nshare = 0.5\nlasts_d = 5\n'
    found = economics_of_shock(economy, _shock(tmp_path, text))
    assert found.industries[1].lower == pytest.approx(0.7 * 0.5 * 5 / 365 * 2000e6)
    assert found.course[1, 0] == 0.5
    assert found.course[:, -1].max() < 0.001
    stocked = economics_of_shock(economy, _shock(tmp_path, f"{text}[inventory]\nManufacturing = 100\n"))
    assert stocked.course[0].max() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("text", "said"), [
    ("", "changes nothing"), ("[demand]\nFishing = 1\n", "unknown industry 'Fishing'"), ("demand = [", "cannot be read"),
    ('[demand]\nAgriculture = "much"\n', "no change of demand"), ("[demand]\nAgriculture = -1e12\n", "takes away"),
    ("colour = 1\n", "unknown key"),
    ('[[outage]]\nindustry = "Agriculture"\nshare = 2\n', "not from 0 to 1"), ('[[outage]]\nshare = 1\n', "names no industry"),
])
def test_a_wrong_shock_is_named(economy, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        economics_of_shock(economy, _shock(tmp_path, text))


def test_an_outage_costs_the_same_whenever_it_begins_and_never_more_than_the_upper_figure(economy, tmp_path: Path) -> None:
    text = 'horizon_d = 400\n[[outage]]\nindustry = "Manufacturing"\nshare = 0.6\nfrom_d = {}\nlasts_d = 10\n'
    first, later = (economics_of_shock(economy, _shock(tmp_path, text.format(day))) for day in (0, 20))
    at = int(np.searchsorted(first.times_h, 5 * 24.0))
    assert later.course[:, at + 20] == pytest.approx(first.course[:, at])
    lost = np.trapezoid(first.course, first.times_h, axis=1) / 400 / 24
    assert [row.inoperability for row in first.industries] == pytest.approx([row.inoperability for row in later.industries])
    assert all(row.inoperability >= 0.97 * one for row, one in zip(first.industries, lost, strict=True))
    assert lost[1] > 0.6 * 10 / 400  # it heals for longer than it was out


def _peopled():
    """The waterworks where all who work in the one block make cars, which they cannot without water."""
    city = waterworks()
    blocks = city.blocks.with_columns(workers=np.full(len(city.blocks), 50.0), industry=np.full(len(city.blocks), "cars", object))
    industries = Industries(id=["cars"], name=["Cars"], currency=["EUR"], price_year=[2020], output=[8760.0 * 2],
                            final_demand=[8760.0], value_added=[8760.0], needs_water=[0.5])
    trade = Trade(id=["own"], seller=["cars"], buyer=["cars"], value=[8760.0])
    return replace(city, blocks=blocks, industries=industries, trade=trade)


def test_output_is_lost_while_the_service_is_gone() -> None:
    city = _peopled()
    supplier = str(city.services.supplier[np.flatnonzero(city.services.service == "water")[0]])
    asked = scenario(OutageSpec((supplier,), lasts_h=10.0))
    job = cascade_job(city, asked)
    result = run_job(job, asked)
    found = economics_of_run(job, asked, result)
    hours = result.people_hours["water"].mean / result.people_total
    assert found.output_loss_lower.value == pytest.approx(0.7 * 0.5 * hours * 2.0, rel=0.15)
    assert found.output_loss.value == pytest.approx(found.output_loss_lower.value / 0.7 * 2.0)  # half of it is its own input
    assert found.output_loss.interval is None or found.output_loss.interval[0] <= found.output_loss.value
    assert found.resilience["water"] == pytest.approx(hours)
    assert any("never added" in line for line in economics_lines(found))
    assert economics_of_run(job, asked, result, threads=2).digest == found.digest


def test_industries_and_triangles_have_the_interval_of_the_runs() -> None:
    city = _peopled()
    supplier = str(city.services.supplier[np.flatnonzero(city.services.service == "water")[0]])
    asked = scenario(OutageSpec((supplier,), lasts_h=10.0, probability=0.5), replicates=60)
    job = cascade_job(city, asked)
    result = run_job(job, asked)
    found = economics_of_run(job, asked, result)
    (cars,) = found.industries  # the only one, so that its interval is that of all
    assert cars.output_loss_ci95 == pytest.approx(found.output_loss.interval)
    assert cars.lower_ci95 == pytest.approx(found.output_loss_lower.interval)
    assert cars.value_added_loss_ci95 == pytest.approx(found.value_added_loss.interval)
    low, high = found.resilience_ci95["water"]
    assert low < found.resilience["water"] < high
    assert (low, high) == pytest.approx([end / result.people_total for end in result.people_hours["water"].ci95])
    assert any("Cars: €" in line and "95" in line for line in economics_lines(found))


def test_a_city_without_prices_and_industries_is_refused() -> None:
    city = waterworks()
    asked = scenario(OutageSpec((str(city.assets.id[0]),), lasts_h=1.0))
    job = cascade_job(city, asked)
    result = run_job(job, asked)
    if result.damage is None:
        with pytest.raises(InputError, match="nothing in the city has a price"):
            economics_of_run(job, asked, result)
