"""Ed25519 signatures (RFC 8032): keys as 32 raw bytes, in and out. Where a key lies on disk is not decided here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stratum_core.errors import InputError

FINGERPRINT_DIGITS = 16


@dataclass(frozen=True)
class Signer:
    """A private key: 32 raw bytes, never shown by repr."""

    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.private) != 32:
            raise InputError(f"the key holds {len(self.private)} bytes instead of 32",
                             repair="restore the key file from a copy, or delete it to get a new key")

    @classmethod
    def generate(cls) -> Signer:
        """A new key from the system's random numbers."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        """The public key, 32 raw bytes."""
        return self._public

    @property
    def fingerprint(self) -> str:
        """The short name of the public key."""
        return fingerprint(self.public)

    def sign(self, message: bytes) -> bytes:
        """The signature of ``message``, 64 bytes."""
        return self._key.sign(message)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)

    @cached_property
    def _public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """True when ``signature`` is that of ``message`` under the raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: no point of the curve, or a wrong length
        return False
    return True


def fingerprint(public: bytes) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public).hexdigest()[:FINGERPRINT_DIGITS]


def is_known(public: bytes, known_keys: frozenset[str]) -> bool:
    """True when ``known_keys`` names this key, by fingerprint or by its whole hex; spaces and case do not matter."""
    known = {"".join(key.split()).lower() for key in known_keys}
    return fingerprint(public) in known or public.hex() in known
