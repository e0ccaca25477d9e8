"""Wastewater: by connection to the works (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("wastewater")(
    Sector("wastewater", REACH, 6, "wastewater by connection to the works, wet wells by volume", (
        "Rain, sewers that hold water and what runs out at a broken sewer are left out; a damaged station overflows at once.",
    ))
)
