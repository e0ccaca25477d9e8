"""Wastewater: by connection to the works (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("wastewater")(
    Sector("wastewater", REACH, 6, "wastewater by connection to the works", ("Overflow volumes are left out.",))
)
