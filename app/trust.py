"""Keys that the person here knows: those given, else a list of fingerprints and this device's own key."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.device_key import data_folder, device_signer
from stratum_core.errors import InputError

FILE = "known_keys.txt"
_KEY = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")


def known_keys(given: Sequence[str] = ()) -> frozenset[str]:
    """The keys ``given``; without any, those in ``known_keys.txt`` (one a line, # starts a remark) and this device's own.

    Raises InputError for a given one that is no fingerprint and no public key.
    """
    if given:
        return frozenset(_checked(text) for text in given)
    path = data_folder() / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    listed = {line.partition("#")[0].strip().replace(" ", "").lower() for line in lines}
    own = {device_signer().fingerprint} if (data_folder() / "device.key").is_file() else set()
    return frozenset((listed | own) - {""})


def _checked(text: str) -> str:
    key = "".join(text.split()).lower()
    if not _KEY.fullmatch(key):
        raise InputError(f"'{text}' is no key", where="--key",
                         repair="give the 16 hex digits of a fingerprint, or the 64 of a public key")
    return key
