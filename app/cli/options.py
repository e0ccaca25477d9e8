"""Options that commands share, their errors as sentences, and progress on standard error."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from app.jobs import Eta
from stratum_core.errors import InputError
from stratum_core.ports import CancelToken, Progress, silent


def _threads(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 1024:
        raise argparse.ArgumentTypeError(f"{count} threads are not possible; give 0 (all cores) to 1024")
    return count


def rows(text: str) -> int:
    """How many rows or runs: a whole number from 1 on."""
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{count} is too few; give 1 or more")
    return count


def people(text: str) -> int:
    """How many people: a whole number; 0 is all."""
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError(f"{count} people are not possible; give 0 (all) or more")
    return count


def moment(text: str) -> datetime:
    """A time in ISO 8601; in UTC unless it says otherwise."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no time; write 2026-06-03T14:20Z") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def metres(text: str) -> float:
    """A length in metres above 0."""
    length = float(text)
    if not 0 < length < 1e6:
        raise argparse.ArgumentTypeError(f"{text} m is no length above 0")
    return length


def finite(text: str) -> float:
    """A number that is one."""
    number = float(text)
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"'{text}' is no number that can be reached")
    return number


def fields(options: argparse.Namespace) -> dict[str, str]:
    """FIELD=VALUE pairs of --set by field."""
    found: dict[str, str] = {}
    for text in options.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"'{text}' is no FIELD=VALUE", where="--set", repair="write --set confidence=0.8")
        found[name.strip()] = value.strip()
    return found


def writable_folder(text: str) -> Path:
    """The folder of that name, made where it is missing; raises InputError where nothing can be written."""
    folder = Path(text)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".stratum-write-test"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError(f"the folder cannot be written: {error.strerror}", where=text, repair="choose another") from error
    return folder


class CommandParser(argparse.ArgumentParser):
    """argparse that says usage errors as InputError."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, repair=f"see '{self.prog} --help'")


def common(parser: argparse.ArgumentParser, *, runs: bool = False) -> None:
    """Options of every command; ``runs`` adds those of commands that run an engine."""
    parser.add_argument("--json", metavar="FILE", help="write the result as JSON; - is standard output")
    parser.add_argument("--quiet", action="store_true", help="no progress, no summary")
    parser.add_argument("--seed", type=int, help="seed of every random number")
    parser.add_argument("--cluster", nargs="?", const="", help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=_threads, default=0, help="threads; 0: all cores")
    if runs:
        parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting; 'keys' lists them")


def settings(options: argparse.Namespace, **named: Any) -> dict[str, str]:
    """Settings by dotted key, from --set and from options that are short for one."""
    found: dict[str, str] = {}
    for text in getattr(options, "set", []):
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"'{text}' is no KEY=VALUE", where="--set", repair="write --set run.replicates=200")
        found[name.strip()] = value.strip()
    given = {"run__seed": options.seed, **named}
    short = {name.replace("__", "."): str(value) for name, value in given.items() if value is not None}
    for name, value in short.items():
        if name in found and not _alike(found[name], value):
            raise InputError(f"{name} is given twice, as {found[name]} and as {value}", where="--set", repair="give it once")
    return found | short


def _alike(first: str, second: str) -> bool:
    try:
        return float(first) == float(second)
    except ValueError:
        return first == second


def hours(text: str | None) -> float | None:
    """``72h`` or ``3d`` or ``72`` as hours."""
    if text is None:
        return None
    factor = {"h": 1.0, "d": 24.0}.get(text[-1:])
    try:
        return float(text[:-1]) * factor if factor else float(text)
    except ValueError as error:
        raise InputError(f"'{text}' is no time", where="--horizon", repair="write 72h or 3d") from error


def check_common(options: argparse.Namespace) -> None:
    """Before any work: refuse what cannot be done, and try the place of --json. Raises InputError."""
    if options.cluster is not None:
        raise InputError("clusters come with a later version", where="--cluster",
                         repair="leave it out; a run uses all cores of this machine")
    target = options.json
    if target is None or target == "-":
        return
    path = Path(target)
    if path.is_dir():
        raise InputError("this is a folder", where=target, repair="name a file for --json")
    writable_folder(str(path.parent))
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError("the file cannot be written", where=target, repair="name another file for --json")


def write_json(target: str | None, page: Any) -> None:
    """Write ``page`` to a file or standard output; nothing where no --json was given."""
    if target is None:
        return
    text = json.dumps(page, indent=1, ensure_ascii=False, allow_nan=False)
    if target == "-":
        print(text)
        return
    try:
        Path(target).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", where=target, repair="name another file") from error


def say(options: argparse.Namespace, *lines: str) -> None:
    """Print a summary unless it would mix with JSON on standard output, or --quiet was given."""
    if not options.quiet and options.json != "-":
        print("\n".join(lines))


def progress(options: argparse.Namespace) -> Progress:
    """Progress with the time left, on standard error; silent with --quiet or where nobody watches a terminal."""
    if options.quiet or not sys.stderr.isatty():
        return silent
    eta = Eta()

    def show(done: int, total: int, note: str = "") -> None:
        left = eta(done, total)
        rest = f", {left:.0f} s left" if left is not None else ""
        end = "\n" if done == total else ""
        print(f"\r{note or 'running'}: {100 * done // total} %{rest}   ", end=end, file=sys.stderr, flush=True)

    return show


@contextmanager
def cancellable() -> Iterator[CancelToken]:
    """A token that Ctrl+C sets; a second Ctrl+C ends the program at once."""
    token = CancelToken()
    before = signal.getsignal(signal.SIGINT)

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        token.cancel()

    signal.signal(signal.SIGINT, ask)
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, before)
