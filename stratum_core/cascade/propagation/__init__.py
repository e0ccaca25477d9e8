"""Pure propagation of failures, without physics or time: who fails when these fail, over many replicates.

A component fails when it is hit, when one of its needs has fewer than ``needed`` suppliers
left, or, under the service rule GIANT_COMPONENT, when it lies outside the largest connected
part of its network. Buffers, repair, flows and capacities are left out: the full cascade has them.
"""

from stratum_core.cascade.propagation.hits import DrawnHits as DrawnHits
from stratum_core.cascade.propagation.hits import GivenHits as GivenHits
from stratum_core.cascade.propagation.hits import Hits as Hits
from stratum_core.cascade.propagation.job import PropagationJob as PropagationJob
from stratum_core.cascade.propagation.job import PropagationResult as PropagationResult
from stratum_core.cascade.propagation.job import fold as fold
from stratum_core.cascade.propagation.structure import ServiceRule as ServiceRule
from stratum_core.cascade.propagation.structure import Structure as Structure
from stratum_core.cascade.propagation.structure import structure as structure
