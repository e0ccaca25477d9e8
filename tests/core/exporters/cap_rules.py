"""What the schema of CAP 1.2 fixes (OASIS Standard, 1 July 2010, section 3.4): order, number, words and forms of elements."""

from __future__ import annotations

import re
from xml.etree import ElementTree

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
#: element, least and greatest number of times, in the order in which they have to stand
ORDER = {
    "alert": (("identifier", 1, 1), ("sender", 1, 1), ("sent", 1, 1), ("status", 1, 1), ("msgType", 1, 1), ("source", 0, 1),
              ("scope", 1, 1), ("restriction", 0, 1), ("addresses", 0, 1), ("code", 0, 99), ("note", 0, 1), ("references", 0, 1),
              ("incidents", 0, 1), ("info", 0, 99)),
    "info": (("language", 0, 1), ("category", 1, 99), ("event", 1, 1), ("responseType", 0, 99), ("urgency", 1, 1),
             ("severity", 1, 1), ("certainty", 1, 1), ("audience", 0, 1), ("eventCode", 0, 99), ("effective", 0, 1),
             ("onset", 0, 1), ("expires", 0, 1), ("senderName", 0, 1), ("headline", 0, 1), ("description", 0, 1),
             ("instruction", 0, 1), ("web", 0, 1), ("contact", 0, 1), ("parameter", 0, 99), ("resource", 0, 99), ("area", 0, 99)),
    "area": (("areaDesc", 1, 1), ("polygon", 0, 99), ("circle", 0, 99), ("geocode", 0, 99), ("altitude", 0, 1),
             ("ceiling", 0, 1)),
}
WORDS = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}
#: four digits of the year to seconds, then an offset in figures; a Z or a fraction of a second is not allowed
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_MOMENTS = ("sent", "effective", "onset", "expires")


def broken_rules(text: bytes) -> list[str]:
    """What of the schema a message breaks, in words."""
    root = ElementTree.fromstring(text)
    return [*([] if root.tag == f"{{{NAMESPACE}}}alert" else [f"root {root.tag}"]), *_broken(root, "alert")]


def _broken(parent: ElementTree.Element, kind: str) -> list[str]:
    names = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in parent]
    order = [name for name, _, _ in ORDER[kind]]
    found = [f"{kind}: unknown {name}" for name in names if name not in order]
    places = [order.index(name) for name in names if name in order]
    if places != sorted(places):
        found.append(f"{kind}: order {names}")
    found += [f"{kind}: {names.count(name)} of {name}" for name, least, most in ORDER[kind]
              if not least <= names.count(name) <= most]
    for name, child in zip(names, parent, strict=True):
        said = child.text or ""
        if name in WORDS and said not in WORDS[name]:
            found.append(f"{name}: {said}")
        if name in _MOMENTS and not _MOMENT.fullmatch(said):
            found.append(f"{name}: {said}")
        if name in ORDER:
            found += _broken(child, name)
    if kind == "alert":
        said = {name: child.text or "" for name, child in zip(names, parent, strict=True)}
        found += [f"{name}: {said.get(name)}" for name in ("identifier", "sender") if re.search(r"[\s,<&]", said.get(name, " "))]
        if (said.get("scope") == "Restricted") != ("restriction" in said):
            found.append("a restriction belongs to the scope Restricted alone")
    return found
