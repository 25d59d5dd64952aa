"""The maps of a plume study: what is drawn where, in which unit, and what the page says (derived by hand)."""

import re
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from dashboards.figures.environment import plume_figure, plume_figures
from dashboards.figures.environment_layers import (
    MOST_CELLS,
    PlumeMaps,
    Quantity,
    atlas,
    beyond,
    coarsened,
    plume_view,
    whole_view,
)
from dashboards.figures.environment_page import environment_page
from dashboards.words import read_words
from twin.environment.zone_check import PlacedZone, ZoneContact
from twin.models.plume import Grid

GRID = Grid(-2_000.0, -1_000.0, 100.0, 40, 20)
SQUARE = np.array([[1_500.0, 500.0], [1_900.0, 500.0], [1_900.0, 900.0], [1_500.0, 900.0], [1_500.0, 500.0]])
ZONE = PlacedZone("north & <east>", "PRZ", (SQUARE,), np.zeros(GRID.shape, dtype=np.bool_))
CONTACTS = (
    ZoneContact(ZONE.name, "PRZ", "concentration", 0.1, "mg/L", 40, 10, 0.7),
    ZoneContact(ZONE.name, "PRZ", "deposit", 1.0, "mm", 40, 0, 0.02),
)


def made_maps() -> PlumeMaps:
    """Return maps with 5 mg/L in one cell, 100 to 200 m east and 0 to 100 m north, 0.5 around it, and nothing else."""
    highest = np.zeros(GRID.shape)
    highest[9:12, 20:23] = 0.5
    highest[10, 21] = 5.0
    hours = np.stack([np.where(highest > level, 12.0, 0.0) for level in (0.1, 1.0)])
    return PlumeMaps(
        statistic="P90", members=40, grid=GRID,
        concentration_levels_mg_l=(0.1, 1.0), deposit_levels_mm=(1.0,),
        highest_mg_l=highest, hours_above=hours, concentration_probability=np.where(hours > 0.0, 0.25, 0.0),
        deposit_mm=highest / 10.0, deposit_probability=np.zeros((1, *GRID.shape)),
        hole_x_m=np.array([0.0, 3.0, 60.0]), hole_y_m=np.array([0.0, 3.0, 0.0]), zones=(ZONE,), contacts=CONTACTS,
    )  # fmt: skip


EN, JA = read_words("en"), read_words("ja")


def figures_of(maps: PlumeMaps) -> dict[Quantity, go.Figure]:
    """Return the figures of the page of maps, in English."""
    return plume_figures(atlas(maps), EN)


def page_of(maps: PlumeMaps) -> str:
    """Return the page of maps, in English."""
    return environment_page(atlas(maps), "pilot <1>", "Seed 7.", EN)


def trace(figure: go.Figure, name: str) -> go.Scatter:
    """Return the one trace of a name."""
    (found,) = [one for one in figure.data if one.name == name]
    return found


def cells(heat: go.Heatmap) -> dict[tuple[float, float], float]:
    """Return the values that are drawn by centre of their cell [km]."""
    rows, columns = np.nonzero(np.isfinite(heat.z))
    return {
        (round(heat.x0 + c * heat.dx, 6), round(heat.y0 + r * heat.dy, 6)): float(heat.z[r, c])
        for r, c in zip(rows, columns, strict=True)
    }


def test_each_cell_is_drawn_at_its_place_in_kilometres_with_its_value() -> None:
    figures = figures_of(made_maps())
    assert list(figures) == ["highest", "hours", "concentration_probability", "deposit", "deposit_probability"]
    drawn = cells(figures["highest"].data[0])
    assert len(drawn) == 9 and drawn[0.15, 0.05] == 5.0 and drawn[0.05, -0.05] == 0.5
    assert cells(figures["concentration_probability"].data[1]) == {(0.15, 0.05): 25.0}
    assert cells(figures["deposit"].data[0])[0.15, 0.05] == 0.5
    layout = figures["highest"].layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("east of the site (km)", "north of the site (km)")
    assert layout.yaxis.scaleanchor == "x" and layout.width is None


def test_every_level_has_a_map_and_a_remark_and_the_lowest_is_seen() -> None:
    figures = figures_of(made_maps())
    hours = figures["hours"]
    assert [one.name for one in hours.data[:4]] == ["above 0.1 mg/L", "above 1 mg/L", "remark", "remark"]
    assert [one.visible for one in hours.data[:4]] == [True, False, True, False]
    assert (len(cells(hours.data[0])), len(cells(hours.data[1]))) == (9, 1)
    assert hours.data[0].zmax == hours.data[1].zmax == 12.0
    assert [one.text[0] for one in hours.data[2:4]] == ["", ""]
    assert figures["deposit_probability"].data[1].text[0] == "in no member"


