"""Telecom: by connection to a working exchange (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("telecom")(
    Sector("telecom", REACH, 2, "telecom by connection to a working exchange", ("Congestion and radio coverage are left out.",))
)
