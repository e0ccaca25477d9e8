"""Cities from a few tuples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stratum_core.model import Assets, Blocks, City, Dependencies, Links, Services

Need = tuple[str, str, str, float]


def small_city(
    assets: Sequence[tuple[str, str, str]], links: Sequence[tuple[str, str, str, str]] = (), needs: Sequence[Need] = (),
    homes: Sequence[tuple[str, str]] = (), nodes: dict[str, str] | None = None,
) -> City:
    """A city from tuples.

    assets: (id, sector, kind); links: (id, kind, start, end); needs: (dependent, supplier, group, needed);
    homes: (service, supplier).
    """
    hang = nodes or {}
    sector_of = {name: sector for name, sector, _ in assets}
    return City(
        "small",
        assets=Assets(id=[a for a, _, _ in assets], sector=[s for _, s, _ in assets], kind=[k for _, _, k in assets],
                      node=[hang.get(a, "") for a, _, _ in assets]),
        links=Links(id=[i for i, *_ in links], kind=[k for _, k, *_ in links], start=[a for _, _, a, _ in links],
                    end=[b for *_, b in links], sector=[sector_of[a] for _, _, a, _ in links]),
        dependencies=Dependencies(
            id=[f"need/{i}" for i in range(len(needs))], dependent=[d for d, *_ in needs], supplier=[s for _, s, *_ in needs],
            group=[g for _, _, g, _ in needs], needed=np.array([n for *_, n in needs], dtype=float),
            service=["power"] * len(needs), buffer=np.full(len(needs), 3.0)),
        blocks=Blocks(id=[f"home/{i}" for i in range(len(homes))], x=[0.0] * len(homes), y=[0.0] * len(homes),
                      residents=[10.0 + i for i in range(len(homes))]),
        services=Services(id=[f"row/{i}" for i in range(len(homes))], block=[f"home/{i}" for i in range(len(homes))],
                          service=[s for s, _ in homes], supplier=[s for _, s in homes]))
