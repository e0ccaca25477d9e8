"""Roads: by open connection to a road into town (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("roads")(
    Sector("roads", REACH, 5, "roads by open connection to a road into town, drives of help by shortest time", (
        "Traffic and dark signals are left out: drives take their time on empty roads.",
    ))
)
