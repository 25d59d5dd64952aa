"""Pictures of the review report. Truth: derived (words, marks and frames that the input asks for)."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from matplotlib.figure import Figure

from dashboards.figures import review, review_maps
from dashboards.figures.review_maps import Scene, ZoneOutline, level_map, level_panels, site_map
from ops_data.export.report_data import Language, ProxyRow
from ops_data.export.report_text import Words, words
from tests.ops_data.export.made_up_report import proxies, thresholds
from twin.models.plume import Floats, Grid

LEVELS = (0.1, 1.0, 10.0)
LANGUAGES: tuple[Language, ...] = get_args(Language)
GRID = Grid(-5000.0, -5000.0, 100.0, 100, 100)
NOWHERE = np.zeros(0)


def scene(*, zones: bool = True) -> Scene:
    square = np.array([[-1.0, 1.0], [1.0, 1.0], [1.0, 3.0], [-1.0, 3.0]]) * 1000.0
    inner = square * 0.2 + np.array([0.0, 1000.0])
    preserved = ZoneOutline("North", "PRZ", (square, inner))
    return Scene(GRID, np.linspace(0.0, 80.0, 5), np.zeros(5), (preserved,) if zones else ())


def cloud(peak: float) -> Floats:
    x, y = np.meshgrid(GRID.x_m, GRID.y_m)
    found: Floats = peak * np.exp(-np.hypot(x - 500.0, y) / 300.0)
    return found


def shares() -> Floats:
    found: Floats = np.stack([np.clip(cloud(40.0) / (40.0 * level), 0.0, 1.0) for level in (0.1, 1.0, 10.0)])
    found[2] = 0.0
    return found


def ranges() -> list[ProxyRow]:
    return [row for row in proxies() if row.name == "noise_range_km"]


def gases() -> list[ProxyRow]:
    return [row for row in proxies() if row.group == "air"]


PICTURES: dict[str, Callable[[Words], bytes]] = {
    "site": lambda said: site_map(scene(), said),
    "concentration_max": lambda said: level_map(scene(), cloud(40.0), LEVELS, "concentration", said),
    "concentration_hours": lambda said: level_panels(scene(), 300.0 * shares(), LEVELS, "concentration", "hours", said),
    "concentration_exceedance": lambda said: level_panels(
        scene(), shares(), LEVELS, "concentration", "probability", said
    ),
    "deposit": lambda said: level_map(scene(), cloud(20.0), LEVELS, "deposit", said),
    "deposit_exceedance": lambda said: level_panels(scene(), shares(), LEVELS, "deposit", "probability", said),
    "thresholds": lambda said: review.threshold_chart(thresholds(), said),
    "noise": lambda said: review.noise_chart(ranges(), said),
    "emissions": lambda said: review.emission_chart(gases(), said),
}
ASKED = {
    "site": ("east", "north", "holes"),
    "concentration_max": ("concentration", "holes", "level_line"),
    "concentration_hours": ("hours",),
    "concentration_exceedance": ("probability", "never"),
    "deposit": ("deposit", "level_line"),
    "deposit_exceedance": ("probability",),
    "thresholds": ("distance", "screening", "not_even_high"),
    "noise": ("range", "not_even_high"),
    "emissions": ("emission",),
}


def said(svg: bytes) -> str:
    """Return all words of a picture."""
    return "\n".join(ElementTree.fromstring(svg).itertext())


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_same_bytes_twice_and_has_no_date(name: str) -> None:
    first = PICTURES[name](words("en"))
    assert first == PICTURES[name](words("en"))
    assert b"<dc:date>" not in first and b"matplotlib" not in first.split(b"<defs>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_its_axes_and_marks_are_in_words(name: str, language: Language) -> None:
    text = said(PICTURES[name](words(language)))
    assert [key for key in ASKED[name] if words(language).text("axes", key) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PICTURES)
def test_nothing_of_a_picture_lies_outside_of_it(
    name: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(figure: Figure) -> bytes:
        figure.draw_without_rendering()
        box = figure.get_tightbbox()
        assert box.x0 >= -0.01 and box.y0 >= -0.01
        assert box.x1 <= figure.get_figwidth() + 0.01 and box.y1 <= figure.get_figheight() + 0.01
        return b""

    monkeypatch.setattr(review, "to_svg", measured)
    monkeypatch.setattr(review_maps, "to_svg", measured)
    assert PICTURES[name](words(language)) == b""


def test_drawing_leaves_the_settings_of_the_library_as_they_were() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    site_map(scene(), words("ja"))
    assert dict(matplotlib.rcParams) == before


def test_a_map_has_a_scale_bar_a_north_mark_and_the_names_of_its_zones() -> None:
    text = said(PICTURES["site"](words("en")))
    assert "2 km" in text and "\nN\n" in text and "North" in text and "preservation reference zone" in text
    assert "zone" not in said(site_map(scene(zones=False), words("en")))


def test_a_map_shows_the_plume_and_not_the_whole_grid() -> None:
    """Derived: 0.1 mg/L of 40 exp(-r/300 m) lies 1.8 km from (0.5, 0) km; the whole grid is 10 km wide."""
    frame = review_maps._around(scene(), cloud(40.0) >= 0.1)
    assert frame.west < -1.3 and frame.east > 2.3
    assert 3.6 < frame.east - frame.west < 4.6
    assert frame.east - frame.west == pytest.approx(frame.north - frame.south)


def test_a_small_plume_is_drawn_small_and_one_at_the_edge_stays_on_the_grid() -> None:
    alone = Scene(GRID, np.array([4900.0]), np.array([0.0]), ())
    frame = review_maps._around(alone, np.zeros(GRID.shape, dtype=bool))
    assert frame.east == 5.0 and frame.east - frame.west == pytest.approx(1.0)
    nobody = Scene(GRID, NOWHERE, NOWHERE, ())
    assert review_maps._around(nobody, np.zeros(GRID.shape, dtype=bool)) == review_maps._whole(GRID)


@pytest.mark.parametrize("values", [np.zeros(GRID.shape), np.full(GRID.shape, np.nan), cloud(1e-9), cloud(1e9)])
def test_an_empty_and_an_overflowing_map_are_drawn_without_complaint(values: Floats) -> None:
    empty = not (values >= LEVELS[0]).any()
    text = said(level_map(Scene(GRID, NOWHERE, NOWHERE, ()), values, LEVELS, "deposit", words("en")))
    assert ("below the lowest level" in text) == empty


def test_a_level_that_one_member_in_a_thousand_exceeds_is_not_called_never_exceeded() -> None:
    rare = np.zeros((1, *GRID.shape))
    alone = Scene(GRID, NOWHERE, NOWHERE, ())
    assert "level not exceeded" in said(level_panels(alone, rare, (1.0,), "deposit", "probability", words("en")))
    rare[0, 50, 50] = 0.001
    assert "not exceeded" not in said(level_panels(alone, rare, (1.0,), "deposit", "probability", words("en")))


def test_classes_of_colour_hold_every_screening_level_even_an_odd_one() -> None:
    edges = review_maps._half_decades(cloud(40.0), (0.05, 0.7, 12.0))
    assert {0.05, 0.7, 12.0} <= set(edges.tolist())
    assert edges[0] <= 0.05 and edges[-1] >= 12.0 and np.all(np.diff(edges) > 0.0)


def test_a_single_level_and_five_levels_fit_side_by_side() -> None:
    for count in (1, 2, 5):
        levels = tuple(0.1 * 3.0**number for number in range(count))
        values = np.stack([shares()[0]] * count)
        text = said(level_panels(scene(), values, levels, "concentration", "probability", words("en")))
        assert len(re.findall(r"> \d", text)) == count


def test_losses_of_hearing_are_drawn_with_one_way_of_spreading() -> None:
    usual = ranges()
    other = [replace(row, detail=f"LF {harm} 15 lg R") for row, harm in zip(usual, ("TTS", "injury"), strict=False)]
    assert review.noise_chart([*usual, *other], words("en")) == review.noise_chart(usual, words("en"))
    assert "disturbance, 15 lg R" in said(review.noise_chart(usual, words("en")))


def test_emissions_and_ranges_without_spread_or_of_nothing_are_drawn() -> None:
    nothing = ProxyRow("air", "air_emissions_t", "co2", None, 0.0, None, "t", "", "x")
    assert "P90" not in said(review.emission_chart([nothing], words("en")))
    assert "0 t" in said(review.emission_chart([nothing], words("en")))
    review.noise_chart([], words("en"))
    review.threshold_chart([], words("en"))
