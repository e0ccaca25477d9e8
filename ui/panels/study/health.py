"""Data health in two texts: the score, and the findings. Runs on the compute thread."""

from __future__ import annotations

from stratum_core.model.city import City


def data_health(city: City) -> tuple[str, str]:
    """(score, the findings one a line)."""
    from stratum_core.pipeline.health import health

    report = health(city)
    lines = [f"{issue.severity}: {issue.message}" for issue in report.issues[:12]]
    lines.insert(0, f"Data health {report.score:.0f} of 100; 100: nothing found.")
    return f"score {report.score:.0f}", "\n".join(lines)
