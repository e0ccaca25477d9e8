"""What a disaster does to roads: dark signals, water, closures, contraflow. Plain functions that give new arrays.

None of them moves anybody; ``Movement.change`` takes what they give. They may be applied one after another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stratum_core.model.fields import Bools, Floats, Ints
from stratum_core.population.traffic.diagram import capacity_at
from stratum_core.population.traffic.network import RoadNetwork
from stratum_core.population.traffic.parameters import value

#: Pregnolato et al. 2017, Transportation Research D 55:67-81: depth (m) at which no car drives, with the speed left there
IMPASSABLE_M = 0.3


@dataclass(frozen=True)
class Conditions:
    """The roads of a network at one time, one entry a link: speed (m/s), capacity of its begin and end (veh/s), jam density
    (veh/m), open to vehicles, open to walkers."""

    speed: Floats
    capacity_in: Floats
    capacity_out: Floats
    jam_density: Floats
    open: Bools
    walk_open: Bools


def normal(network: RoadNetwork) -> Conditions:
    """Everything works."""
    return Conditions(network.speed, network.capacity, network.capacity, network.jam_density, network.usable, network.usable)


def closed(now: Conditions, links: npt.NDArray[np.generic], *, to_walkers: bool = True) -> Conditions:
    """Some links (mask or numbers) closed. Who is on one stays there; who wanted to take one needs other routes."""
    barred = np.zeros(len(now.open), dtype=bool)
    barred[links] = True
    return replace(now, open=now.open & ~barred, walk_open=now.walk_open & ~(barred & to_walkers))


def signals(network: RoadNetwork, now: Conditions, factor: npt.ArrayLike) -> Conditions:
    """The end of each link passes ``factor`` (per node) of what it does: 1 with power, ``dark_factor()`` without."""
    by_node: Floats = np.broadcast_to(np.asarray(factor, dtype=float), (network.nodes,))
    return replace(now, capacity_out=now.capacity_out * by_node[network.head])


def dark_factor() -> float:
    """Share of its capacity that a signal without power keeps as an all-way stop; its range is in the table."""
    return value("dark_signal_factor")


def speed_in_water(depth_m: npt.ArrayLike) -> Floats:
    """Greatest safe speed of a car (m/s) in standing water: 0.0009 d^2 - 0.5529 d + 86.9448 km/h with d in mm; 0 from 300 mm.

    Pregnolato et al. 2017, equation 1; fitted from 0 to 300 mm, where it leaves 2 km/h.
    """
    d = np.maximum(np.asarray(depth_m, dtype=float), 0.0) * 1000.0
    speed: Floats = np.where(d < IMPASSABLE_M * 1000.0, (0.0009 * d**2 - 0.5529 * d + 86.9448) / 3.6, 0.0)
    return speed


def flooded(now: Conditions, depth_m: npt.ArrayLike) -> Conditions:
    """Free speed scaled by depth (m, per link) as the safe speed falls from that on dry road; closed where no car drives.

    Walkers are stopped at the same depth, which is an assumption: moving water stops them earlier.
    """
    water = speed_in_water(depth_m)
    passable = water > 0
    scale = np.where(passable, water / speed_in_water(0.0), 1.0)
    return replace(now, speed=now.speed * scale, open=now.open & passable, walk_open=now.walk_open & passable)


def contraflow(network: RoadNetwork, now: Conditions, links: Ints) -> Conditions:
    """The lanes of the reverse of ``links`` given to them; the reverse takes nobody in. Clear it before, or its vehicles stay."""
    given = links[network.reverse[links] >= 0]
    back = network.reverse[given]
    added = {name: getattr(now, name).copy() for name in ("capacity_in", "capacity_out", "jam_density")}
    for array in added.values():
        array[given] += array[back]
    return closed(replace(now, **added), back, to_walkers=False)


def flow_limits(network: RoadNetwork, now: Conditions) -> tuple[Floats, Floats]:
    """Capacity of begin and end (veh/s), no more than the diagram gives at the present speed."""
    most = capacity_at(now.speed, now.jam_density, network.wave_speed)
    return np.minimum(now.capacity_in, most * (1 + 1e-12)), np.minimum(now.capacity_out, most * (1 + 1e-12))
