"""All rules over one city."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from stratum_core.model import City
from stratum_core.validate import networks, origins, quantities, references, sensors, words
from stratum_core.validate.issues import Issue, Report, report

RULES = (
    words.values_out_of_range, words.unknown_words, words.kinds_of_other_sectors, words.missing_values,
    references.repeated_ids, references.dangling_references, references.unknown_sources,
    networks.self_loops, networks.links_without_length, networks.without_position, networks.parts_far_apart,
    networks.parts_without_source,
    quantities.water_per_person, quantities.implausible_ratings, quantities.equipment_below_ground,
    quantities.people_that_do_not_add_up,
    sensors.unknown_quantities, sensors.units_of_other_quantities, sensors.empty_ranges, sensors.without_place,
    origins.findings_about_sources, origins.share_not_measured, origins.assumed_fields,
)


def check(city: City, *, extra: Iterable[Issue] = ()) -> Report:
    """The report on ``city``: the issues of every rule, and ``extra`` ones that an engine found.

    The score is defined at ``issues.report``.
    """
    return report(city, chain(extra, *(rule(city) for rule in RULES)))
