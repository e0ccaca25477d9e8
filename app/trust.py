"""Keys that the person here knows: a list of fingerprints, and this device's own key."""

from __future__ import annotations

from app.device_key import data_folder, device_signer

FILE = "known_keys.txt"


def known_keys() -> frozenset[str]:
    """Fingerprints in ``known_keys.txt`` (one a line, # starts a remark) and of this device's key if it has one."""
    path = data_folder() / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    listed = {line.partition("#")[0].strip().replace(" ", "").lower() for line in lines}
    own = {device_signer().fingerprint} if (data_folder() / "device.key").is_file() else set()
    return frozenset((listed | own) - {""})
