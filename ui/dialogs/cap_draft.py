"""An alert as a CAP draft in a file that the person names. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.notices import Notice, of_error
from stratum_core.errors import InputError, StratumError
from stratum_core.estimation.alerts import Alert
from stratum_core.pipeline.situation.messages import draft_of
from ui.shell.places import Context


def save_draft(context: Context, parent: QWidget, alert: Alert) -> None:
    """Ask where to, and write it there; never sent, never of status Actual."""
    name, _ = QFileDialog.getSaveFileName(parent, "Save a CAP draft", f"{alert.rule.replace(' ', '-')}.xml", "CAP 1.2 (*.xml)")
    if not name:
        return
    session = context.session
    try:
        xml = draft_of(session.city, alert, session.edits.author)
        Path(name).write_bytes(xml)
    except OSError as error:
        session.notify(of_error(InputError("the draft could not be written", where=name, repair=str(error.strerror))))
    except StratumError as error:
        session.notify(of_error(error))
    else:
        session.notify(Notice("info", f"Draft written to {name}. It is a draft: complete it before anybody issues it."))
