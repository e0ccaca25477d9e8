"""Water: storage balance of zones that pipes join; pumps lift between zones while they have power."""

from stratum_core.sectors import SECTORS, STORAGE, Sector

SECTORS.register("water")(
    Sector(
        "water",
        STORAGE,
        1,
        "water by zone storage balance",
        ("Pressures and leaks are left out; a zone is supplied whole or by share, and its water is boiled after an outage.",),
    )
)
