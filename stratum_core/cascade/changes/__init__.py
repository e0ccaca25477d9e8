"""How one change makes others: components up or down with their reason, dependents and their reserves."""

RESERVE_USED = 2
