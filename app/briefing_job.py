"""The briefing of the run that a session shows."""

from __future__ import annotations

import getpass
from pathlib import Path

from app.device_key import device_signer
from app.session import Session
from stratum_core.errors import InputError
from stratum_core.pipeline.explain import stored_scenario
from stratum_core.pipeline.main_job import write_briefing


def make_briefing(session: Session, folder: Path) -> Path:
    """Write the briefing of the shown run and its proof into ``folder``; returns the document's path.

    Called on a compute thread; what touches the store runs on the data thread.
    Raises InputError when no run is shown, or city or scenario changed since.
    """
    result = session.result
    if result is None:
        raise InputError("there is no run to brief on", repair="press Answer first")
    signer, project = device_signer(), session.project

    def write() -> Path:
        job, scenario = stored_scenario(project, result.run)
        done = write_briefing(project, job, result, scenario, folder, signer=signer, author=getpass.getuser())
        return done.document

    return session.jobs.store(write)
