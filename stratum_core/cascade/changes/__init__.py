"""How one change makes others: components up or down with their reason, dependents and their reserves."""

#: kinds of events
DAMAGE, REPAIRED, RESERVE_USED, RECLOSED, STORAGE_CHANGED, REPAIRABLE, TIE_DUE, STRAINED, NOTICE_OVER = range(9)
FUEL_DUE, FUEL_COMES, TANKER_FREE = range(9, 12)
