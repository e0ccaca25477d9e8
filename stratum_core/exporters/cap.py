"""Drafts of alert messages in the Common Alerting Protocol (OASIS CAP 1.2, 2010). Never sent, and never of status Actual.

What only an issuing authority can say (audience, instruction, expiry) is left to the person who edits the draft.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from stratum_core.errors import InputError, unknown

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
STATUSES = ("Draft", "Exercise")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
#: words of the standard by hours until it comes, the soonest first (section 3.2.2)
_URGENCY = ((1.0, "Immediate"), (6.0, "Expected"), (float("inf"), "Future"))
_LIKELY = 0.5


@dataclass(frozen=True)
class Draft:
    """What a draft says. hours: until the event, 0 where it is there; chance of it; circle: latitude, longitude, km."""

    identifier: str
    sender: str
    sent: datetime
    event: str
    headline: str
    description: str
    severity: str
    chance: float
    hours: float
    area: str
    status: str = "Draft"
    circle: tuple[float, float, float] | None = None


def cap_xml(draft: Draft) -> bytes:
    """The message as UTF-8 XML. Raises InputError for a status other than Draft or Exercise, an unknown severity, a bad name."""
    if draft.status not in STATUSES:
        raise unknown("status", draft.status, STATUSES, where="CAP draft")
    if draft.severity not in SEVERITIES:
        raise unknown("severity", draft.severity, SEVERITIES, where="CAP draft")
    for name, text in (("identifier", draft.identifier), ("sender", draft.sender)):
        if not text or any(c in text for c in " ,<&"):
            raise InputError(f"{name} '{text}' is empty or holds a space, comma, < or &", where="CAP draft",
                             repair="give one word, such as an address")
    if draft.sent.utcoffset() is None:
        raise InputError("the time of sending has no zone", where="CAP draft", repair="give a time with its zone")
    ElementTree.register_namespace("", NAMESPACE)
    alert = ElementTree.Element(f"{{{NAMESPACE}}}alert")
    _fill(alert, ("identifier", draft.identifier), ("sender", draft.sender), ("sent", _time(draft.sent)),
          ("status", draft.status), ("msgType", "Alert"), ("scope", "Restricted"),
          ("restriction", "For internal use: not released"))
    info = ElementTree.SubElement(alert, f"{{{NAMESPACE}}}info")
    _fill(info, ("language", "en"), ("category", "Infra"), ("event", draft.event), ("urgency", _urgency(draft)),
          ("severity", draft.severity), ("certainty", _certainty(draft)), ("headline", draft.headline[:160]),
          ("description", draft.description))
    area = ElementTree.SubElement(info, f"{{{NAMESPACE}}}area")
    _fill(area, ("areaDesc", draft.area))
    if draft.circle is not None:
        latitude, longitude, radius = draft.circle
        _fill(area, ("circle", f"{latitude:.5f},{longitude:.5f} {radius:g}"))
    ElementTree.indent(alert)
    found = io.BytesIO()
    ElementTree.ElementTree(alert).write(found, encoding="utf-8", xml_declaration=True)
    return found.getvalue()


def _fill(parent: ElementTree.Element, *pairs: tuple[str, str]) -> None:
    for name, text in pairs:
        ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _time(moment: datetime) -> str:
    """The form of the standard (3.3.2): no fractions, a zone, and -00:00 for UTC."""
    text = moment.replace(microsecond=0).isoformat()
    return text.removesuffix("Z").replace("+00:00", "-00:00")


def _urgency(draft: Draft) -> str:
    return next(word for limit, word in _URGENCY if draft.hours <= limit)


def _certainty(draft: Draft) -> str:
    """Observed where it is there; Likely above one half (3.2.2), else Possible."""
    if draft.hours <= 0 and draft.chance > 0.95:
        return "Observed"
    return "Likely" if draft.chance > _LIKELY else "Possible"
