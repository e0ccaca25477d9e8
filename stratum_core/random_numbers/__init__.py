"""Counter-based random numbers: a draw depends on seed, replicate, component and stream, on nothing else.

So replicates can be run in any order, on any number of threads, or alone again,
and each draws the same numbers.
"""

# Streams keep the draws of different purposes apart.
THRESHOLD, REPAIR, BUFFER, LEVEL, DAMAGE = range(5)
# of hazards: event-wide error, error of each place, damage shared by all, damage shared by a place, time to function
EVENT, PLACE, SHARED, SHARED_PLACE, RESTORATION = range(5, 10)
# of weather and intrusion: error of the forecast, rise of demand, success and time of each hop, detection, restoring
WEATHER, DEMAND_RISE, HOP, HOP_TIME, DETECTION, RESTORING = range(10, 16)
# of needs: how strong one is within its range, and whether the dependent feels its loss
STRENGTH_RANGE, STRENGTH = range(16, 18)
# how full a store is at the start, where that is an estimate
STORED = 18
# of people: parameters of behaviour, make-up of a household, what it decides and when, what it notices
BEHAVIOUR = 19
MADE_UP, LANGUAGE, CARS, NEEDY = range(20, 24)
COMPLY, MILL, PREPARE, GATHER, WAY_HOME, RIDE, AIM, AIM_PLACE, INFORMED, NOTICE, CHANNEL, COVERED = range(24, 36)
# when a place with patients is ready, and when usual traffic drives; who is at school
FACILITY, USUAL_TRAFFIC, SCHOOL, SCHOOL_WAY = range(36, 40)
# whether what was hardened holds
HARDENED = 40
