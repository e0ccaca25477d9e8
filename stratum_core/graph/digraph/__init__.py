"""A graph of numbers: changed in constant time, searched by kernels. It knows nothing of cities."""

from stratum_core.graph.digraph.search import Route as Route
from stratum_core.graph.digraph.search import Search as Search
from stratum_core.graph.digraph.structure import Digraph as Digraph
