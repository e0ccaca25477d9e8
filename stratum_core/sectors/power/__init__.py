"""Power: radial DistFlow below 36 kV, DC flow above (and where a lower grid is meshed)."""

from stratum_core.sectors import ELECTRIC, SECTORS, Sector

SECTORS.register("power")(
    Sector(
        "power",
        ELECTRIC,
        0,
        "radial DistFlow below 36 kV, DC above",
        (
            "Protection other than overload trips and switching of ties below 1 kV, "
            "frequency and voltage collapse are left out: a DC cascade sheds less than an AC one.",
            "Shedding is pro rata within an island.",
        ),
    )
)
