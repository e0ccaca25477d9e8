"""Client libraries that only some sources need."""

from __future__ import annotations

import importlib
from typing import Any

from stratum_core.errors import InputError


def library(module: str, package: str) -> Any:
    """The module of an optional package; raises InputError that says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(f"this source needs the package {package}", repair="install the extra 'live'") from error
