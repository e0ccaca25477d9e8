"""Flood frames in any grid, any CRS, with every way to say nothing; a raster of duration is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hazard_cases import CENTRE

from stratum_core.errors import InputError
from stratum_core.hazards.flood_depth import FloodSpec
from stratum_core.hazards.flood_depth.frames import depths_at
from stratum_core.model import City


def frames(*names: str) -> tuple[dict[str, object], ...]:
    return tuple({"at_h": 6 * i, "raster": name} for i, name in enumerate(names))


@pytest.mark.parametrize(("nothing", "declared", "dtype"), [
    (1.797693134862315e308, 1.797693134862315e308, "float64"), (1.797693134862315e308, None, "float64"),
    (np.nan, None, "float32"), (np.nan, np.nan, "float32"), (-9999, -9999, "float32"), (-9999, None, "float32"),
    (-3.4028235e38, None, "float32"), (-3.4028235e38, -3.4028235e38, "float32"), (np.inf, None, "float32"), (255, 255, "uint8"),
    (-32768, -32768, "int16"), (0, None, "float32")])
def test_whatever_says_nothing_is_dry(town: City, tmp_path: Path, raster: Callable[..., str], nothing: float,
                                      declared: float | None, dtype: str) -> None:
    name = raster([[nothing, 2]], nodata=declared, dtype=dtype)
    west, east = np.array([[CENTRE[0] - 100, CENTRE[1]]]), np.array([[CENTRE[0] + 100, CENTRE[1]]])
    assert depths_at(tmp_path / name, west, town.crs)[0].tolist() == [0.0]
    assert depths_at(tmp_path / name, east, town.crs)[0].tolist() == [2.0]


def test_frames_of_different_grids_and_systems_go_together(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    raster(np.full((3, 4), 0.5), name="a.tif")
    raster(np.full((50, 70), 1.5), name="b.tif", crs="EPSG:4326", bounds=(7.8, 48.4, 8.0, 48.5))
    raster(np.full((9, 9), 0.1), name="c.tif", crs="EPSG:3857", bounds=(868_000, 6_170_000, 890_000, 6_190_000))
    prepared = FloodSpec(frames=frames("a.tif", "b.tif", "c.tif")).prepare(town, tmp_path)
    assert prepared.depths == pytest.approx(np.tile([0.5, 1.5, 0.1], (len(prepared.component), 1)))
    assert prepared.warnings == ()


def test_a_frame_that_does_not_reach_everything_is_told(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    raster([[1.0]], name="a.tif")
    raster([[1.0]], name="b.tif", bounds=(CENTRE[0] - 50, CENTRE[1] - 50, CENTRE[0] + 350, CENTRE[1] + 50))
    assert "outside" in FloodSpec(frames=frames("a.tif", "b.tif")).prepare(town, tmp_path).warnings[0]


def test_surge_is_frames_by_another_name(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    raster([[1.0]], name="a.tif")
    one, other = FloodSpec(frames=frames("a.tif")), FloodSpec(surge=frames("a.tif"))
    assert np.array_equal(one.prepare(town, tmp_path).depths, other.prepare(town, tmp_path).depths)
    with pytest.raises(InputError, match="one of them"):
        FloodSpec(frames=frames("a.tif"), surge=frames("a.tif"))


def test_the_chance_of_outage_is_that_of_the_draws(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    raster([[0.4]], name="a.tif")
    prepared = FloodSpec(frames=frames("a.tif"), level_sd_m=0.1).prepare(town, tmp_path)
    found = prepared.intensity()
    hit = np.bincount(prepared.sample(3, 0, 20_000).damage.component, minlength=15) / 20_000
    assert hit[found.component] == pytest.approx(found.probability, abs=0.015)


def test_real_surge_is_depth_and_real_duration_is_refused(test_data: Path) -> None:
    folder = test_data / "hazard"
    points = np.array([[-94.9, 29.3], [-95.2, 29.0], [-94.8, 29.4], [10.0, 50.0]])
    depth, outside = depths_at(folder / "Surge_Raster.tif", points, "EPSG:4326")
    assert outside.tolist() == [False, False, False, True] or outside[3]
    assert (depth >= 0).all()
    assert depth.max() < 5.0
    with pytest.raises(InputError, match=r"68.*duration"):
        depths_at(folder / "Inundation_Raster.tif", points, "EPSG:4326")


@pytest.mark.parametrize(("given", "words"), [
    ((), "no frames"), (({"at_h": 0},), "frame 1"), (({"at_h": "0", "raster": "a.tif"},), "frame 1"), ((5,), "frame 1"),
    (({"at_h": float("nan"), "raster": "a.tif"},), "frame 1"), (({"at_h": True, "raster": "a.tif"},), "frame 1"),
    (({"at_h": -1, "raster": "a.tif"},), "frame 1"), (({"at_h": 0, "raster": 7},), "file name"),
    (({"at_h": 0, "raster": "no.tif"},), "no file"), (({"at_h": 0, "raster": ""},), "file name"), ("abc", "no frames"),
    (({"at_h": 1, "raster": "a.tif"}, {"at_h": 1, "raster": "a.tif"}), "rise"),
])
def test_bad_frames_are_named(town: City, tmp_path: Path, given: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        FloodSpec(frames=given).prepare(town, tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"hello", b"II*\x00\x08\x00\x00\x00\xff\xff", b"\x89HDF\r\n\x1a\n"])
def test_what_is_no_raster_is_refused(town: City, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(InputError, match="raster"):
        FloodSpec(frames=frames("a.tif")).prepare(town, tmp_path)


def test_a_raster_without_system_is_refused(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    with pytest.raises(InputError, match="coordinate system"):
        FloodSpec(frames=frames(raster([[1.0]], crs=None))).prepare(town, tmp_path)


def test_a_damaged_raster_raises_nothing_but_a_sentence(town: City, tmp_path: Path, raster: Callable[..., str]) -> None:
    good = (tmp_path / raster(np.full((20, 20), 0.7))).read_bytes()
    draw, refused = np.random.default_rng(20260101), 0
    for _ in range(150):
        bad = bytearray(good)
        for place in draw.integers(0, len(bad), size=draw.integers(1, 12)):
            bad[int(place)] = int(draw.integers(0, 256))
        (tmp_path / "bad.tif").write_bytes(bytes(bad[: int(draw.integers(1, len(bad) + 1))]))
        try:
            FloodSpec(frames=frames("bad.tif")).prepare(town, tmp_path)
        except InputError:
            refused += 1
    assert refused > 20
