"""The city is recorded hour by hour: pictures, Ogg, MP4 where ffmpeg is; nothing half-written is left."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from conftest import wait
from PySide6.QtGui import QColor, QImage

from stratum_core.errors import InputError
from ui.actions import record_film
from ui.dialogs.film import FilmDialog
from ui.scene3d.film_writers import FfmpegFilm, OggFilm, PngFolder, formats, rows_of
from ui.workbench import Workbench


@pytest.fixture
def dialog(bench: Workbench) -> FilmDialog:
    record_film(bench.window.panels["city"]._context)
    found = bench.window.findChildren(FilmDialog)[-1]
    found.begin.setValue(0.0)
    found.end.setValue(1.0)
    found.pace.setValue(60.0)
    found.rate.setValue(4)
    return found


def test_pictures_are_of_the_hours_asked_for(bench: Workbench, dialog: FilmDialog, tmp_path: Path, qtbot: object) -> None:
    goal = tmp_path / "film"
    bench.session.set_hour(3.0, "test")
    dialog.format_box.setCurrentIndex(1)
    dialog.height_box.setCurrentIndex(1)
    dialog.place.setText(str(goal))
    assert dialog.frames == 5
    dialog.start()
    wait(qtbot, lambda: goal.is_dir())
    files = sorted(goal.iterdir())
    assert [file.name for file in files] == [f"frame_{n:04d}.png" for n in range(1, 6)]
    pictures = [QImage(str(file)) for file in files]
    assert {picture.height() for picture in pictures} == {720}
    assert pictures[0] != pictures[-1]  # the water rises
    assert bench.session.hour == 3.0
    assert sorted(tmp_path.iterdir()) == [goal]


def test_a_cancelled_film_leaves_nothing(dialog: FilmDialog, tmp_path: Path, qtbot: object) -> None:
    dialog.end.setValue(40.0)
    dialog.place.setText(str(tmp_path / "long.ogv"))
    dialog.start()
    wait(qtbot, lambda: dialog._number >= 2)
    dialog.stop()
    assert "nothing was written" in dialog.report.text()
    assert not list(tmp_path.iterdir())
    dialog.reject()


def test_an_ogg_film_has_the_pictures(tmp_path: Path) -> None:
    goal = tmp_path / "film.ogv"
    film = OggFilm(goal, 10.0)
    for shade in range(0, 250, 25):
        film.add(plain(shade))
    film.finish()
    data = goal.read_bytes()
    assert data[:4] == b"OggS"
    assert b"theora" in data[:120]
    assert sorted(tmp_path.iterdir()) == [goal]


def test_rows_are_red_green_blue_with_even_sides() -> None:
    picture = QImage(7, 5, QImage.Format.Format_RGB32)
    picture.fill(QColor(10, 20, 30))
    rows = rows_of(picture)
    assert rows.shape == (4, 6, 3)
    assert (rows == (10, 20, 30)).all()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        PngFolder(tmp_path, 1.0)


def test_ffmpeg_gets_the_pictures_and_its_failure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", str(place))
    assert [one.suffix for one in formats()] == [".ogv", ""]
    script(place / "ffmpeg", "for last; do :; done; /bin/cat > $last")
    assert formats()[-1].suffix == ".mp4"
    film, goal = FfmpegFilm(tmp_path / "film.mp4", 25.0), tmp_path / "film.mp4"
    for shade in (0, 100, 200):
        film.add(plain(shade))
    film.finish()
    assert goal.stat().st_size == 3 * 64 * 48 * 3
    script(place / "ffmpeg", "/bin/cat > /dev/null; echo no encoder >&2; exit 1")
    film = FfmpegFilm(tmp_path / "other.mp4", 25.0)
    film.add(plain(0))
    with pytest.raises(InputError, match="no encoder"):
        film.finish()
    film.drop()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bin", "film.mp4"]


def plain(shade: int) -> QImage:
    made = QImage(64, 48, QImage.Format.Format_RGB32)
    made.fill(QColor(shade, shade, shade))
    return made


def script(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
