"""Static user equilibrium: who drives where on a usual hour, when nobody can gain by another way (Wardrop 1952).

``equilibrium`` solves it; ``problem_of`` makes the problem of a city that has roads and trips.
"""

from stratum_core.population.assignment.frank_wolfe import Equilibrium as Equilibrium
from stratum_core.population.assignment.frank_wolfe import equilibrium as equilibrium
from stratum_core.population.assignment.problem import Problem as Problem
from stratum_core.population.assignment.problem import problem_of as problem_of
