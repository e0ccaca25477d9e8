"""What a person can do, as one table: menus, shortcuts and the command palette are made from it. Main thread only."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.bus import BriefingMade
from app.notices import Notice, of_error
from app.recent import recent_projects
from stratum_core.errors import StratumError
from stratum_core.pipeline.projects import project_folder
from ui.colouring import modes_now
from ui.events import FilmAsked, FocusAsked, ProjectAsked

if TYPE_CHECKING:
    from ui.shell.places import Context

Do = Callable[["Context"], None]
BRIEFING = "app.briefing_job"


@dataclass(frozen=True)
class Action:
    """One thing to do: menu, text with mnemonic, shortcut; ``needs`` says when it can be done."""

    name: str
    menu: str
    text: str
    do: Do
    shortcut: str = ""
    needs: str = ""
    line_above: bool = False
    choices: Callable[[Context], list[tuple[str, Do]]] | None = None  # entries of a submenu, asked for when it opens


def _camera(view: str) -> Do:
    return lambda context: context.view.move_camera(view, "menu")


def _focus(panel: str) -> Do:
    return lambda context: context.bus.publish(FocusAsked(panel, "menu"))


def _beside(context: Context) -> None:
    context.view.set_beside(not context.view.beside, "menu")


def _page(page: str) -> Do:
    return lambda context: context.view.set_page(page, "menu")


def _undo(context: Context) -> None:
    if context.view.tool:
        context.session.orders.undo()
    elif not context.session.edits.undo("menu"):
        context.session.notify(Notice("note", "There is nothing to undo."))


def _redo(context: Context) -> None:
    if not context.session.edits.redo("menu"):
        context.session.notify(Notice("note", "There is nothing to redo."))


def _hour(step: float) -> Do:
    def move(context: Context) -> None:
        session = context.session
        end = session.result.horizon_h if session.result else 72.0
        session.set_hour(min(max(session.hour + step, 0.0), end), "menu")

    return move


def _colour(step: int) -> Do:
    def turn(context: Context) -> None:
        session = context.session
        names = [mode.name for mode in modes_now(session)]
        at = names.index(context.view.colour) if context.view.colour in names else 0
        context.view.set_colour(names[(at + step) % len(names)], "menu")

    return turn


def make_briefing(context: Context) -> None:
    """Write a briefing beside the project, on the compute thread; the path comes back as a notice."""
    if importlib.util.find_spec(BRIEFING) is None:
        context.session.notify(Notice("warning", "This copy holds no briefing writer. Update the program."))
        return
    folder = Path(context.session.project.folder) / "briefings"
    session = context.session
    work = importlib.import_module(BRIEFING).make_briefing

    def written(path: Path) -> None:
        context.bus.publish(BriefingMade(str(path)))

    session.notify(Notice("note", "The briefing is being written."))
    session.jobs.compute(
        lambda progress, cancel: work(session, folder),
        written,
        lambda error: session.notify(of_error(error)),
        lambda *_: None,
    )


def _open_project(context: Context) -> None:
    from ui.dialogs import choosing

    folder = choosing.choose_project(QApplication.activeWindow())
    if folder:
        context.bus.publish(ProjectAsked(folder))


def _recent(context: Context) -> list[tuple[str, Do]]:
    here = str(Path(context.session.project.folder).resolve())
    others = [name for name in recent_projects() if str(project_folder(name).resolve()) != here]
    return [(name, lambda context, name=name: context.bus.publish(ProjectAsked(name))) for name in others]


def _open_last(context: Context) -> None:
    found = _recent(context)
    if found:
        found[0][1](context)
    else:
        context.session.notify(Notice("note", "No other project was open before. Open one from its folder."))


def _import(context: Context) -> None:
    from ui.dialogs import choosing
    from ui.dialogs.importing import ImportDialog

    files = choosing.choose_imports(QApplication.activeWindow())
    if files:
        ImportDialog(context, files, QApplication.activeWindow()).open()


def _open_scenario(context: Context) -> None:
    from ui.dialogs import choosing

    file = choosing.choose_scenario(QApplication.activeWindow())
    if not file:
        return
    try:
        context.session.question.open(Path(file), "menu")
    except StratumError as error:
        context.session.notify(of_error(error))


def draw_footprint(context: Context) -> None:
    """Let the person draw a footprint on the city, and choose the scenario that is made of it."""
    from ui.dialogs.footprint import FootprintDialog

    FootprintDialog(context, QApplication.activeWindow()).show()


def draw_orders(context: Context) -> None:
    """Let the person draw zones, closed roads, contraflow, routes and ways out for the evacuation of the chosen scenario."""
    from ui.dialogs.orders import OrdersDialog

    if context.view.tool:
        return
    window = QApplication.activeWindow()
    dialog = OrdersDialog(context, window)
    if window is not None:  # over the inspector, so that the city stays free
        dialog.move(window.geometry().right() - dialog.width() - 8, window.geometry().top() + 150)
    dialog.show()


def record_film(context: Context) -> None:
    """Show the city, and ask for hours and place of a film of it."""
    context.view.set_page("city", "menu")
    context.bus.publish(FilmAsked("menu"))


def new_measure(context: Context) -> None:
    """Let the person add a measure to the project, like one that is there."""
    from ui.dialogs.measure import MeasureDialog

    MeasureDialog(context, QApplication.activeWindow()).show()


def _no_plan(context: Context) -> None:
    context.view.show_plan((), "menu")


def new_outage(context: Context) -> None:
    """Ask for the components of an outage, the selected one first, and choose the scenario that is made of it."""
    from ui.dialogs.outage import OutageDialog

    OutageDialog(context, QApplication.activeWindow()).open()


def _quit(context: Context) -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.closeAllWindows()


ACTIONS: tuple[Action, ...] = (
    Action("open", "&File", "&Open project...", _open_project, "Ctrl+O"),
    Action("recent", "&File", "Open &recent", _open_last, choices=_recent),
    Action("import", "&File", "&Import files...", _import, "Ctrl+Shift+I", "idle"),
    Action("open_scenario", "&File", "Open &scenario file...", _open_scenario, "Ctrl+Shift+O", line_above=True),
    Action("draw_footprint", "&File", "&Draw a footprint on the city...", draw_footprint, "Ctrl+Shift+D"),
    Action("draw_orders", "&File", "Draw &zones and closures...", draw_orders, "Ctrl+Shift+E", "scenario"),
    Action("new_measure", "&File", "New &measure...", new_measure),
    Action("new_outage", "&File", "New o&utage scenario from the selection...", new_outage, "Ctrl+Shift+N"),
    Action("briefing", "&File", "Make &briefing", make_briefing, "Ctrl+B", "result", line_above=True),
    Action("film", "&File", "&Record a film of the city...", record_film, "Ctrl+Shift+R"),
    Action("quit", "&File", "&Quit", _quit, "Ctrl+Q", line_above=True),
    Action("undo", "&Edit", "&Undo", _undo, "Ctrl+Z"),
    Action("redo", "&Edit", "&Redo", _redo, "Ctrl+Shift+Z"),
    Action("find", "&Edit", "&Find by name", _focus("search"), "Ctrl+F", line_above=True),
    Action("commands", "&Edit", "&Commands", _focus("commands"), "Ctrl+K"),
    Action("page_city", "&View", "3D &city", _page("city"), "Ctrl+1"),
    Action("page_table", "&View", "&Table", _page("table"), "Ctrl+2"),
    Action("page_results", "&View", "&Results", _page("results"), "Ctrl+3"),
    Action("page_ledger", "&View", "&Ledger", _page("ledger"), "Ctrl+4"),
    Action("graph", "&View", "&Graph beside the city", _beside, "Ctrl+G"),
    Action("home", "&View", "Camera &home", _camera("home"), "Home", line_above=True),
    Action("top", "&View", "Camera to&p", _camera("top"), "Ctrl+Shift+T"),
    Action("south", "&View", "Camera &south", _camera("south"), "Ctrl+Shift+S"),
    Action("fit", "&View", "Camera f&it selection", _camera("fit"), "Ctrl+Shift+F"),
    Action("colour", "&View", "Next c&olouring", _colour(1), "Ctrl+L", line_above=True),
    Action("scheme", "&View", "&Dark, light, high contrast", lambda context: context.look.next("menu"), "Ctrl+D"),
    Action("unselect", "&City", "&Clear the selection", lambda context: context.session.select(None, "menu"), "Ctrl+Shift+A"),
    Action("why", "&City", "&Why does it fail", _focus("inspector"), "Ctrl+I"),
    Action("layers", "&City", "&Layers", _focus("layers"), "Ctrl+Shift+L"),
    Action("answer", "&Analyse", "&Answer the question", lambda context: context.session.run(), "Ctrl+Return", "scenario"),
    Action("cancel", "&Analyse", "&Cancel the run", lambda context: context.session.cancel_run(), "Ctrl+."),
    Action("settings", "&Analyse", "&Settings of the scenario", _page("scenario"), "Ctrl+5", line_above=True),
    Action("question", "&Analyse", "Change the &question", _focus("question"), "Ctrl+Shift+Q"),
    Action("page_options", "&Analyse", "&Options for the money", _page("options"), "Ctrl+6", line_above=True),
    Action("page_money", "&Analyse", "What it costs in &money", _page("money"), "Ctrl+7"),
    Action("no_plan", "&Analyse", "Take the &plan off the city", _no_plan, "Ctrl+Shift+P"),
    Action("later", "&Analyse", "One hour &later", _hour(1.0), "Ctrl+Right", line_above=True),
    Action("earlier", "&Analyse", "One hour &earlier", _hour(-1.0), "Ctrl+Left"),
    Action("decisions", "&Decide", "&Ledger of decisions", _page("ledger")),
    Action("brief", "&Briefing", "&Make briefing", make_briefing, "", "result"),
    Action("alerts", "&Window", "&Alerts", _focus("alerts"), "F6"),
    Action("timeline", "&Window", "&Time", _focus("timeline"), "F7"),
    Action("scene", "&Window", "3D &scene", _focus("city"), "F8"),
    Action("shortcuts", "&Help", "&All commands and shortcuts", _focus("commands"), "F1"),
)


def can(action: Action, context: Context) -> bool:
    """Whether an action can be done now."""
    if action.needs == "result":
        return context.session.result is not None
    if action.needs == "idle":
        return not context.session.running
    if action.needs == "scenario":
        return context.session.scenario is not None and not context.session.running
    return True
