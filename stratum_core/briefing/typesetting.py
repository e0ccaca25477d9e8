"""The document model into PDF and PNG through typst, with the bundled fonts and no others."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from datetime import datetime
from functools import cache

import typst

from stratum_core.briefing.document import Document
from stratum_core.errors import EngineError
from stratum_core.resource_files import resource


def typeset_pdf(document: Document, as_of: datetime, picture: bytes = b"") -> bytes:
    """The PDF (A-2a archival, UA-1 accessible); the same bytes for the same document and time."""
    try:
        pdf = _compiler(document, as_of, picture).compile(
            format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=int(as_of.timestamp()))
    except typst.TypstError as error:
        raise EngineError(f"The briefing could not be typeset: {error}. Report this with the project.") from error
    assert isinstance(pdf, bytes)
    return pdf


def typeset_png(document: Document, as_of: datetime, picture: bytes = b"", *, ppi: float = 110.0) -> tuple[bytes, ...]:
    """One PNG a page, for a preview."""
    pages = _compiler(document, as_of, picture).compile(format="png", ppi=ppi, timestamp=int(as_of.timestamp()))
    return (pages,) if isinstance(pages, bytes) else tuple(pages or ())


def _compiler(document: Document, as_of: datetime, picture: bytes) -> typst.Compiler:
    page = asdict(document)
    page["stamp"] = [as_of.year, as_of.month, as_of.day, as_of.hour, as_of.minute, as_of.second]
    if picture:
        page["map_svg"] = _framed(picture)
    template = resource("templates/briefing.typ").read_bytes()
    return typst.Compiler(template, font_paths=_fonts(), sys_inputs={"document": json.dumps(page, ensure_ascii=False)})


def _framed(picture: bytes) -> str:
    """PNG bytes as an SVG of the map's size."""
    data = base64.b64encode(picture).decode()
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="516" height="330" viewBox="0 0 516 330">'
            f'<image width="516" height="330" preserveAspectRatio="xMidYMid slice" href="data:image/png;base64,{data}"/></svg>')


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(resource("fonts"))])
