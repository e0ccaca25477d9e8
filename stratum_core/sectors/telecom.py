"""Telecom: by connection to a working exchange (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("telecom")(
    Sector("telecom", REACH, 2, "telecom by connection to a working exchange, shared under load", (
        "Radio coverage is left out; congestion needs capacities of exchanges and the traffic of sites.",
    ))
)
