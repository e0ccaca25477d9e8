"""The open workbench: one project, its session, its look, its window. Main thread only."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.bus import Bus
from app.jobs import Jobs
from app.session import Session
from stratum_core.errors import StratumError
from stratum_core.pipeline.projects import open_project
from ui.bridge import Bridge
from ui.colouring import services_of
from ui.shell.places import Context
from ui.shell.window import Window
from ui.theme import Look, load_fonts
from ui.view_state import ViewState

_FIRST_SERVICE = "water"


class Workbench:
    """Everything that lives as long as the window does."""

    def __init__(self, project_name: str, settings: dict[str, str] | None = None) -> None:
        """Open a project; raises InputError where there is none or it is in use."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.bus = Bus()
        self._bridge = Bridge()
        self.session = Session(open_project(project_name), Jobs(self._bridge.deliver), self.bus)
        load_fonts(application)
        self.look = Look(self.bus)
        self.look.follow_system()
        self.view = ViewState(self.bus)
        self._choose_first(settings)
        self.window = Window(Context(self.session, self.bus, self.look, self.view))

    def _choose_first(self, settings: dict[str, str] | None) -> None:
        services = services_of(self.session.city)
        self.view.set_service(_FIRST_SERVICE if _FIRST_SERVICE in services else (services or [""])[0], "start")
        names = self.session.question.names()
        if names:
            try:
                self.session.question.choose("flood" if "flood" in names else names[0], "start", settings)
            except StratumError:
                self.session.scenario = None

    def show(self) -> None:
        """Show the window, no larger than the screen."""
        screen = self.window.screen().availableGeometry()
        self.window.resize(min(1600, screen.width()), min(1000, screen.height()))
        self.window.show()

    def close(self) -> None:
        """Close the window and drop what still comes back."""
        self.window.close()
        self._bridge.close()
