"""Opens the window: project, session, panels, event loop. ``main.py`` calls ``run_workbench``; main thread only."""

from __future__ import annotations

import gc
import os
import sys

from PySide6.QtWidgets import QApplication

from stratum_core.errors import StratumError
from ui.splash import Splash

#: set by bench and tests: what to measure, printed as JSON before the window closes itself
MEASURE = "STRATUM_MEASURE"


def run_workbench(project_name: str = "sample") -> int:
    """Show the window on a project until it is closed; returns the exit code of the process."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Stratum")
    application.setStyle("Fusion")
    gc.disable()  # collecting while modules load costs 0.3 s of 4
    splash = Splash()
    splash.say("Opening the project")
    from app.warm import warm_in_child
    from ui.workbench import Workbench

    compiling = warm_in_child()
    try:
        workbench = Workbench(project_name)
    except StratumError as error:
        splash.fail(str(error))
        return error.exit_code
    workbench.show()
    splash.close()
    gc.enable()
    if os.environ.get(MEASURE):
        from ui.measure import measure

        measure(os.environ[MEASURE], workbench)
    code = application.exec()
    if compiling is not None:
        compiling.poll()
    return code
