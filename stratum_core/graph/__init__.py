"""The knowledge graph: what is lost when something fails for good, what something needs, what is critical, and paths.

Structure only: a need counts as lost at once (buffers are used up), a network node as lost when every way to
every source of its sector is gone; capacities, flows, voltages and repair belong to the cascade.
"""

from stratum_core.graph.common_cause import CommonCauses as CommonCauses
from stratum_core.graph.common_cause import common_causes as common_causes
from stratum_core.graph.compiled import KnowledgeGraph as KnowledgeGraph
from stratum_core.graph.compiled import knowledge_graph as knowledge_graph
from stratum_core.graph.critical import Critical as Critical
from stratum_core.graph.critical import CriticalComponent as CriticalComponent
from stratum_core.graph.critical import critical as critical
from stratum_core.graph.cuts import Cuts as Cuts
from stratum_core.graph.cuts import cuts as cuts
from stratum_core.graph.impact import Impact as Impact
from stratum_core.graph.impact import Lost as Lost
from stratum_core.graph.impact import impact as impact
from stratum_core.graph.inference import Proposals as Proposals
from stratum_core.graph.inference import missing_dependencies as missing_dependencies
from stratum_core.graph.loops import Loops as Loops
from stratum_core.graph.loops import loops as loops
from stratum_core.graph.minimum_cut import MinimumCut as MinimumCut
from stratum_core.graph.minimum_cut import minimum_cut as minimum_cut
from stratum_core.graph.open_questions import OpenQuestions as OpenQuestions
from stratum_core.graph.open_questions import open_questions as open_questions
from stratum_core.graph.paths import Ego as Ego
from stratum_core.graph.paths import Path as Path
from stratum_core.graph.paths import Paths as Paths
from stratum_core.graph.paths import Subgraph as Subgraph
from stratum_core.graph.paths import ego as ego
from stratum_core.graph.paths import path as path
from stratum_core.graph.paths import paths as paths
from stratum_core.graph.paths import subgraph as subgraph
from stratum_core.graph.ranking import Communities as Communities
from stratum_core.graph.ranking import Ranking as Ranking
from stratum_core.graph.ranking import find_communities as find_communities
from stratum_core.graph.ranking import rank as rank
from stratum_core.graph.requirements import Requirement as Requirement
from stratum_core.graph.requirements import Requirements as Requirements
from stratum_core.graph.requirements import requirements as requirements
from stratum_core.graph.typed import TypedGraph as TypedGraph
from stratum_core.graph.typed import typed_graph as typed_graph
