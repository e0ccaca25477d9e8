"""Which workbench is open: another project gets a window of its own, and the old one is closed. Main thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer

from app.notices import of_error
from app.recent import remember_project
from stratum_core.errors import StratumError
from stratum_core.pipeline.projects import project_folder
from ui.events import ProjectAsked
from ui.workbench import Workbench


class Desk:
    """Holds the open workbench, and opens another when one is asked for."""

    def __init__(self, project_name: str) -> None:
        """Open a project; raises InputError where there is none or it is in use."""
        self.workbench = self._opened(project_name)

    def _opened(self, project_name: str) -> Workbench:
        workbench = Workbench(project_name)
        workbench.bus.subscribe(ProjectAsked, lambda event: QTimer.singleShot(0, lambda: self.open(event)))
        remember_project(project_name)
        return workbench

    def open(self, event: ProjectAsked) -> None:
        """Change to another project, or open this one anew; a project that cannot be opened leaves all as it is."""
        old, geometry = self.workbench, self.workbench.window.geometry()
        again = _same(event.project, old)
        if again:
            old.close()  # a project is open once
        try:
            self.workbench = self._opened(event.project)
        except StratumError as error:
            old.session.notify(of_error(error))
            return
        self.workbench.window.setGeometry(geometry)
        self.workbench.window.show()
        for notice in event.notices:
            self.workbench.session.notify(notice)
        if not again:
            old.close()
        old.window.deleteLater()


def _same(project: str, workbench: Workbench) -> bool:
    return project_folder(project).resolve() == Path(workbench.session.project.folder).resolve()
