"""The device key: made once, readable by its owner only, told apart from a damaged file."""

import os
from pathlib import Path

import pytest

from app.device_key import FILE, data_folder, device_signer
from stratum_core.errors import InputError


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATUM_HOME", str(tmp_path / "home"))
    first = device_signer()
    assert data_folder() == tmp_path / "home"
    assert device_signer().fingerprint == first.fingerprint
    assert [p.name for p in (tmp_path / "home").iterdir()] == [FILE]
    if os.name == "posix":
        assert (tmp_path / "home" / FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_or_shared_key_is_an_input_error_with_the_repair(tmp_path: Path) -> None:
    device_signer(tmp_path)
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(InputError, match="5 bytes"):
        device_signer(tmp_path)
    if os.name == "posix":
        (tmp_path / FILE).chmod(0o644)
        with pytest.raises(InputError, match="chmod 600"):
            device_signer(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="STRATUM_HOME"):
        device_signer(tmp_path / "file" / "below")
