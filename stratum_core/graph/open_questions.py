"""Open questions: the dependencies that matter most and are known least, those that nobody gave among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stratum_core.graph.alone import lost_alone
from stratum_core.graph.compiled import KnowledgeGraph, knowledge_graph
from stratum_core.graph.inference import missing_dependencies
from stratum_core.model.city import City


@dataclass(frozen=True)
class Question:
    """A dependency to ask about. people: who loses a service if the dependent stops; doubt: 0 (known) to 1 (nobody said).

    doubt is 1 - confidence or the width of the strength's range, whichever is more. id is empty where no row exists yet;
    supplier is then what a rule proposes. weight = people x doubt ranks.
    """

    question: str
    id: str
    dependent: str
    supplier: str
    service: str
    people: float
    doubt: float
    weight: float


@dataclass(frozen=True)
class OpenQuestions:
    """The questions with most weight first; asked: how many dependencies were looked at, missing ones included."""

    asked: int
    questions: tuple[Question, ...]


def open_questions(city: City | KnowledgeGraph, top: int = 20) -> OpenQuestions:
    """The ``top`` questions whose answer would tell most. Raises InputError where the city has no positions."""
    graph = knowledge_graph(city)
    rows, names = graph.city.dependencies, dict(zip(graph.city.component_ids, graph.city.component_names, strict=True))
    dependents = graph.arrays.group_dependent[graph.group_of_row]
    missing = missing_dependencies(graph).proposals
    unsaid = np.array([graph.city.index[one.dependent] for one in missing], dtype=np.int64)
    people = lost_alone(graph, np.concatenate([dependents, unsaid])).anyone
    unsure = np.where(np.isnan(rows.confidence), 1.0, 1 - rows.confidence)
    doubt = np.fmax(unsure, rows.strength_high - rows.strength_low)
    found = [
        Question(f"Does {names[d]} need {service} from {names[s]}, and alone?", str(id), str(d), str(s), str(service), float(p),
                 float(q), float(p * q))
        for id, d, s, service, p, q in zip(rows.id, rows.dependent, rows.supplier, rows.service, people, doubt, strict=False)
    ] + [
        Question(f"Where does {names[one.dependent]} get {one.service} from? Perhaps {names[one.supplier]}.", "", one.dependent,
                 one.supplier, one.service, float(p), 1.0, float(p))
        for one, p in zip(missing, people[len(rows) :], strict=True)
    ]
    found.sort(key=lambda one: (-one.weight, -one.doubt, one.dependent, one.service, one.supplier))
    return OpenQuestions(len(found), tuple(found[:top]))
