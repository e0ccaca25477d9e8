"""Counter-based random numbers: a draw depends on seed, replicate, component and stream, on nothing else.

So replicates can be run in any order, on any number of threads, or alone again,
and each draws the same numbers.
"""

# Streams keep the draws of different purposes apart.
THRESHOLD, REPAIR, BUFFER, LEVEL, DAMAGE = range(5)
