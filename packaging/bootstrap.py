"""Everything from nothing: environment, run, test. Standard library only.

    python3 packaging/bootstrap.py setup [--extra NAME]    environment in .venv, from the lock file; NAME: test, learn
                                                           (training) or peers (of benchmarks, in .venv-peers)
    python3 packaging/bootstrap.py run                     the workbench; without a display the main job, headless
    python3 packaging/bootstrap.py test [PYTEST OPTIONS]   checks and the whole test suite, under its own Xvfb

Tested with the Python versions in TESTED. Runs again and again without harm; once set up it needs no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

TESTED = ("3.11", "3.12", "3.13")
ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "stratum-lock.txt"
LOCKS = {"": "requirements.lock", "test": "requirements-test.lock", "peers": "requirements-peers.lock"}
LEARN = ROOT / "packaging" / "requirements-learn.txt"
#: benchmark peers do not all fit beside the program; the benchmarks call them there as processes
PEERS = ROOT / ".venv-peers"

# what Qt's window and VTK load from the system, by the library that tells whether it is there
WINDOW_PACKAGES = {
    "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0", "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1", "libdbus-1.so.3": "libdbus-1-3",
}


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; returns its exit code."""
    command, *rest = arguments or ["--help"]
    if command == "setup":
        return setup(rest[1] if rest[:1] == ["--extra"] and len(rest) > 1 else "")
    if command == "run":
        return setup("") or run()
    if command == "test":
        return setup("test") or test(rest)
    print(__doc__)
    return 0 if command in ("--help", "-h", "help") else 2


def setup(extra: str) -> int:
    """Make .venv hold what the lock of ``extra`` names; does nothing when it does already."""
    if sys.version_info < (3, 11):  # noqa: UP036  the one file that an older Python may meet
        print(f"Python {sys.version.split()[0]} is too old. Install Python 3.11 or newer and call this again with it.")
        return 2
    if f"{sys.version_info.major}.{sys.version_info.minor}" not in TESTED:
        print(f"Note: tested with Python {', '.join(TESTED)}; this is {sys.version.split()[0]}.")
    if extra == "learn":
        return setup("") or (0 if _install(LEARN, checked=False) else 3)
    if extra not in LOCKS:
        print(f"There is no extra '{extra}'. Known: test, learn, peers.")
        return 2
    if extra == "peers":
        return _set_up_peers()
    if _is_set_up(extra):
        return 0
    started = time.monotonic()
    if not _make_venv() or not _install(ROOT / "packaging" / LOCKS[extra]):
        return 3
    kept = set(STAMP.read_text(encoding="utf-8").split()) if STAMP.is_file() else set()
    STAMP.write_text("\n".join(sorted(kept | _names(extra))), encoding="utf-8")
    print("Compiling kernels, once (about a minute) ...", flush=True)
    code = subprocess.call([str(PYTHON), str(ROOT / "main.py"), "warm", "--quiet"])
    print(f"Environment ready in {time.monotonic() - started:.0f} s.", flush=True)
    return code


def _set_up_peers() -> int:
    """Make .venv-peers hold what the lock of the peers names."""
    stamp, mark = PEERS / STAMP.name, _mark("peers")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return 0
    shutil.rmtree(PEERS, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", str(PEERS)]) != 0:
        print("The environment of the peers could not be made. Install Python's venv module, then call this again.")
        return 3
    if not _install(ROOT / "packaging" / LOCKS["peers"], PEERS / PYTHON.relative_to(VENV)):
        return 3
    stamp.write_text(mark, encoding="utf-8")
    return 0


def run() -> int:
    """Open the workbench; with no display run the main job and say where the briefing is."""
    if os.name == "nt" or sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        _system_packages(WINDOW_PACKAGES)
        return subprocess.call([str(PYTHON), str(ROOT / "main.py")])
    out = ROOT / "briefing-out"
    print(f"No display here: running the main job headless instead, into {out}.", flush=True)
    return subprocess.call([str(PYTHON), str(ROOT / "main.py"), "brief", "sample", "--scenario", "flood", "--out", str(out)])


def test(options: Sequence[str]) -> int:
    """Style, types, import rules, then the tests."""
    _system_packages({**WINDOW_PACKAGES, "Xvfb": "xvfb", "mosquitto": "mosquitto"})
    tools = VENV / ("Scripts" if os.name == "nt" else "bin")
    checks = [
        [str(tools / "ruff"), "check", "."],
        [str(tools / "mypy")],
        [str(tools / "lint-imports"), "--no-cache"],
    ]
    for check in checks:
        print("+", Path(check[0]).name, *check[1:], flush=True)
        if code := subprocess.call(check, cwd=ROOT):
            return code
    return subprocess.call([str(PYTHON), "-m", "pytest", *options], cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "xcb"})


def _names(extra: str) -> set[str]:
    """Marks of the locks that ``extra`` satisfies: a larger lock holds the smaller ones."""
    held = {"": [""], "test": ["", "test"]}[extra]
    return {_mark(name) for name in held}


def _mark(extra: str) -> str:
    digest = hashlib.sha256((ROOT / "packaging" / LOCKS[extra]).read_bytes()).hexdigest()[:16]
    return f"{extra or 'base'}:{digest}:{sys.version_info.major}.{sys.version_info.minor}"


def _is_set_up(extra: str) -> bool:
    return PYTHON.exists() and STAMP.is_file() and _mark(extra) in STAMP.read_text(encoding="utf-8").split()


def _make_venv() -> bool:
    if PYTHON.exists() and _same_python():
        return True
    shutil.rmtree(VENV, ignore_errors=True)
    print("Making .venv ...", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)]) == 0:
        return True
    shutil.rmtree(VENV, ignore_errors=True)
    if _apt([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]):
        return subprocess.call([sys.executable, "-m", "venv", str(VENV)]) == 0
    return False


def _same_python() -> bool:
    code = "import sys; print(f'{sys.version_info.major}.{sys.version_info.minor}')"
    found = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False).stdout.strip()
    return found == f"{sys.version_info.major}.{sys.version_info.minor}"


def _install(lock: Path, python: Path = PYTHON, *, checked: bool = True) -> bool:
    size = f"about {'1.5 GB' if python == PYTHON else '100 MB'} on disk"
    print(f"Installing what {lock.name} names ({size}) ...", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    if subprocess.call([*pip, *(["--require-hashes", "--no-deps"] if checked else []), "-r", str(lock)]) == 0:
        return True
    print("Packages could not be installed. Check the network for this first time, then call this again.")
    return False


def _system_packages(packages: dict[str, str]) -> None:
    """Install missing Debian packages where that is allowed, else say the one line to type."""
    if sys.platform != "linux":
        return
    missing = sorted({package for name, package in packages.items() if not _is_there(name)})
    if missing and not _apt(missing):
        print(f"The window needs system packages. Type:  sudo apt-get install -y {' '.join(missing)}", flush=True)


def _is_there(name: str) -> bool:
    if not name.startswith("lib"):
        return shutil.which(name) is not None
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _apt(packages: Sequence[str]) -> bool:
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    print("Installing system packages:", *packages, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.call(["apt-get", "update", "-qq"], stdout=subprocess.DEVNULL, env=environment)
    return subprocess.call(install, stdout=subprocess.DEVNULL, env=environment) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
