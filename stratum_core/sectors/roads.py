"""Roads: by open connection to a road into town (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("roads")(
    Sector("roads", REACH, 5, "roads by open connection to a road into town", ("Traffic and travel times are left out.",))
)
