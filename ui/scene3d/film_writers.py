"""Pictures in a row as a film: a folder of PNG, Ogg Theora by VTK, MP4 where the user has ffmpeg. Main thread only.

Each writes beside its goal and moves it there at the end, so that nothing half-written is left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOOggTheora import vtkOggTheoraWriter

from stratum_core.errors import InputError

FFMPEG = "ffmpeg"


class Writer(Protocol):
    """Takes pictures of one size; then ``finish`` or ``drop``."""

    def add(self, picture: QImage) -> None:
        """The next picture. Raises InputError where it cannot be written."""

    def finish(self) -> None:
        """Put the film in its place."""

    def drop(self) -> None:
        """Leave nothing."""


@dataclass(frozen=True)
class Format:
    """A kind of film: name, suffix (empty: a folder), and how it is written to a path at so many pictures a second."""

    title: str
    suffix: str
    start: Callable[[Path, float], Writer]


def formats() -> list[Format]:
    """Those that can be written on this machine."""
    found = [Format("Ogg Theora film", ".ogv", OggFilm), Format("PNG pictures in a folder", "", PngFolder)]
    return [*found, Format("MP4 film, by your ffmpeg", ".mp4", FfmpegFilm)] if shutil.which(FFMPEG) else found


def rows_of(picture: QImage) -> npt.NDArray[np.uint8]:
    """(height, width, 3) red, green and blue of a picture, cut to even sides as codecs want them."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB888)
    height, width = plain.height(), plain.width()
    rows = np.frombuffer(plain.constBits(), dtype=np.uint8).reshape(height, plain.bytesPerLine())[:, : width * 3]
    return np.ascontiguousarray(rows.reshape(height, width, 3)[: height // 2 * 2, : width // 2 * 2])


class PngFolder:
    """frame_0001.png and so on in a folder that is new or empty."""

    def __init__(self, goal: Path, rate: float) -> None:
        if goal.exists() and (not goal.is_dir() or any(goal.iterdir())):
            raise InputError("the folder is not empty", where=str(goal), repair="name a new one")
        self._goal, self._part, self._count = goal, goal.with_name(goal.name + ".part"), 0
        shutil.rmtree(self._part, ignore_errors=True)
        try:
            self._part.mkdir(parents=True)
        except OSError as error:
            raise _unwritable(goal, error) from error

    def add(self, picture: QImage) -> None:
        """The next picture."""
        self._count += 1
        if not picture.save(str(self._part / f"frame_{self._count:04d}.png")):
            raise InputError("a picture cannot be written", where=str(self._goal), repair="free some space, or choose another")

    def finish(self) -> None:
        """Put the folder in its place."""
        if self._goal.is_dir():
            self._goal.rmdir()
        self._part.rename(self._goal)

    def drop(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self._part, ignore_errors=True)


class OggFilm:
    """One file, written by VTK."""

    def __init__(self, goal: Path, rate: float) -> None:
        self._goal, self._part, self._begun = goal, goal.with_name(goal.name + ".part"), False
        try:
            goal.parent.mkdir(parents=True, exist_ok=True)
            self._part.write_bytes(b"")
        except OSError as error:
            raise _unwritable(goal, error) from error
        self._writer = vtkOggTheoraWriter()
        self._writer.SetFileName(str(self._part))
        self._writer.SetRate(max(round(rate), 1))
        self._writer.SetQuality(2)
        self._writer.SetSubsampling(0)

    def add(self, picture: QImage) -> None:
        """The next picture."""
        rows = rows_of(picture)
        height, width, _ = rows.shape
        self._rows = np.ascontiguousarray(rows[::-1]).reshape(-1, 3)  # VTK counts from below
        image = vtkImageData()
        image.SetDimensions(width, height, 1)
        image.GetPointData().SetScalars(numpy_to_vtk(self._rows))
        self._writer.SetInputData(image)
        if not self._begun:
            self._writer.Start()
            self._begun = True
        self._writer.Write()
        if self._writer.GetError():
            raise InputError("the film cannot be written", where=str(self._goal), repair="free some space, or choose another")

    def finish(self) -> None:
        """Put the file in its place."""
        self._writer.End()
        os.replace(self._part, self._goal)

    def drop(self) -> None:
        """Leave nothing."""
        if self._begun:
            self._writer.End()
        self._part.unlink(missing_ok=True)


class FfmpegFilm:
    """One file, written by the user's own ffmpeg with its codec for MP4."""

    def __init__(self, goal: Path, rate: float) -> None:
        self._goal, self._part, self._rate = goal, goal.with_name(f"{goal.stem}.part{goal.suffix}"), rate
        self._process: subprocess.Popen[bytes] | None = None
        try:
            goal.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(goal, error) from error

    def add(self, picture: QImage) -> None:
        """The next picture."""
        rows = rows_of(picture)
        if self._process is None:
            height, width, _ = rows.shape
            command = [shutil.which(FFMPEG) or FFMPEG, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
                       "-s", f"{width}x{height}", "-r", f"{self._rate:g}", "-i", "-", "-pix_fmt", "yuv420p", "-movflags",
                       "+faststart", str(self._part)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(rows.tobytes())
        except OSError:
            self._fail()

    def finish(self) -> None:
        """Put the file in its place."""
        assert self._process is not None
        _, told = self._process.communicate()
        if self._process.returncode != 0 or not self._part.is_file():
            self._fail(told)
        os.replace(self._part, self._goal)

    def drop(self) -> None:
        """Leave nothing."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        self._part.unlink(missing_ok=True)

    def _fail(self, told: bytes = b"") -> None:
        if not told and self._process is not None:
            self._process.kill()
            told = self._process.communicate()[1]
        last = told.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise InputError(f"ffmpeg ended: {last[0] if last else 'without a word'}", where=str(self._goal),
                         repair="record an Ogg film or pictures instead")


def _unwritable(goal: Path, error: OSError) -> InputError:
    return InputError(f"the film cannot be written: {error.strerror}", where=str(goal), repair="choose another place")
