"""Messages of a WebSocket: each a JSON object, or a list of them, of at most 64 MiB. The position is the number of the record.

The protocol knows no acknowledgement: what the peer sends while the connection is down is lost unless it repeats it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, Setting, SourceKind, SourceLost

_GATHER_S = 0.05
_MOST = 20_000
_LARGEST = 64 << 20  # bytes of a message


@dataclass(frozen=True)
class WebSocket:
    """url: ws:// or wss://; subscribe: a text that is sent when the connection stands."""

    url: str
    subscribe: str = ""


class _Connection:
    ended = False

    def __init__(self, spec: WebSocket, setting: Setting) -> None:
        self._spec, self._name = spec, setting.name
        self._socket: Any = None
        self._connection = ExitStack()

    def open(self, done: Done) -> None:
        from stratum_core.ingest.optional import library

        client, errors = library("websockets.sync.client", "websockets"), library("websockets.exceptions", "websockets")
        self._lost = (OSError, errors.WebSocketException)
        self._connection = ExitStack()
        try:
            self._socket = self._connection.enter_context(
                client.connect(self._spec.url, open_timeout=5, max_queue=64, max_size=_LARGEST))
            if self._spec.subscribe:
                self._socket.send(self._spec.subscribe)
        except (errors.InvalidURI, ValueError) as error:
            raise InputError(f"'{self._spec.url}' is no address of a WebSocket", where=self._name,
                             repair="write one such as ws://host:8080/path") from error
        except self._lost as error:
            raise SourceLost(f"{self._spec.url} cannot be reached: {error}.") from error

    def read(self, timeout: float) -> Sequence[Delivery]:
        texts: list[str | None] = []
        until = time.monotonic() + timeout
        try:
            while len(texts) < _MOST and (left := until - time.monotonic()) > 0:
                message = self._socket.recv(timeout=left)
                until = until if texts else min(until, time.monotonic() + _GATHER_S)
                texts.extend(_records(message))
        except TimeoutError:
            pass
        except self._lost as error:
            if not texts:  # what came before is handed over first
                raise SourceLost(f"{self._spec.url} ended the connection: {error}.") from error
        return [Delivery(self._spec.url, texts)] if texts else ()

    def stored(self, delivery: Delivery) -> None:
        pass

    def close(self) -> None:
        self._connection.close()


def _records(message: str | bytes) -> Iterator[str]:
    text = message if isinstance(message, str) else message.decode("utf-8", "replace")
    if not text.lstrip().startswith("["):
        yield text
        return
    try:
        yield from (json.dumps(one) for one in json.loads(text))
    except (ValueError, RecursionError):
        yield text


SOURCES.register("websocket")(SourceKind(WebSocket, _Connection))
