"""What a briefing is made from: everything that is printed, and nothing that has to be looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from stratum_core.model.city import City
from stratum_core.model.fields import Floats
from stratum_core.model.optimise_results import OptimiseResult
from stratum_core.model.people_results import EvacuationResult
from stratum_core.model.results import CascadeResult
from stratum_core.model.spec import CascadeSpec


@dataclass(frozen=True)
class FloodExtent:
    """The flood at its greatest extent.

    polygons: each a tuple of rings, (n, 2) arrays of metres in the city's CRS, the outer ring first.
    greatest_depth: m. at_h: hour of that frame. provenance: measured, derived, generated or assumed.
    """

    polygons: tuple[tuple[Floats, ...], ...]
    greatest_depth: float
    at_h: float
    provenance: str = "assumed"


@dataclass(frozen=True)
class BriefingFacts:
    """City, result and scenario, and who asks.

    start: local time of hour 0, with zone, where the scenario gives one. condition: the words after "If" of
    the headline; empty: made from the description. assumptions and limits: sentences of the hazards and
    sectors. service: the one that headline, map and chart are about; empty: the most affected one.
    ledger_entry: number of the entry that records this briefing, 0 for none. device_key: fingerprint of the
    key that signs it. picture: PNG bytes of a 3D view that takes the map's place; empty: the 2D map.
    evacuation, options: of the same disaster, None for none. document: file name that the verification box prints.
    paper: a4 or us-letter.
    """

    city: City
    result: CascadeResult
    scenario: str
    as_of: datetime
    description: str = ""
    start: datetime | None = None
    condition: str = ""
    assumptions: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    flood: FloodExtent | None = None
    evacuation: EvacuationResult | None = None
    options: OptimiseResult | None = None
    spec: CascadeSpec = field(default_factory=CascadeSpec)
    service: str = ""
    author: str = ""
    ledger_entry: int = 0
    device_key: str = ""
    exercise: bool = True
    picture: bytes = b""
    document: str = "briefing.pdf"
    paper: str = "a4"
