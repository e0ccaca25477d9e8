"""What is counted beside people without service: working beds, drives of help to people, sewage that ran out."""

from __future__ import annotations

from typing import NamedTuple

from stratum_core.model.fields import Floats, Ints


class Tallies(NamedTuple):
    """What is counted beside people without service.

    site, beds: sites with beds; group_ptr, group: the needs of each; left: by group, share of beds without that need.
    help_ptr, help, near: working sites of each kind of help that people are to be reached from, and their road nodes;
    limit: hours; calm: people out of reach and median hours of each kind, undamaged; living: people by road node,
    everyone: their sum; look: hours between looks, looks: their number.
    station: lift stations and works, upstream first; below: where each sends to, -1: nowhere; inflow: m3/h of its own;
    power: the group by which it needs power, or -1; well: hours in which its wet well fills.
    """

    site: Ints
    beds: Floats
    group_ptr: Ints
    group: Ints
    left: Floats
    help_ptr: Ints
    help: Ints
    near: Ints
    limit: Floats
    calm: Floats
    living: Floats
    everyone: float
    look: float
    looks: int
    station: Ints
    below: Ints
    inflow: Floats
    power: Ints
    well: Floats
