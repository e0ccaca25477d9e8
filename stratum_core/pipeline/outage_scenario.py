"""A scenario of a plain outage, written as a file of the project, so that any city can be asked a question at once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from stratum_core.errors import InputError
from stratum_core.model.city import City
from stratum_core.pipeline.scenario import SCHEMA

_LONGEST = 40
REPLICATES = 200


def write_outage(folder: Path, city: City, name: str, assets: Sequence[str]) -> Path:
    """Write the scenario ``name`` in which ``assets`` (ids or unique names) stop at hour 0; returns its file.

    Raises InputError without a name or assets, or for one that is unknown, ambiguous, or a file that cannot be written.
    """
    if not name.strip():
        raise InputError("the scenario has no name", repair="give it one")
    if not assets:
        raise InputError("the outage names no component", repair="select one in the city or the table, or write its name")
    ids = list(dict.fromkeys(city.resolve(asset.strip(), where="components") for asset in assets))
    lines = [
        f'schema = "{SCHEMA}"', f"name = {quoted(name.strip())}", "", "[hazard]", 'kind = "outage"',
        f"assets = [{', '.join(map(quoted, ids))}]", "", "[run]", f"replicates = {REPLICATES}", "",
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{free_stem(folder, name, 'outage')}.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"the scenario cannot be written: {error.strerror}", where=str(folder),
                         repair="give yourself the right to write there") from error
    return path


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, DEL excepted."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def free_stem(folder: Path, name: str, otherwise: str) -> str:
    """A file name without suffix, made of ``name`` (``otherwise`` where nothing of it can be written), that no scenario has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem, number = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].rstrip("_") or otherwise, 1
    while (folder / f"{stem}{f'_{number}' if number > 1 else ''}.toml").exists():
        number += 1
    return f"{stem}{f'_{number}' if number > 1 else ''}"
