"""Health: sites that stand alone and work while they are undamaged and have what they depend on."""

from stratum_core.sectors import ALONE, SECTORS, Sector

SECTORS.register("health")(
    Sector("health", ALONE, 7, "health sites by their needs, beds by the need that leaves fewest", (
        "Wards, the injured and the time of moving patients are left out; a site that lost a need takes nobody new.",
    ))
)
