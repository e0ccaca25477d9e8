"""Topics of a Kafka cluster. Offsets are kept in the store, in the transaction of their readings, and not in the cluster.

The part is topic/partition, the position the offset. A topic is read from the beginning the first time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from stratum_core.errors import InputError
from stratum_core.ingest.delivery import SOURCES, Delivery, Done, Setting, SourceKind, SourceLost

_MOST = 20_000


@dataclass(frozen=True)
class Kafka:
    """servers: host:port, several by comma; topic: its name."""

    servers: str
    topic: str


class _Topic:
    ended = False

    def __init__(self, spec: Kafka, setting: Setting) -> None:
        self._spec, self._name = spec, setting.name
        self._consumer: Any = None

    def open(self, done: Done) -> None:
        from stratum_core.ingest.optional import library

        kafka = library("confluent_kafka", "confluent-kafka")
        self._errors, self._lost = kafka.KafkaError, kafka.KafkaException
        settings = {
            "bootstrap.servers": self._spec.servers, "group.id": f"stratum-{self._name}", "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "fetch.wait.max.ms": 20, "queued.max.messages.kbytes": 16384,
            "log_level": 0, "error_cb": lambda _: None,
        }
        try:
            self._consumer = kafka.Consumer(settings)
        except kafka.KafkaException as error:
            raise InputError(f"'{self._spec.servers}' are no servers: {error}", where=self._name,
                             repair="write host:port") from error
        try:
            found = self._consumer.list_topics(self._spec.topic, timeout=5).topics[self._spec.topic]
        except kafka.KafkaException as error:
            raise SourceLost(f"The Kafka servers {self._spec.servers} cannot be reached: {error}.") from error
        if found.error is not None or not found.partitions:
            raise SourceLost(f"The Kafka servers {self._spec.servers} have no topic '{self._spec.topic}'.")
        self._consumer.assign([
            kafka.TopicPartition(self._spec.topic, number, done.next.get(self._part(number), kafka.OFFSET_BEGINNING))
            for number in found.partitions])

    def read(self, timeout: float) -> Sequence[Delivery]:
        try:
            messages = self._consumer.consume(_MOST, min(timeout, 0.05))
        except self._lost as error:
            raise SourceLost(f"Kafka topic {self._spec.topic}: {error}.") from error
        for message in messages:
            if (fault := message.error()) is not None and fault.code() != self._errors._PARTITION_EOF:
                raise SourceLost(f"Kafka topic {self._spec.topic}: {fault.str()}.")
        good = sorted((one for one in messages if one.error() is None), key=lambda one: (one.partition(), one.offset()))
        return [self._delivery(number, list(group)) for number, group in groupby(good, key=lambda one: one.partition())]

    def stored(self, delivery: Delivery) -> None:
        pass

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _part(self, number: int) -> str:
        return f"{self._spec.topic}/{number}"

    def _delivery(self, number: int, messages: list[Any]) -> Delivery:
        texts = [(one.value() or b"").decode("utf-8", "replace") for one in messages]
        return Delivery(self._part(number), texts, np.array([one.offset() for one in messages], dtype=np.int64))


SOURCES.register("kafka")(SourceKind(Kafka, _Topic))
