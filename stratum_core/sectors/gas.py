"""Gas: by connection to a working station (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("gas")(
    Sector("gas", REACH, 3, "gas by connection to a working station and line pack", (
        "Pressure and compressor power are left out; pipes cut off deliver for a stated time.",
    ))
)