def test_colours_follow_powers_of_ten_and_the_bar_says_so() -> None:
    """Derived: from a tenth of the lowest level to the highest value; half-way in colour is the geometric mean."""
    figure = figures_of(made_maps())["highest"]
    heat, bar = figure.data[0], trace(figure, "colours").marker
    assert (heat.zmin, heat.zmax) == (0.01, 5.0)
    places = np.array([place for place, _ in heat.colorscale])
    assert places[0] == 0.0 and places[-1] == 1.0 and np.all(np.diff(places) > 0.0)
    middle = 0.01 + (5.0 - 0.01) * np.interp(0.5, np.linspace(0.0, 1.0, len(places)), places)
    assert middle == pytest.approx(np.sqrt(0.01 * 5.0), rel=0.01)
    assert (bar.cmin, bar.cmax) == (-2.0, pytest.approx(np.log10(5.0)))
    assert bar.colorbar.ticktext == ("0.01", "0.1", "1")


def test_screening_levels_zones_and_holes_are_drawn_over_the_map() -> None:
    figure = figures_of(made_maps())["highest"]
    line = trace(figure, "1")
    assert "1 mg/L: screening level, not a rule" in line.hovertemplate
    assert np.nanmin(line.x) > 0.05 and np.nanmax(line.x) < 0.25
    zone = trace(figure, "north &amp; &lt;east&gt;")
    assert (np.nanmin(zone.x), np.nanmax(zone.y)) == (1.5, 0.9)
    holes = trace(figure, "holes")
    assert list(zip(holes.x, holes.y, strict=True)) == [(0.0, 0.0), (0.06, 0.0)]


def test_the_first_view_is_a_square_around_holes_and_plume_and_the_second_holds_the_grid() -> None:
    """Derived: least half-width 0.5 km around the middle of -0.0 … 0.25 km; the grid is 4 km wide."""
    maps = made_maps()
    near, whole = plume_view(maps), whole_view(maps)
    assert near.east - near.west == near.north - near.south == pytest.approx(1.0)
    assert (near.east + near.west) / 2.0 == pytest.approx(0.125)
    assert whole.west <= -2.0 and whole.east >= 2.0 and whole.east - whole.west == whole.north - whole.south


def test_a_large_map_is_drawn_in_coarser_cells_that_keep_the_highest_value() -> None:
    """Derived: 700 columns in thirds are 234; the one high cell is not lost, and stays within its coarse cell."""
    grid = Grid(0.0, 0.0, 100.0, 700, 10)
    field = np.full(grid.shape, 1.0)
    field[5, 400] = 7.0
    probability = np.zeros((1, *grid.shape))
    maps = replace(
        made_maps(), grid=grid, highest_mg_l=field, deposit_mm=field, hours_above=np.stack([field, field]),
        concentration_probability=np.stack([field, field]), deposit_probability=probability, zones=(),
    )  # fmt: skip
    heat = figures_of(maps)["highest"].data[0]
    assert heat.z.shape == (4, 234) and max(heat.z.shape) <= MOST_CELLS and float(np.nanmax(heat.z)) == 7.0
    assert "highest of 3 × 3 cells" in heat.hovertemplate
    row, column = np.unravel_index(np.nanargmax(heat.z), heat.z.shape)
    assert abs(heat.x0 + column * heat.dx - 40.05) <= 0.15 and abs(heat.y0 + row * heat.dy - 0.55) <= 0.15
    assert np.isnan(coarsened(np.full((3, 3), np.nan), 2)).all()


def test_empty_maps_and_a_model_without_maxima_say_so() -> None:
    maps, nothing = made_maps(), np.zeros(GRID.shape)
    empty = figures_of(replace(maps, highest_mg_l=nothing, deposit_mm=nothing))
    assert empty["highest"].data[1].text[0] == "nothing above 0.01 mg/L here"
    assert empty["deposit"].data[1].text[0] == "nothing above 0.1 mm here"
    without = replace(maps, highest_mg_l=nothing + np.nan, hours_above=np.full((2, *GRID.shape), np.nan))
    figures = figures_of(without)
    assert {figures[name].data[-1].name for name in figures} == {"holes"}
    assert trace(figures["highest"], "remark").text[0] == "not told by this model"


