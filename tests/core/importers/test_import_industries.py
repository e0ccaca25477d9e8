"""Input-output tables: a plain sheet, pymrio's text files, and what they lack."""

from __future__ import annotations

import numpy as np
import pytest
from openpyxl import Workbook

from stratum_core.errors import InputError, RowErrors
from stratum_core.importers import read
from stratum_core.validate import check

#: Miller & Blair 2009, chapter 2: two sectors, output 1,000 and 2,000
PLAIN = """currency,EUR
price_year,2020
unit,million
industry,Farms,Works,households,exports
Farms,150,500,250,100
Works,200,100,1200,500
value_added,650,1400,,
needs_power,,0.95,,
"""


def test_a_plain_table_gives_industries_and_trade(write):
    city = read([write("io.csv", PLAIN)])
    rows = city.industries
    assert rows.id.tolist() == ["io/industry/Farms", "io/industry/Works"]
    assert rows.output.tolist() == [1e9, 2e9]
    assert rows.final_demand.tolist() == [350e6, 1700e6]
    assert rows.value_added.tolist() == [650e6, 1400e6]
    assert (rows.currency[0], rows.price_year[0]) == ("EUR", 2020)
    assert np.isnan(rows.needs_power[0])
    assert rows.needs_power[1] == 0.95
    assert {(a.split("/")[-1], b.split("/")[-1]): v for a, b, v in
            zip(city.trade.seller, city.trade.buyer, city.trade.value, strict=True)} == {
        ("Farms", "Farms"): 150e6, ("Farms", "Works"): 500e6, ("Works", "Farms"): 200e6, ("Works", "Works"): 100e6}
    assert not [issue for issue in check(city).issues if issue.severity == "error"]


def test_a_workbook_reads_as_the_text_does(write, tmp_path):
    book = Workbook()
    for line in PLAIN.splitlines():
        book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in line.split(",")])
    book.save(tmp_path / "io.xlsx")
    mine, theirs = read([tmp_path / "io.xlsx"]), read([write("io.csv", PLAIN)])
    assert mine.trade.value.tolist() == theirs.trade.value.tolist()
    assert mine.industries.output.tolist() == theirs.industries.output.tolist()


def test_sums_that_disagree_are_told(write):
    city = read([write("io.csv", PLAIN.replace("value_added,650", "value_added,900"))])
    assert "differ from output by more than 1 % in 1 of 2 industries, such as 'Farms'" in city.sources.notes[0]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("currency,EUR\n", "", "does not say its currency"),
    ("unit,million", "unit,dozens", "does not say its currency"),
    ("value_added", "value_aded", "unknown row 'value_aded'"),
    ("Farms,150", "Barns,150", "are not the industries of its columns"),
])
def test_a_faulty_table_is_refused_in_one_sentence(write, old, new, said):
    with pytest.raises(InputError, match=said):
        read([write("io.csv", PLAIN.replace(old, new))])


def test_a_cell_that_is_no_number_is_named(write):
    with pytest.raises(RowErrors) as caught:
        read([write("io.csv", PLAIN.replace("Farms,150", "Farms,many"))])
    assert "row 'Farms': Farms 'many' is no number" in caught.value.rows[0]


Z = "\t\t\tr1\tr2\n\t\t\tfood\tfood\nr1\tfood\tMill USD\t10\t20\nr2\tfood\tMill USD\t0\t5\n"
Y = "\t\t\tr1\tr2\n\t\t\tuse\tuse\nr1\tfood\tMill USD\t60\t10\nr2\tfood\tMill USD\t0\t15\n"
F = "\t\tr1\tr2\n\t\tfood\tfood\nValue Added\tMill USD\t90\t-5\nFuel\tTJ\t1\t2\n"
SAYS = '[io]\ncurrency = "USD"\nprice_year = 2007\nunit = "million"\n'


def test_regions_of_pymrio(write):
    files = [write("Z.txt", Z), write("Y.txt", Y), write("F.txt", F)]
    city = read(files, mapping=write("says.toml", SAYS))
    assert city.industries.name.tolist() == ["food, r1", "food, r2"]
    assert city.industries.output.tolist() == [100e6, 20e6]
    assert city.industries.value_added.tolist() == [90e6, -5e6]
    assert len(city.trade) == 3
    assert "1 factors were left out, such as 'Fuel'" in city.sources.notes[0]


@pytest.mark.parametrize(("names", "said"), [("Z", "no final demand"), ("Y", "without the trade"), ("ZY", "currency")])
def test_what_pymrio_files_lack_is_said(write, names, said):
    texts = {"Z": Z, "Y": Y}
    with pytest.raises(InputError, match=said):
        read([write(f"{name}.txt", texts[name]) for name in names])


def test_the_published_example_balances(test_data, write):
    folder = "economy/pymrio_test_mrio/"
    files = [test_data / folder / name for name in ("trade_flows_Z.txt", "finald_demand_Y.txt", "factor_input.txt")]
    city = read(files, mapping=write("says.toml", SAYS))
    assert len(city.industries) == 48
    assert np.nansum(city.trade.value) + city.industries.final_demand.sum() == pytest.approx(city.industries.output.sum())
