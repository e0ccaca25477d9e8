"""Refused readings and what a person decides about them; a file whose columns a person explains before it is taken."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import wait
from PySide6.QtWidgets import QApplication, QComboBox, QTableView

from app.bus import Bus
from app.jobs import Jobs
from stratum_core.errors import InputError
from stratum_core.ingest.delivery import Delivery
from stratum_core.ingest.intake import Intake
from stratum_core.ingest.mapping import Mapping, load_mapping
from stratum_core.model.tables import Sensors
from stratum_core.pipeline.mapping_trial import save_mapping
from stratum_core.store.quarantine import refused
from stratum_core.store.readings import Readings
from ui.bridge import Bridge
from ui.dialogs.mapping import MappingDialog
from ui.dialogs.quarantine import QuarantineDialog
from ui.tables.plain_model import Line

SENSORS = Sensors(
    id=["net/tank", "net/flow"], name=["Tank", "Flow"], quantity=["level", "flow"], unit=["m", "l/s"],
    low=[0.0, 0.0], high=[6.0, 50.0], most_rate=[2.0, np.nan],
)
#: the second is too high, the third has no value, the fourth no sensor
ROWS = ('{"time":"2026-03-01T00:00Z","sensor":"Tank","value":3}', '{"time":"2026-03-01T01:00Z","sensor":"Tank","value":9}',
        '{"time":"2026-03-01T02:00Z","sensor":"Tank"}', '{"time":"2026-03-01T02:00Z","sensor":"L_T1","value":350}')


class Started:
    """Live sources that are only asked for."""

    def __init__(self) -> None:
        self.feeds: list[object] = []

    def start(self, feeds: object, ids: list[str]) -> None:
        self.feeds.append((feeds, ids))


@pytest.fixture
def context(tmp_path: Path, qtbot: object):
    """What the dialogs need of a window, on a real store of a city with two sensors."""
    bridge, bus = Bridge(), Bus()
    jobs = Jobs(bridge.deliver)
    attachments = tmp_path / "attachments"
    readings = jobs.store(lambda: Readings(tmp_path / "columns.duckdb"))
    project = SimpleNamespace(readings=lambda: readings, city=lambda: SimpleNamespace(sensors=SENSORS),
                              attachments=attachments, sources=attachments / "sources")
    session = SimpleNamespace(project=project, jobs=jobs, city=project.city(), live=Started(),
                              edits=SimpleNamespace(author="A. Planner"), situation=SimpleNamespace(refresh=lambda: None))
    yield SimpleNamespace(session=session, bus=bus)
    jobs.store(readings.close)
    jobs.close()
    bridge.close()


def settle(context) -> None:
    """Until what was asked of the data thread is done, and what followed from it."""
    for _ in range(4):
        context.session.jobs.wait_data()
        QApplication.processEvents()


def open_quarantine(context) -> QuarantineDialog:
    def fill() -> None:
        with Intake(context.session.project.readings(), SENSORS, "gauge") as intake:
            list(intake.take(Delivery("day", texts=ROWS)))

    context.session.jobs.store(fill)
    dialog = QuarantineDialog(context)
    settle(context)
    return dialog


def choose(dialog: QuarantineDialog, rule: str) -> None:
    rules = {str(one.id): one.rule for one in dialog._page.records}
    row = next(row for row in range(dialog._model.rowCount()) if rules[dialog._model.id_at(row)] == rule)
    dialog.table.selectRow(row)


def shown(dialog: MappingDialog, name: str) -> list[Line]:
    return list(getattr(dialog, name)._lines)


def test_refused_records_are_listed_by_rule(context) -> None:
    dialog = open_quarantine(context)
    assert [dialog.rule.itemText(at) for at in range(4)] == ["all rules, 3", "no value, 1", "range, 1", "unknown sensor, 1"]
    assert not dialog.vouch.isEnabled()
    dialog.rule.setCurrentIndex(2)
    dialog.rule.activated.emit(2)
    settle(context)
    assert [line.texts[:2] for line in dialog._model._lines] == [("9 is outside 0 to 6 m", "range")]
    choose(dialog, "range")
    assert "From source gauge, day, record 1" in dialog.detail.toPlainText()
    assert ROWS[1] in dialog.detail.toPlainText()


def test_a_person_vouches_and_discards_and_is_named(context) -> None:
    dialog = open_quarantine(context)
    dialog.author.setText("B. Officer")
    choose(dialog, "range")
    dialog.again.click()
    settle(context)
    assert dialog.report.text() == "1 record still held: range 1."
    choose(dialog, "range")
    dialog.vouch.click()
    settle(context)
    assert dialog.report.text() == "1 record released into the readings on B. Officer's word."
    dialog._all.click()
    dialog.discard.click()
    settle(context)
    assert dialog.report.text().startswith("2 records discarded by B. Officer;")
    assert "Nothing is in quarantine" in dialog.report.text()
    assert dialog.vouch.isHidden()
    found = context.session.jobs.store(lambda: refused(context.session.project.readings(), state=""))
    assert [(one.state, one.author) for one in found] == [("released", "B. Officer")] + 2 * [("discarded", "B. Officer")]


def test_held_records_pass_by_a_mapping_that_knows_their_tag(context, tmp_path: Path) -> None:
    dialog = open_quarantine(context)
    dialog.mapping.setText(str(tmp_path / "none.toml"))
    choose(dialog, "unknown sensor")
    dialog.again.click()
    settle(context)
    assert "cannot be read" in dialog.report.text()
    save_mapping(Mapping(tags={"L_T1": "net/tank"}, tag_units={"L_T1": "cm"}), tmp_path / "tags.toml")
    dialog.mapping.setText(str(tmp_path / "tags.toml"))
    dialog.again.click()
    settle(context)
    assert dialog.report.text() == "1 record released into the readings."
    latest = context.session.jobs.store(lambda: context.session.project.readings().latest(["net/tank"]))
    assert latest.value.tolist() == [3.5]


def test_an_unknown_tag_is_given_a_sensor_and_a_unit_and_the_file_is_loaded(context, tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text("Zeit;tag;Wert\n2026-03-01 00:00;L_T1;300,5\n2026-03-01 01:00;L_T1;900\n2026-03-01 01:00;Flow;x\n")
    dialog = MappingDialog(context, None, path)
    settle(context)
    assert dialog.matched.text() == "2 tags, 1 without a sensor"
    assert "0 readings would be stored, 3 refused: unknown sensor 2, no number 1." in dialog.report.text()
    model = dialog.tags
    model.setData(model.index(0, 1), "net/tank")
    model.setData(model.index(0, 2), "cm")
    dialog._try()
    settle(context)
    assert dialog.report.text() == "Of the 3 records, 1 reading would be stored, 2 refused: range 1, no number 1."
    assert shown(dialog, "_refused")[0].texts[:3] == ("1", "range", "9 is outside 0 to 6 m")
    assert context.session.jobs.store(lambda: context.session.project.readings().span())[0] == 0
    dialog.keep_and_load()
    kept = load_mapping(context.session.project.attachments / "mappings" / "day.toml")
    assert (kept.tags, kept.tag_units) == ({"L_T1": "net/tank", "Flow": "net/flow"}, {"L_T1": "cm"})
    assert (kept.time, kept.delimiter, kept.decimal) == ("Zeit", ";", ",")
    assert context.session.live.feeds[0][1] == ["net/tank", "net/flow"]
    feed = context.session.jobs.store(lambda: context.session.live.feeds[0][0](context.session.project)[0])
    context.session.jobs.store(lambda: [list(feed.take(delivery)) for delivery in feed.poll(0.1)])
    assert (feed.health.stored, feed.health.quarantined) == (1, 2)
    context.session.jobs.store(feed.close)
    again = MappingDialog(context, None, path)
    settle(context)
    assert again.tags.chosen == {"L_T1": "net/tank", "Flow": "net/flow"}
    assert "1 dropped as repeated" in again.report.text()
    assert "3 records of this file came before" in again.report.text()


def test_a_sensor_is_chosen_in_the_cell(context, tmp_path: Path, qtbot: object) -> None:
    path = tmp_path / "day.csv"
    path.write_text("time,tag,value\n2026-03-01 00:00,L_T1,3\n")
    dialog = MappingDialog(context, None, path)
    dialog.show()
    settle(context)
    assert "no tag has a sensor" in dialog.report.text()
    table = next(one for one in dialog.findChildren(QTableView) if one.accessibleName() == "Tags")
    table.clicked.emit(dialog.tags.index(0, 1))
    box = table.findChild(QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == ["no sensor", "Flow", "Tank"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert dialog.tags.chosen == {"L_T1": "net/tank"}
    wait(qtbot, lambda: "1 reading would be stored, none refused" in dialog.report.text())
    dialog.reject()


def test_a_wide_table_and_what_does_not_fit_is_said_in_the_dialog(context, tmp_path: Path, qtbot: object) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("time,Tank,Flow,note\n1.3.2026 00:00,3,10,\n1.3.2026 01:00,4,,dry\n")
    dialog = MappingDialog(context, None, path)
    settle(context)
    assert dialog.form.wide.currentData()
    assert "2 refused: unreadable time 2" in dialog.report.text()
    dialog.form.time_format.setCurrentText("%q")
    wait(qtbot, lambda: "the form of the times" in dialog.report.text())
    assert not dialog.save.isEnabled()
    dialog.form.time_format.setCurrentText("%d.%m.%Y %H:%M")
    wait(qtbot, lambda: dialog.save.isEnabled())
    assert dialog.report.text() == "Of the 2 records, 3 readings would be stored, none refused."
    dialog.form.time.setCurrentText("tome")
    wait(qtbot, lambda: "unknown column 'tome'" in dialog.report.text())
    (tmp_path / "attachments").write_text("in the way")
    assert dialog.keep() is None
    assert "could not be written" in dialog.report.text()
    dialog.reject()


@pytest.mark.parametrize("name", ["empty.csv", "none.csv", "bad.parquet", "book.txt"])
def test_a_file_without_records_is_told(context, tmp_path: Path, name: str) -> None:
    if name != "none.csv":
        (tmp_path / name).write_text("")
    dialog = MappingDialog(context, None, tmp_path / name)
    settle(context)
    assert name in dialog.report.text()
    assert not dialog.load.isEnabled()
    assert "failed" not in dialog.report.text()


def test_a_mapping_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown unit"):
        save_mapping(Mapping(unit="furlong"), tmp_path / "bad.toml")
    assert not list(tmp_path.iterdir())
