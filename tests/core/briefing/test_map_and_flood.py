"""The map's geometry: flood polygons from rasters, frames, tags that never lie on one another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from stratum_core.briefing import greatest_extent
from stratum_core.briefing.chart import draw_band
from stratum_core.briefing.flood_extent import flood_polygons
from stratum_core.briefing.map_frame import frame_around
from stratum_core.briefing.map_labels import MOST, Box, Place, placed
from stratum_core.errors import InputError
from stratum_core.model.results import Band


def raster(path: Path, depth: np.ndarray, crs: str = "EPSG:25832") -> Path:
    with rasterio.open(path, "w", driver="GTiff", width=depth.shape[1], height=depth.shape[0], count=1, dtype="float32", crs=crs,
                       transform=from_origin(1000, 2000, 10, 10)) as target:
        target.write(depth.astype("float32"), 1)
    return path


def pond(size: int) -> np.ndarray:
    depth = np.zeros((60, 60))
    depth[20:20 + size, 20:20 + size] = 1.5
    return depth


def test_a_square_pond_becomes_one_polygon_of_about_its_area(tmp_path: Path) -> None:
    polygons, deepest = flood_polygons(raster(tmp_path / "a.tif", pond(20)), "EPSG:25832")
    assert deepest == pytest.approx(1.5)
    assert len(polygons) == 1
    x, y = polygons[0][0].T
    area = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2
    assert area == pytest.approx(200 * 200, rel=0.05)


def test_the_frame_with_most_water_is_drawn(tmp_path: Path) -> None:
    frames = [(at_h, raster(tmp_path / f"{at_h:g}.tif", pond(size))) for at_h, size in ((0.0, 0), (6.0, 20), (9.0, 8))]
    extent = greatest_extent(frames, "EPSG:25832")
    assert extent is not None
    assert extent.at_h == 6.0
    assert greatest_extent([], "EPSG:25832") is None


def test_a_dry_frame_and_another_crs(tmp_path: Path) -> None:
    assert flood_polygons(raster(tmp_path / "dry.tif", pond(0)), "EPSG:25832") == ((), 0.0)
    polygons, _ = flood_polygons(raster(tmp_path / "a.tif", pond(20)), "EPSG:25833")
    assert np.isfinite(polygons[0][0]).all()


def test_a_file_that_is_no_raster_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_text("no raster")
    with pytest.raises(InputError, match="GeoTIFF"):
        flood_polygons(tmp_path / "x.tif", "EPSG:25832")


def test_a_frame_keeps_its_shape_and_shows_what_is_wanted() -> None:
    frame = frame_around(np.array([[0.0, 0.0], [1000.0, 500.0]]), np.array([[1100.0, 600.0], [9e6, 9e6]]), 330.0)
    assert frame is not None
    assert frame.shows(frame.to_paper(np.array([[0.0, 0.0], [1100.0, 600.0]]))).all()
    assert not frame.shows(frame.to_paper(np.array([[9e6, 9e6]]))).any()
    metres, length = frame.scale_bar()
    assert metres in (100.0, 200.0)
    assert length == pytest.approx(metres * frame.scale)


def test_a_frame_around_nothing_is_none() -> None:
    assert frame_around(np.full((3, 2), np.nan), np.zeros((0, 2)), 330.0) is None


def test_tags_never_meet_each_other_or_what_is_taken() -> None:
    frame = frame_around(np.array([[0.0, 0.0], [516.0, 330.0]]), np.zeros((0, 2)), 330.0)
    assert frame is not None
    random = np.random.default_rng(1)
    places = [Place(float(x), float(y), f"Station {i:02d}", 3.0, i < 3) for i, (x, y) in
              enumerate(random.uniform((30, 30), (480, 300), (60, 2)))]
    legend = Box(300, 250, 500, 320)
    tags = placed(places, [legend], random.uniform(0, 500, (100, 2)), frame)
    assert 6 <= len(tags) <= MOST
    for i, tag in enumerate(tags):
        assert not tag.box.meets(legend)
        assert not any(tag.box.meets(other.box) for other in tags[:i])


@pytest.mark.parametrize("top", [0.0, 0.4, 1.0, 9.0, 11.0, 13.0, 17.0, 99.0, 101.0, 3657.0, 99_999.0, 1.7e6])
def test_the_chart_takes_any_height(top: float) -> None:
    hours = np.arange(25.0)
    svg = draw_band(Band(hours, 0 * hours, top * hours / 48, top * hours / 24))
    assert svg.startswith("<svg")
    assert "nan" not in svg
    assert ">0</text>" in svg
