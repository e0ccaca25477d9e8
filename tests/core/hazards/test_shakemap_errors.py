"""Every malformed grid.xml is refused in a sentence; random damage to a good one raises nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hazard_cases import grid_xml

from stratum_core.errors import InputError
from stratum_core.hazards.earthquake.shaking import from_shakemap

POINTS = np.array([[7.5, 48.5], [8.9, 48.1]])
GOOD = grid_xml()


def read(folder: Path, page: str | bytes) -> object:
    path = folder / "grid.xml"
    path.write_bytes(page.encode() if isinstance(page, str) else page)
    return from_shakemap(path, None, POINTS, "EPSG:4326", 0.3, 0.2)


@pytest.mark.parametrize(("page", "words"), [
    ("", "no XML"), ("hello", "no XML"), (GOOD[:-40], "no XML"), (b"\xff\xfe<\x00", "XML"), ("<a/>", "LON"),
    (GOOD.replace("LON", "LONG"), "LON"),
    (GOOD.replace('name="PGA"', 'name="XGA"').replace('name="PGV"', 'name="XGV"'), "none of"),
    (GOOD.replace("nlon=\"3\"", "nlon=\"4\""), "cut off"), (GOOD.replace("nlon=\"3\"", "nlon=\"-3\""), "grid_specification"),
    (GOOD.replace("nlon=\"3\"", "nlon=\"x\""), "nlon"), (GOOD.replace("nlon=\"3\"", ""), "nlon"),
    (GOOD.replace("lat_max=\"49.0\"", "lat_max=\"nan\""), "grid_specification"),
    (GOOD.replace("lat_max=\"49.0\"", "lat_max=\"47\""), "grid_specification"),
    (GOOD.replace("7.0000 49.0000 10 5", "7.0000 49.0000 10"), "cut off"),
    (GOOD.replace("7.0000 49.0000 10 5", "7.0000 49.0000 nan 5"), "finite"),
    (GOOD.replace("7.0000 49.0000 10 5", "7.0000 49.0000 ten 5"), "no number"),
    (GOOD.replace("7.0000 49.0000 10 5", "8.0000 49.0000 10 5"), "positions"),
    (GOOD.replace("7.0000 49.0000 10 5", "7.0000 49.0000 -10 5"), "negative"),
    (GOOD.replace("pctg", "parsec"), "pctg"), (GOOD.replace("cms", "pctg"), "PGV"),
    (GOOD.replace(" 10 5\n", " 9999 5\n").replace(" 20 10\n", " 9999 10\n"), "ever recorded"),
    (GOOD.replace('index="3"', 'index="9"'), "index"), (GOOD.replace('index="3"', 'index="4"'), "index"),
    ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
    ('<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
    ('<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
])
def test_a_malformed_page_is_told(tmp_path: Path, page: str | bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(tmp_path, page)


def test_a_grid_across_the_date_line_is_read(tmp_path: Path) -> None:
    rows = "\n".join(f"{x} {y} 20 10" for y in (49.0, 48.0) for x in (179.0, 180.0, -179.0))
    page = grid_xml(rows=rows).replace('lon_min="7.0"', 'lon_min="179"').replace('lon_max="9.0"', 'lon_max="-179"')
    (tmp_path / "g.xml").write_text(page)
    points = np.array([[179.5, 48.5], [-179.5, 48.5], [0.0, 48.5]])
    found = from_shakemap(tmp_path / "g.xml", None, points, "EPSG:4326", 0.0, 0.2)
    assert found.fields["PGA"].median[:2] == pytest.approx([0.2, 0.2])
    assert found.missing.tolist() == [False, False, True]


def test_random_damage_raises_nothing_but_a_sentence(tmp_path: Path) -> None:
    draw, refused = random.Random(20260101), []
    words = ["nan", "-1", "1e999", "<", ">", '"', "", "0", "99999999999", "&#0;", "<grid_data>", "pctg", " ", "\x00"]
    for _ in range(600):
        page = GOOD
        for _ in range(draw.randint(1, 4)):
            start = draw.randrange(len(page))
            page = page[:start] + draw.choice(words) + page[start + draw.choice([0, 1, 3, 20]):]
        try:
            read(tmp_path, page)
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > 300
    assert [told for told in refused if not told.endswith((".", "?"))] == []
