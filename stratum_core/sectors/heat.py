"""Heat: by connection to a working plant (a node is supplied while intact links join it to a source that suffices)."""

from stratum_core.sectors import REACH, SECTORS, Sector

SECTORS.register("heat")(
    Sector("heat", REACH, 4, "heat by connection to a working plant and stored warmth", (
        "Flow temperatures are left out; rooms stay warm for a stated time.",
    ))
)
