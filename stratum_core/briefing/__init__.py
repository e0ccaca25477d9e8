"""A result on paper: what is so, what fails and why, how sure, and how to verify it.

It writes no file and runs no engine: facts in, bytes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from stratum_core.briefing.document import Document, document_of
from stratum_core.briefing.facts import BriefingFacts as BriefingFacts
from stratum_core.briefing.facts import FloodExtent as FloodExtent
from stratum_core.briefing.flood_extent import greatest_extent as greatest_extent
from stratum_core.briefing.typesetting import typeset_pdf, typeset_png


@dataclass(frozen=True)
class Briefing:
    """A briefing: its facts, its words (``document``) and its PDF; pages as PNG are made when asked for."""

    facts: BriefingFacts
    document: Document
    pdf: bytes

    @cached_property
    def pages_png(self) -> tuple[bytes, ...]:
        """One PNG a page, at 110 points an inch."""
        return typeset_png(self.document, self.facts.as_of, self.facts.picture)


def make_briefing(facts: BriefingFacts) -> Briefing:
    """The briefing on ``facts``; the same facts give the same bytes. Raises EngineError when typesetting fails."""
    document = document_of(facts)
    return Briefing(facts, document, typeset_pdf(document, facts.as_of, facts.picture))
