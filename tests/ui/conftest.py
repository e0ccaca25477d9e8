"""A window on the sample city for tests; the test that leaves a thread, a timer or a VTK message behind fails."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
pytest.importorskip("PySide6.QtWidgets")
pytest.importorskip("pytestqt")

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from vtkmodules.vtkCommonCore import vtkObject, vtkOutputWindow

from ui.workbench import Workbench

REPLICATES = {"run.replicates": "40"}


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample project, made once."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATUM_HOME", str(home))
        from stratum_core.pipeline.projects import open_project

        open_project("sample").close()
    return home


@pytest.fixture(scope="session", autouse=True)
def _leave_the_screen_before_it_goes(qapp: QApplication) -> Iterator[None]:
    """End Qt's connection to the screen while the screen is still there; else the process ends with an X error."""
    yield
    gc.collect()
    qapp.shutdown()


@pytest.fixture
def _home(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATUM_HOME", str(sample_home))
    return sample_home


@pytest.fixture(autouse=True)
def nothing_left(qtbot: object) -> Iterator[None]:
    """Fail the test that leaves a thread, a running timer, a window or a VTK message."""
    before = set(threading.enumerate())
    messages: list[str] = []
    window = vtkOutputWindow.GetInstance()
    # the observer of a text event has no text: what was written is asked of the object that calls
    tags = [window.AddObserver(kind, lambda caller, event: messages.append(event)) for kind in ("ErrorEvent", "WarningEvent")]
    vtkObject.GlobalWarningDisplayOn()
    yield
    QApplication.processEvents()
    for tag in tags:
        window.RemoveObserver(tag)
    gc.collect()
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive() and not thread.daemon]
    assert not left, f"threads left behind: {left}"
    assert not messages, f"VTK said: {messages}"
    assert not running_timers(), f"timers left running: {running_timers()}"


def running_timers() -> list[str]:
    """The running timers of windows that are still there."""
    roots: list[QObject] = list(QApplication.topLevelWidgets())
    return [timer.parent().__class__.__name__ for root in roots for timer in root.findChildren(QTimer) if timer.isActive()]


@pytest.fixture
def bench(_home: Path, qtbot: object) -> Iterator[Workbench]:
    """The window on the sample city, shown, with few replicates."""
    yield from opened("sample", qtbot)


def opened(project: str, qtbot: object) -> Iterator[Workbench]:
    """A shown window on a project, closed at the end."""
    workbench = Workbench(project, REPLICATES)
    workbench.window.resize(1600, 1000)
    workbench.window.show()
    qtbot.waitExposed(workbench.window)  # type: ignore[attr-defined]
    QApplication.processEvents()
    yield workbench
    workbench.close()
    QApplication.processEvents()
    workbench.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def answered(bench: Workbench, qtbot: object) -> Workbench:
    """The window with an answer."""
    run(bench, qtbot)
    return bench


def run(workbench: Workbench, qtbot: object) -> None:
    """Answer the question and wait until the run is stored."""
    from app.bus import RunEnded

    ended: list[RunEnded] = []
    stop = workbench.bus.subscribe(RunEnded, ended.append)
    workbench.session.run()
    wait(qtbot, lambda: bool(ended), 60_000)
    stop()


def wait(qtbot: object, until: Callable[[], bool], timeout: int = 20_000) -> None:
    """Run the event loop until something is so."""
    qtbot.waitUntil(until, timeout=timeout)  # type: ignore[attr-defined]
