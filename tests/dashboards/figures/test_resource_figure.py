"""The picture of the ground: what is drawn where, with units (derived by hand)."""

import numpy as np

from dashboards.figures.resource import resource_figure

EDGES = np.array([0.0, 1.0, 2.0])


def test_a_map_and_a_profile_carry_titles_units_and_the_values_given() -> None:
    """Derived: four blocks, west to east and then northwards; the site in the last."""
    x, y = np.array([-5.0, 5.0, -5.0, 5.0]), np.array([-5.0, -5.0, 5.0, 5.0])
    grades = np.array([[1.0, 3.0], [2.0, 4.0], [3.0, 5.0], [4.0, 9.0]]) * 100.0
    band = (np.array([100.0, 200.0]), np.array([500.0, 950.0]))
    cores = [("A", 0.0, 1.0)]
    figure = resource_figure(x, y, grades.mean(axis=1), EDGES, grades, 3, 1.5, cores, band, "the mud")
    drawn = {trace.name or trace.type: trace for trace in figure.data}
    assert drawn["heatmap"].z.tolist() == [[200.0, 300.0], [400.0, 650.0]]
    assert drawn["heatmap"].x.tolist() == [-5.0, 5.0]
    assert drawn["core"].text == ("A",)
    assert drawn["profile at the site"].x.tolist() == [400.0, 400.0, 900.0, 900.0]
    assert drawn["profile at the site"].y.tolist() == [0.0, 1.0, 1.0, 2.0]
    layout = figure.layout
    assert layout.title.text == "the mud"
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("east of the site (km)", "north of the site (km)")
    assert layout.xaxis2.title.text == "ΣREY per dry solids (ppm)"
    assert layout.yaxis2.title.text == "depth below the sea bed (m)"
    assert layout.yaxis2.range == (2.0, 0.0)
    assert "stroke 1.5 m" in [note.text for note in layout.annotations]


def test_one_block_needs_no_map() -> None:
    one = np.array([[450.0, 900.0]])
    band = (one[0] * 0.5, one[0] * 2.0)
    figure = resource_figure(np.zeros(1), np.zeros(1), one.mean(axis=1), EDGES, one, 0, 1.0, [], band, "the mud")
    assert {trace.name for trace in figure.data} == {"P10–P90 of the draws", "profile at the site"}
    assert figure.layout.xaxis.title.text == "ΣREY per dry solids (ppm)"


def test_a_core_at_the_site_and_the_site_are_both_seen() -> None:
    """Derived: an open ring, drawn first, wider than the dot of the core inside it."""
    x, grades = np.array([-5.0, 5.0, -5.0, 5.0]), np.full((4, 2), 500.0)
    band = (grades[0], grades[0])
    figure = resource_figure(x, np.sort(x), grades[:, 0], EDGES, grades, 3, 1.5, [("A", 0.0, 0.0)], band, "the mud")
    names = [trace.name for trace in figure.data]
    site, core = (figure.data[names.index(name)] for name in ("site", "core"))
    assert names.index("site") < names.index("core")
    assert site.marker.symbol == "circle-open" and site.marker.size > core.marker.size + 2 * site.marker.line.width


def test_the_figure_is_as_wide_as_the_page_with_a_title_in_short_lines_and_the_colour_bar_below() -> None:
    """Derived: no fixed width; 60 letters a line; a bar beside the map would cover the profile's axis."""
    x, grades, head = np.array([-5.0, 5.0, -5.0, 5.0]), np.full((4, 2), 500.0), "word " * 30
    band = (grades[0], grades[0])
    figure = resource_figure(x, np.sort(x), grades[:, 0], EDGES, grades, 3, 1.5, [], band, head)
    alone = resource_figure(np.zeros(1), np.zeros(1), grades[:1, 0], EDGES, grades[:1], 0, 1.5, [], band, head)
    for one in (figure, alone):
        assert one.layout.width is None and one.layout.autosize
        assert max(map(len, one.layout.title.text.split("<br>"))) <= 60
    assert figure.data[0].colorbar.orientation == "h" and figure.data[0].colorbar.y < 0.0
