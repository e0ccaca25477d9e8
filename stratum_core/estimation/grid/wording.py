"""What an estimate of a grid says of itself, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from stratum_core.estimation.grid.wls import Verdict

_SHOWN = 10


def verdict_text(found: Verdict, names: Sequence[str]) -> str:
    """On bad data, and on what no test of residuals can see."""
    parts = [f"Removed as wrong: {_listed([names[i] for i in found.removed])}." if found.removed
             else "No measurement stands out."]
    if found.alike:
        alike = _listed([names[i] for i in found.alike])
        parts.append(f"As likely wrong as one removed, and not to be told apart from it: {alike}.")
    if found.suspect and not found.removed:
        parts.append("Yet the residuals together are too large: several small errors, or a wrong grid model.")
    critical = [name for name, is_so in zip(names, found.last.critical, strict=True) if is_so]
    if critical:
        parts.append(f"Critical: {_listed(critical)}; an error there is undetectable, since nothing else tells what they tell.")
    return " ".join(parts)


def blind_text(buses: Sequence[str]) -> str:
    """On a grid that is not observable."""
    many = "1 bus" if len(buses) == 1 else f"{len(buses)} buses"
    return f"The measurements do not determine the voltage of {many}: {_listed(buses)}. Add measurements there."


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
