"""Opens the window: project, session, panels, event loop. ``main.py`` calls ``run_workbench``; main thread only."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication

from stratum_core.errors import StratumError
from ui.splash import Splash

#: set by bench and tests: what to measure, printed as JSON before the window closes itself
MEASURE = "STRATUM_MEASURE"


def missing_display(environment: Mapping[str, str], system: str = sys.platform) -> str:
    """Why no window can be shown here, as one sentence with the repair; empty where one can. Qt itself would abort."""
    if not system.startswith("linux") or environment.get("QT_QPA_PLATFORM", "xcb").split(":")[0] not in ("", "xcb", "wayland"):
        return ""
    if environment.get("WAYLAND_DISPLAY"):
        return ""
    display = environment.get("DISPLAY", "")
    repair = "Start it in a desktop session, or use the command line: 'main.py --help'."
    if not display:
        return f"There is no display for the window. {repair}"
    host, _, number = display.rpartition(":")
    screen = number.partition(".")[0]
    if host in ("", "unix") and screen.isdigit() and not _listens(Path(f"/tmp/.X11-unix/X{screen}")):
        return f"The display {display} does not answer. {repair}"
    return ""


def _listens(socket_file: Path) -> bool:
    """True when something answers at a local X server's socket, in the file system or in Linux's abstract names."""
    for name in (str(socket_file), f"\0{socket_file}"):
        with socket.socket(socket.AF_UNIX) as link:
            if link.connect_ex(name) == 0:
                return True
    return False


def run_workbench(project_name: str = "sample") -> int:
    """Show the window on a project until it is closed; returns the exit code of the process."""
    missing = missing_display(os.environ)
    if missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Stratum")
    application.setStyle("Fusion")
    gc.disable()  # collecting while modules load costs 0.3 s of 4
    splash = Splash()
    splash.say("Opening the project")
    from app.warm import warm_in_child
    from ui.desk import Desk

    compiling = warm_in_child()
    try:
        desk = Desk(project_name)
    except StratumError as error:
        splash.fail(str(error))
        return error.exit_code
    desk.workbench.show()
    splash.close()
    gc.enable()
    if os.environ.get(MEASURE):
        from ui.measure import measure

        measure(os.environ[MEASURE], desk.workbench)
    code = application.exec()
    if compiling is not None:
        compiling.poll()
    return code
