"""The arrays that kernels of the knowledge graph read, and those that a query changes and undoes."""

from __future__ import annotations

from typing import NamedTuple

from stratum_core.model.fields import Bools, Floats, Ints


class Arrays(NamedTuple):
    """What kernels read. *_ptr and *_list (or *_node, *_link, *_slot) are CSR pairs.

    present: in service; working: up in the undamaged city. rooted: nodes of a sector without any source, which are
    taken as supplied. leads_out, leads_in: whether supply passes from the node to its neighbour, and back.
    source_node: where a source feeds in, or -1. slots are pairs of block and service. parent, parent_link: the
    undamaged supply tree.
    """

    start: Ints
    end: Ints
    attach: Ints
    adjacent_ptr: Ints
    adjacent_node: Ints
    adjacent_link: Ints
    leads_out: Bools
    leads_in: Bools
    held_ptr: Ints
    held_list: Ints
    source_node: Ints
    sources_at: Ints
    rooted: Bools
    present: Bools
    working: Bools
    use_ptr: Ints
    use_list: Ints
    group_dependent: Ints
    serve_ptr: Ints
    serve_slot: Ints
    slot_block: Ints
    slot_service: Ints
    residents: Floats
    parent: Ints
    parent_link: Ints


class Work(NamedTuple):
    """What a query changes, and undoes."""

    parent: Ints
    parent_link: Ints
    sources_left: Ints
    spare: Ints
    suppliers_left: Ints
    services_lost: Ints
    lost: Bools
    queue: Ints
    wave: Ints
    cause: Ints
    rule: Ints
    via: Ints
    orphan: Ints
    old_parent: Ints
    old_link: Ints
    regrown: Ints
    moved: Bools
    moves: Ints
    moved_count: Ints
