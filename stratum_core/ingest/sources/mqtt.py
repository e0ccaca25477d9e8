"""Messages of an MQTT broker (3.1.1), with quality of service 1 and a session that outlives the connection.

A message is acknowledged once it is stored, so none is lost; one that the broker sends again is dropped as repeated.
The part is the message's topic, the position the number of the message in it: MQTT has no offsets. Where more than 50 topics
speak within one batch, its part is the subscription: a transaction for each topic would hold up the rest.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, Setting, SourceKind, SourceLost

_GATHER_S = 0.05
_MOST = 20_000
_MOST_TOPICS = 50


@dataclass(frozen=True)
class Mqtt:
    """password_env: the variable that holds the password, which is never in a file. envelope: each record becomes
    {topic, received, payload}, for payloads that do not say which sensor or when."""

    host: str
    topic: str
    port: int = 1883
    client: str = "stratum"
    username: str = ""
    password_env: str = ""
    tls: bool = False
    envelope: bool = False


class _Subscription:
    ended = False

    def __init__(self, spec: Mqtt, setting: Setting) -> None:
        self._spec, self._name = spec, setting.name
        self._client: Any = None
        self._arrived: list[Any] = []
        self._refused = ""

    def open(self, done: Done) -> None:
        from stratum_core.ingest.optional import library

        mqtt = library("paho.mqtt.client", "paho-mqtt")
        spec = self._spec
        self._arrived, self._refused = [], ""
        self._client = client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"{spec.client}-{self._name}",
                                            clean_session=False, manual_ack=True)
        if spec.username:
            client.username_pw_set(spec.username, os.environ.get(spec.password_env))
        if spec.tls:
            client.tls_set()
        client.on_connect = self._connected
        client.on_message = lambda *call: self._arrived.append(call[2])
        try:
            client.connect(spec.host, spec.port)
            until = time.monotonic() + 5
            while not client.is_connected() and not self._refused and time.monotonic() < until:
                client.loop(0.1)
        except ValueError as error:  # its host, port or topic
            raise InputError(f"this is no address or topic: {error}", where=self._name,
                             repair="correct host, port and topic") from error
        except OSError as error:
            raise SourceLost(f"The broker {spec.host}:{spec.port} cannot be reached: {error}.") from error
        if self._refused:
            raise InputError(f"the broker refuses: {self._refused}", where=self._name, repair="check name, password and topic")
        if not client.is_connected():
            raise SourceLost(f"The broker {spec.host}:{spec.port} does not answer.")

    def read(self, timeout: float) -> Sequence[Delivery]:
        until = time.monotonic() + timeout
        while len(self._arrived) < _MOST:
            left = until - time.monotonic()
            if left <= 0:
                break
            had = len(self._arrived)
            if self._client.loop(min(left, 0.02)) != 0:
                raise SourceLost(f"The broker {self._spec.host}:{self._spec.port} ended the connection.")
            if not had and self._arrived:
                until = min(until, time.monotonic() + _GATHER_S)
        taken, self._arrived = self._arrived, []
        by_topic: dict[str, list[Any]] = {}
        for one in taken:
            by_topic.setdefault(one.topic, []).append(one)
        if len(by_topic) > _MOST_TOPICS:
            by_topic = {self._spec.topic: taken}
        return [Delivery(topic, [self._text(one) for one in some], receipt=some) for topic, some in by_topic.items()]

    def stored(self, delivery: Delivery) -> None:
        for message in delivery.receipt:  # type: ignore[attr-defined]
            self._client.ack(message.mid, message.qos)

    def close(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client = None

    def _connected(self, client: Any, data: object, flags: object, code: Any, properties: object) -> None:
        if code.is_failure:
            self._refused = str(code)
        else:
            client.subscribe(self._spec.topic, qos=1)

    def _text(self, message: Any) -> str:
        text = message.payload.decode("utf-8", "replace")
        if not self._spec.envelope:
            return str(text)
        try:
            payload = json.loads(text)
        except (ValueError, RecursionError):
            payload = text
        received = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return json.dumps({"topic": message.topic, "received": received, "payload": payload})


SOURCES.register("mqtt")(SourceKind(Mqtt, _Subscription))
