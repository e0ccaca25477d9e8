"""Community: sites that stand alone and work while they are undamaged and have what they depend on."""

from stratum_core.sectors import ALONE, SECTORS, Sector

SECTORS.register("community")(
    Sector("community", ALONE, 8, "sites by their needs, fuel by tankers from depots", (
        "Occupancy over the day and what a fuel depot holds are left out.",
    ))
)
