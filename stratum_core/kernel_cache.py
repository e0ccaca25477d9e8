"""Where compiled kernels are kept: one folder per version of all kernel sources.

numba notices a change of a kernel's own file only, not of a kernel that it calls; a folder
named after the digest of all of them cannot go stale.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs


def use_kernel_cache() -> None:
    """Point numba at the folder of these sources, unless NUMBA_CACHE_DIR says otherwise; call before numba is imported."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted([*root.rglob("kernels.py"), *root.rglob("network.py"), *root.rglob("state.py")]):
        digest.update(source.read_bytes())
    folder = Path(platformdirs.user_cache_dir("stratum", appauthor=False)) / f"kernels-{digest.hexdigest()[:16]}"
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
