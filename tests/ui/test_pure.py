"""Parts of the window that need no window: words, colours, camera, picking, dashes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets")

from stratum_core.briefing import lifelines as printed
from stratum_core.briefing import wording
from stratum_core.model.lifelines import status
from stratum_core.model.results import Band, Fuel, Health, Sewage, Spread, Travel
from stratum_core.model.tables import SERVICES
from ui.actions import ACTIONS
from ui.charts.axes import nice_step
from ui.colouring import LOSING, by_class
from ui.lifelines import lifelines_at
from ui.panels.results.lines import tally_lines
from ui.scene3d.camera import Camera
from ui.scene3d.picking import first_box
from ui.scene3d.routes import Segments, dashed
from ui.theme import CONTRAST, DARK, LIGHT, Tokens
from ui.theme_colours import rgb


def test_window_and_print_use_the_same_words_and_limits() -> None:
    assert {service: wording.losing(service) for service in SERVICES} == LOSING


def test_a_value_that_is_not_known_is_never_green_nor_in_the_ramp() -> None:
    colours = by_class(np.array([np.nan, 0.0, 0.05, 0.99]), DARK.ramp, DARK.neutral, "445566")
    assert tuple(colours[0]) == rgb("445566")
    assert tuple(colours[1]) == rgb(DARK.neutral)
    assert tuple(colours[2]) == rgb(DARK.ramp[0])
    assert tuple(colours[3]) == rgb(DARK.ramp[4])


def test_lifelines_are_unknown_without_a_result_and_eight() -> None:
    found = lifelines_at(None, 0.0)
    assert len(found) == 8
    assert {lifeline.letter for lifeline in found} == {"?"}


def test_the_strip_and_the_briefing_ask_one_rule() -> None:
    assert printed.status is status
    assert [status(*people, 1000.0) for people in ((0, 0), (0, 50), (10, 10), (250, 250))] == ["G", "Y", "Y", "R"]
    assert status(0.0, 0.0, 0.0) == "?"


@pytest.mark.parametrize("tokens", [DARK, LIGHT, CONTRAST], ids=lambda tokens: tokens.scheme)
def test_text_can_be_read_on_every_surface(tokens: Tokens) -> None:
    for surface in (tokens.window, tokens.panel, tokens.raised):
        for text in (tokens.text, tokens.second, tokens.third):
            assert contrast(text, surface) >= 4.5


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2.2, section 1.4.3."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(code: str) -> float:
    """Relative luminance of a colour."""
    parts = [c / 255 for c in rgb(code)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_projected_point_is_met_by_the_ray_through_its_pixel() -> None:
    camera = Camera((10.0, -20.0, 0.0), azimuth=33.0, elevation=41.0, distance=900.0)
    point = np.array([[120.0, 60.0, 15.0]])
    x, y, _ = camera.project(point, 800, 600)[0]
    away = point[0] - camera.position
    assert np.allclose(camera.ray(x, y, 800, 600), away / np.linalg.norm(away))


def test_the_nearest_of_two_boxes_is_picked() -> None:
    low = np.array([[-1.0, 9.0, -1.0], [-1.0, 4.0, -1.0]])
    row, distance = first_box(np.zeros(3), np.array([0.0, 1.0, 0.0]), low, low + 2)
    assert row == 1
    assert distance == pytest.approx(4.0)
    assert first_box(np.zeros(3), np.array([0.0, -1.0, 0.0]), low, low + 2)[0] == -1


def test_all_points_stand_inside_a_fitted_view() -> None:
    points = np.random.default_rng(3).uniform(-500, 500, (300, 3)) * [1, 1, 0.02]
    seen = Camera(azimuth=20.0).fitted(points, 900, 500).project(points, 900, 500)
    assert (seen[:, 0] > 0).all()
    assert (seen[:, 0] < 900).all()
    assert (seen[:, 1] > -1).all()
    assert (seen[:, 1] < 501).all()


def test_dashes_lie_on_their_line_and_cover_their_share_of_it() -> None:
    line = Segments(np.array([[0.0, 0.0, 4000.0, 0.0]]), np.array([7]))
    pieces = dashed(line, 1.0)
    length = np.abs(pieces.ends[:, 2] - pieces.ends[:, 0]).sum()
    assert length == pytest.approx(4000 * 26 / 40, rel=0.02)
    assert set(pieces.owner) == {7}


def test_steps_of_an_axis_are_round() -> None:
    assert [nice_step(span) for span in (1700, 100, 7)] == [500, 25, 2]


def test_no_two_actions_share_a_shortcut() -> None:
    used = [action.shortcut for action in ACTIONS if action.shortcut]
    assert len(used) == len(set(used))


def test_a_clinic_that_closes_in_a_quarter_of_the_runs_is_limited() -> None:
    """The strip, the map and the table tell one thing: what 28 % of the runs lose is not Stable."""
    hours = np.arange(3.0)
    band = Band(hours, 0 * hours, 0 * hours, np.array([0.0, 3700.0, 3700.0]))
    result = SimpleNamespace(people_total=3700.0, people_without_service={"health": band})
    strip = {cell.name: cell for cell in lifelines_at(result, 2.0)}["Health and Medical"]
    assert (strip.letter, strip.impact) == ("Y", "0–3,700 no care")


def test_what_a_city_counts_beside_people_is_a_row_and_nothing_else() -> None:
    def of(low: float, middle: float, high: float) -> Spread:
        return Spread(middle, None, low, middle, high, "1")

    band = Band(*(np.zeros(1) for _ in range(4)))
    full = SimpleNamespace(
        health=Health(120.0, 0.75, band, of(20, 45, 120), of(0, 45, 70)),
        travel=(Travel("fire", 1, 8.0, 100.0, 5.0, band, of(100, 300, 700), band),),
        sewage=Sewage(of(0, 14, 20), of(1, 2, 3), ()), fuel=Fuel(1, 2, of(0, 3, 4)),
    )
    rows = tally_lines(full)  # type: ignore[arg-type]
    assert [row.texts[0].split(",")[0] for row in rows] == [
        "Beds that work", "Patients without a bed", "People beyond 8 min of a fire engine", "Sewage that overflows",
        "Sewage that passes untreated", "Deliveries of fuel by 2 tankers"]
    assert [row.keys[1:] for row in rows][:3] == [(120, 45, 120.0), (70, 45, 0.0), (700, 300, 100.0)]
    assert rows[2].texts[2:] == ("300", "100")
    assert tally_lines(SimpleNamespace(health=None, travel=(), sewage=None, fuel=None)) == []  # type: ignore[arg-type]
