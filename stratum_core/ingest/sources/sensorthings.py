"""Observations of an OGC SensorThings 1.1 service, polled in the order of their ids, page after page by @iot.nextLink.

Ids must be numbers that rise, as common servers give them. A record is {time, sensor, value, unit}: the (end of the)
phenomenon time, the name of the datastream, the result and the symbol of its unit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import numpy as np

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, Setting, SourceKind, SourceLost

_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class SensorThings:
    """url: of the service, ending in v1.1; every_s: seconds between two polls; page: observations asked for at a time."""

    url: str
    every_s: float = 30.0
    page: int = 1000


class _Service:
    ended = False

    def __init__(self, spec: SensorThings, setting: Setting) -> None:
        server = urlsplit(spec.url)
        if server.scheme not in ("http", "https"):
            raise InputError(f"'{spec.url}' is no web address", where=setting.name, repair="begin it with https://")
        self._spec, self._url = spec, spec.url.rstrip("/")
        self._server = f"{server.scheme}://{server.netloc}/"
        self._next, self._link, self._due = 0, "", 0.0

    def open(self, done: Done) -> None:
        self._next, self._link, self._due = done.next.get(self._url, 0), "", 0.0

    def read(self, timeout: float) -> Sequence[Delivery]:
        wait = self._due - time.monotonic()
        if not self._link and wait > 0:
            time.sleep(min(wait, timeout))
            return ()
        page, self._link = self._get(self._link or self._first())
        if not self._link:
            self._due = time.monotonic() + self._spec.every_s
        found = sorted((_number(one), _record(one)) for one in page)
        if not found:
            return ()
        self._next = found[-1][0] + 1
        return [Delivery(self._url, [text for _, text in found], np.array([number for number, _ in found], dtype=np.int64))]

    def stored(self, delivery: Delivery) -> None:
        pass

    def close(self) -> None:
        pass

    def _first(self) -> str:
        expand = "Datastream($select=name,unitOfMeasurement)"
        asked = {"$filter": f"id ge {self._next}", "$orderby": "id asc", "$top": str(self._spec.page), "$expand": expand}
        return f"{self._url}/Observations?" + "&".join(f"{key}={quote(value)}" for key, value in asked.items())

    def _checked(self, link: str) -> str:
        """A link to the same server; another one would send the poll wherever a reply says."""
        if link and not link.startswith(self._server):
            raise SourceLost(f"{self._url} leads to another server: {link}.")
        return link

    def _get(self, url: str) -> tuple[list[dict[str, Any]], str]:
        """The observations of a page, and the link to the next one."""
        try:
            with urlopen(Request(url, headers={"Accept": "application/json"}), timeout=_TIMEOUT_S) as reply:
                page = json.load(reply)
        except (HTTPException, OSError, ValueError, RecursionError) as error:
            raise SourceLost(f"{self._url} does not answer as it should: {error}.") from error
        found, link = (page.get("value", []), page.get("@iot.nextLink", "")) if isinstance(page, dict) else (None, "")
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found) or not isinstance(link, str):
            raise SourceLost(f"{self._url} does not answer as a SensorThings service does.")
        return found, self._checked(link)


def _number(observation: dict[str, Any]) -> int:
    id = observation.get("@iot.id")
    if not isinstance(id, int) or not 0 <= id < 2**63 - 1:
        raise InputError(f"the id '{id}' of an observation is no number", where="SensorThings", repair="ask for numbers as ids")
    return id


def _record(observation: dict[str, Any]) -> str:
    stream = _object(observation.get("Datastream"))
    when = str(observation.get("phenomenonTime", "")).split("/")[-1]
    unit = _object(stream.get("unitOfMeasurement")).get("symbol", "")
    return json.dumps({"time": when, "sensor": stream.get("name"), "value": observation.get("result"), "unit": unit})


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


SOURCES.register("sensorthings")(SourceKind(SensorThings, _Service))
