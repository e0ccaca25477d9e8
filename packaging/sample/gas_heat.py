"""The real gas net with its heights, and the heat net's flow side."""

from __future__ import annotations

from sample.draft import Draft
from sample.shipped import Shipped, points_gauss_krueger

GAS = {"provenance": "measured", "source": "pandapipes-gas", "confidence": 0.9}
HEAT = {"provenance": "measured", "source": "pandapipes-heat", "confidence": 0.7}
MAIN_DIAMETER_M = 0.06


def add_gas(draft: Draft, nets: Shipped) -> None:
    """Junctions with measured height, pipes, the pressure station, 1506 customers."""
    net = nets.gas
    pressure = float(net.ext_grid.p_bar.iloc[0]) * 1e5  # one level, so that of its station
    for i, xy in points_gauss_krueger(net.junction_geodata).items():
        draft.asset(f"gas/junction/{i}", "gas_junction", xy, name=net.junction.name[i], z=float(net.junction.height_m[i]),
                    pressure=pressure, **GAS)
    for row in net.pipe.itertuples():
        draft.link(f"gas/pipe/{row.Index}", "gas_pipe", f"gas/junction/{row.from_junction}", f"gas/junction/{row.to_junction}",
                   name="" if row.name is None else row.name, length=round(row.length_km * 1e3, 2), unit="kg/s",
                   diameter=row.inner_diameter_mm / 1e3, **GAS)
    for row in net.ext_grid.itertuples():
        node = f"gas/junction/{row.junction}"
        draft.asset(f"gas/station/{row.Index}", "gas_station", draft.at[node], name="Gas station", node=node, unit="kg/s",
                    equipment_height=0.8, assumed_fields="equipment_height", **GAS)
    for row in net.sink.itertuples():
        node = f"gas/junction/{row.junction}"
        draft.asset(f"gas/sink/{row.Index}", "gas_connection", draft.at[node], name=row.name, node=node, unit="kg/s",
                    demand=row.mdot_kg_per_s * row.scaling, **GAS)


def gas_mains(nets: Shipped) -> list[tuple[str, str]]:
    """End junctions of the mains: pipes wider than a house connection."""
    mains = nets.gas.pipe[nets.gas.pipe.inner_diameter_mm / 1e3 > MAIN_DIAMETER_M]
    return [(f"gas/junction/{a}", f"gas/junction/{b}") for a, b in zip(mains.from_junction, mains.to_junction, strict=True)]


def add_heat(draft: Draft, nets: Shipped) -> None:
    """Flow-side junctions and pipes, the plant, 44 customers; the plant needs gas (power comes with the rest)."""
    net = nets.heat
    at = points_gauss_krueger(net.junction_geodata)
    flow = [i for i in net.junction.index if not str(net.junction.name[i]).startswith("return")]
    for i in flow:
        draft.asset(f"heat/junction/{i}", "heat_junction", at[i], name=net.junction.name[i] or "", **HEAT)
    for row in net.pipe[net.pipe.from_junction.isin(flow)].itertuples():
        draft.link(f"heat/pipe/{row.Index}", "heat_pipe", f"heat/junction/{row.from_junction}",
                   f"heat/junction/{row.to_junction}", name=row.name, length=round(row.length_km * 1e3, 2), unit="W",
                   diameter=row.inner_diameter_mm / 1e3, **HEAT)
    for row in net.valve[net.valve.element.isin(flow) & net.valve.junction.isin(flow)].itertuples():
        draft.link(f"heat/valve/{row.Index}", "heat_pipe", f"heat/junction/{row.junction}", f"heat/junction/{row.element}",
                   name=row.name, unit="W", diameter=row.inner_diameter_mm / 1e3, closed=bool(row.opened), **HEAT)
    plant = f"heat/junction/{net.circ_pump_pressure.flow_junction.iloc[0]}"
    draft.asset("heat/plant/0", "heat_plant", draft.at[plant], name="Heat plant", node=plant, unit="W", capacity=1e6,
                equipment_height=0.3, assumed_fields="capacity,equipment_height", **HEAT)
    for row in net.heat_consumer.itertuples():
        node = f"heat/junction/{row.from_junction}"
        draft.asset(f"heat/consumer/{row.Index}", "heat_consumer", draft.at[node], node=node, unit="W",
                    demand=round(row.qext_w), **HEAT)
