"""All trips on their shortest ways."""

from __future__ import annotations

from numba import njit

from stratum_core.population.traffic.routing.kernels import tree


@njit(cache=True, nogil=True, _nrt=False)
def all_or_nothing(begin, links, head, tail, cost, through, origins, first, goal, demand, distance, by, key, item, flow):
    """Load every trip onto its shortest way, in place; returns the cost of all, infinite where a goal cannot be reached.

    begin, links: CSR by tail. Trips first[i] to first[i + 1] begin at origins[i] and end at ``goal``.
    """
    flow[:] = 0.0
    total = 0.0
    for i in range(len(origins)):
        tree(begin, links, head, cost, through, origins[i:i + 1], origins[:0], distance, by, key, item)
        for k in range(first[i], first[i + 1]):
            total += demand[k] * distance[goal[k]]
            at = goal[k]
            while by[at] >= 0:
                flow[by[at]] += demand[k]
                at = tail[by[at]]
    return total