def test_the_page_says_what_levels_are_and_shows_contact_with_each_zone() -> None:
    """Derived: 10 of 40 is 25 %; none of 40 cannot rule out 1 - 0.05^(1/40) = 7.2 %."""
    page = page_of(made_maps())
    words = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "pilot &lt;1&gt;" in words and "<1>" not in words and "north &amp; &lt;east&gt;" in words
    assert words.count("screening level, not a rule") == 4
    assert "P90 of 40 members" in words
    assert "Beyond the view of holes and plume: north &amp; &lt;east&gt;." in words
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td class=\"number\">(.*?) <small>(.*?)</small>", words)
    assert rows == [
        ("0.1 mg/L", "<b>yes</b>", "25.0%", "up to 38.7%"),
        ("1 mm deposit", "no", "0.0%", "up to 7.2%"),
    ]
    assert "No zones were given" in page_of(replace(made_maps(), zones=(), contacts=()))


def test_the_page_needs_nothing_from_elsewhere_and_is_the_same_twice() -> None:
    page = page_of(made_maps())
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=", page)
    assert page == page_of(made_maps())
    assert '<meta name="viewport"' in page


def test_the_map_of_a_page_shows_one_quantity_at_its_level_in_the_view_asked_for() -> None:
    maps = atlas(made_maps())
    figure = plume_figure(maps, "hours", 1.0, maps.whole, EN)
    assert cells(figure.data[0]) == {(0.15, 0.05): 12.0}
    assert figure.data[0].name == "above 1 mg/L"
    assert tuple(figure.layout.xaxis.range) == (maps.whole.west, maps.whole.east)
    unknown = plume_figure(maps, "hours", 3.0, maps.near, EN)
    assert unknown.data[0].name == "above 0.1 mg/L"


def test_the_level_chosen_is_drawn_thick_among_the_others() -> None:
    maps = atlas(made_maps())
    figure = plume_figure(maps, "highest", 1.0, maps.near, EN)
    assert trace(figure, "1").line.width > trace(figure, "0.1").line.width


def test_the_ground_that_is_calculated_is_told_from_what_lies_beyond() -> None:
    """Derived: the grid goes from -2 to 2 km east and from -1 to 1 km north."""
    (ground,) = plume_figure(atlas(made_maps()), "deposit", 1.0, atlas(made_maps()).whole, EN).layout.shapes
    assert (ground.x0, ground.x1, ground.y0, ground.y1) == (-2.0, 2.0, -1.0, 1.0)


def test_the_view_around_a_deposit_is_its_own() -> None:
    """Derived: a plume as wide as the grid and a deposit of one cell."""
    everywhere = np.full(GRID.shape, 0.5)
    maps = atlas(replace(made_maps(), highest_mg_l=everywhere))
    assert maps.near_of["concentration"].east > 1.9
    assert maps.near_of["deposit"].east < 1.0


def test_maps_speak_japanese() -> None:
    maps = atlas(made_maps())
    figure = plume_figure(maps, "highest", 0.1, maps.near, JA)
    assert figure.layout.xaxis.title.text.startswith("原点から東")
    assert "スクリーニング水準" in trace(figure, "1").hovertemplate
    assert "保全参照区域" in trace(figure, "north &amp; &lt;east&gt;").hovertemplate
    assert '<html lang="ja">' in environment_page(maps, "試験", "", JA)


def test_numbers_are_never_written_with_an_exponent() -> None:
    """Derived: with d3, %{z:.3g} writes 1234 as 1.23e+3; r does not."""
    hover = plume_figure(atlas(made_maps()), "highest", 0.1, atlas(made_maps()).near, EN).data[0].hovertemplate
    assert ":,.3~r}" in hover and ".3g" not in hover


def test_zones_beyond_a_view_are_named() -> None:
    maps = atlas(made_maps())
    assert beyond(maps.zones, maps.near) == [ZONE.name]
    assert beyond(maps.zones, maps.whole) == []


def test_lines_of_levels_of_a_large_map_follow_its_coarse_cells() -> None:
    """Derived: 1,200 cells in fours are 300; a rectangle of 1.0 has a closed line half-way out of its coarse cells."""
    grid = Grid(0.0, 0.0, 100.0, 1_200, 1_200)
    field = np.full(grid.shape, 0.02)
    field[400:800, 400:800] = 1.0
    layer = atlas(
        replace(
            made_maps(), grid=grid, highest_mg_l=field, deposit_mm=field * 0.0, hours_above=np.stack([field, field]),
            concentration_probability=np.stack([field, field]), deposit_probability=field[None] * 0.0, zones=(),
        )
    ).layers["highest"][0]  # fmt: skip
    assert layer.times == 4 and max(layer.cells.shape) == MOST_CELLS
    (level, east, north) = layer.lines[0]
    assert level == 0.1 and np.isfinite(east).sum() < 4 * 102
    assert np.nanmin(east) == pytest.approx(40.0, abs=0.4) and np.nanmax(north) == pytest.approx(80.0, abs=0.4)
