"""The printed pages: valid, deterministic, complete, and with every letter of Łódź."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefing_cases import IDS, bare, chain, facts, outcome, town, unharmed, unpeopled

from stratum_core.briefing import BriefingFacts, make_briefing, typesetting
from stratum_core.briefing.document import document_of
from stratum_core.model.spec import CascadeSpec

CASES: dict[str, Callable[[], BriefingFacts]] = {"whole": facts, "unpeopled": unpeopled, "unharmed": unharmed, "bare": bare}


def text_of(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not here")
    (folder / "b.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(folder / "b.pdf"), "-"], check=True, capture_output=True, text=True)
    return done.stdout.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("name", CASES)
def test_each_case_gives_a_pdf_of_three_pages_or_more(name: str) -> None:
    briefing = make_briefing(CASES[name]())
    assert briefing.pdf.startswith(b"%PDF-")
    assert briefing.pdf.rstrip().endswith(b"%%EOF")
    assert len(briefing.pages_png) >= 3
    assert all(page.startswith(b"\x89PNG") for page in briefing.pages_png)


def test_the_same_facts_give_the_same_bytes_and_others_do_not() -> None:
    first, second = make_briefing(facts()), make_briefing(facts())
    assert first.pdf == second.pdf
    assert first.pdf != make_briefing(facts(author="somebody else")).pdf


def test_the_words_are_on_the_page(tmp_path: Path) -> None:
    text = text_of(make_briefing(facts()).pdf, tmp_path)
    for words in ("Łódź flood briefing", "exercise, not for operations", "1,100–1,800", "Water Systems", "Unstable", "Unknown",
                  "Why it fails", "What we assumed", "What this model cannot say", "Where the inputs come from",
                  "Ledger entry 41", "Thresholds used", "Survey of Łódź", "CC0", "Page 1 of 4"):
        assert words in text, words
    for word in ("None", "nan", "smart", "optimal", "tamper-proof"):
        assert word not in text


def test_letters_of_many_scripts_print(tmp_path: Path) -> None:
    name = "Łódź, Αθήνα, Київ, Český Těšín"
    assert name in text_of(make_briefing(facts(town(name))).pdf, tmp_path)


def test_the_situation_fits_one_page_and_the_reasons_the_next(tmp_path: Path) -> None:
    pages = text_of(make_briefing(facts()).pdf, tmp_path).split("\f")
    assert "Water Systems" in pages[0]
    assert "Why it fails" in pages[1]
    assert "Verify this briefing" in pages[1]


LONG = " ".join(["Wielkopolskie"] * 60)


def _long_names() -> BriefingFacts:
    """Names of 60 words wherever a name is printed, and long lists."""
    city = town(LONG)
    city = replace(city, assets=city.assets.with_columns(name=np.array([f"{LONG} {i}" for i in range(3)], dtype=object)))
    steps = tuple(replace(step, name=f"{LONG} {i}", text=f"{LONG} {i} stops.") for i, step in enumerate(chain().steps * 3))
    chains = tuple(replace(chain(), name=LONG, asset=asset, steps=steps) for asset in IDS)
    said = tuple(f"Assumption {i} is long enough to need two lines in its column of the page, or three." for i in range(40))
    return facts(city, outcome(critical_paths=chains), scenario=LONG, description="", assumptions=said, limits=said, author=LONG)


@pytest.mark.parametrize("make", [*CASES.values(), _long_names], ids=[*CASES, "long"])
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_two_pages_and_an_annex_that_begins_a_page(make: Callable[[], BriefingFacts], paper: str, tmp_path: Path) -> None:
    pages = text_of(make_briefing(replace(make(), paper=paper)).pdf, tmp_path).split("\f")
    for place, words in ((0, "Safety and Security"), (0, "Water Systems"), (1, "Where the inputs come from"),
                         (1, "Verify this briefing"), (2, "Annex: figures, sources and method")):
        assert [words in page for page in pages].index(True) == place, words
        assert sum(words in page for page in pages) == 1, words
    assert pages[2].split("\n", 3)[2].strip().startswith("Annex") or "Annex" in pages[2][:400]


def test_what_page_two_leaves_out_stands_in_the_annex(tmp_path: Path) -> None:
    pages = text_of(make_briefing(_long_names()).pdf, tmp_path).split("\f")
    assert "more stand in the annex" in pages[1]
    assert "Assumption 39" in "".join(pages[2:])


def test_letters_that_no_font_holds_are_marked_and_named(tmp_path: Path) -> None:
    briefing = make_briefing(facts(town("東京 🌊 Łódź")))
    text = text_of(briefing.pdf, tmp_path)
    assert "□□ □ Łódź flood briefing" in text
    assert "U+4EAC, U+6771, U+1F30A" in briefing.document.warnings[-1]
    assert not any("□" in warning for warning in make_briefing(facts()).document.warnings)


@pytest.mark.parametrize("many", [0, 12])
def test_pages_are_numbered_in_order(tmp_path: Path, many: int) -> None:
    said = tuple(f"Assumption {i} is long enough to need two lines in its column of the page." for i in range(many))
    pages = text_of(make_briefing(facts(assumptions=said)).pdf, tmp_path).split("\f")[:-1]
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))


def test_markup_in_names_is_only_text(tmp_path: Path) -> None:
    text = text_of(make_briefing(facts(town("#panic() *x* $1$ [y] \\ @z"))).pdf, tmp_path)
    assert "#panic() *x* $1$ [y] \\ @z flood briefing" in text


def test_letter_paper_and_a_3d_picture() -> None:
    row = b"\x00" + b"\x80" * 12
    body = b"".join(_chunk(*part) for part in (
        (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(row * 4)), (b"IEND", b"")))
    briefing = make_briefing(facts(paper="us-letter", picture=b"\x89PNG\r\n\x1a\n" + body))
    assert briefing.document.map_svg == ""
    assert len(briefing.pages_png) >= 3


def test_a_result_of_default_spec_and_of_another_print_their_thresholds(tmp_path: Path) -> None:
    spec = CascadeSpec()
    other = replace(spec, power=replace(spec.power, trip_overload=1.37))
    assert "1.37" in text_of(make_briefing(facts(spec=other)).pdf, tmp_path)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("name", CASES)
def test_the_typesetter_has_nothing_to_complain_about(name: str) -> None:
    case = CASES[name]()
    compiler = typesetting._compiler(document_of(case), case.as_of, b"")
    assert compiler.compile_with_warnings(format="pdf")[1] == []
