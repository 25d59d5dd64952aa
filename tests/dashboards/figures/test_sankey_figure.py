"""The picture of an element balance (truth: derived; the numbers handed in)."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.figures.sankey import COLOURS, headed, sankey_figure
from dashboards.figures.sankey_layout import GAP, Way, layout
from dashboards.words import read_words

ROWS = pd.DataFrame(
    [
        ("sea bed", "leach", "flow", 80.0, 100.0, 120.0, 101.0),
        ("reagents", "leach", "reagent", 1.0, 2.0, 3.0, 2.5),
        ("leach", "oxide Nd", "product", 60.0, 75.0, 90.0, 76.5),
        ("leach", "residue", "loss", 20.0, 22.0, 24.0, 23.0),
        ("leach", "held: leach", "held", 0.0, 3.0, 6.0, 4.0),
    ],
    columns=["source", "target", "kind", "low_kg", "mass_kg", "high_kg", "mean_kg"],
)
EN, JA = read_words("en"), read_words("ja")


def bands(figure: go.Figure) -> dict[str, go.Scatter]:
    """Return the traces of the ways by name."""
    return {one.name: one for one in figure.data if isinstance(one, go.Scatter)}


def width(band: go.Scatter) -> float:
    """Return how wide a band is at its upper end."""
    return float(band.x[-1] - band.x[0])


def test_bands_are_as_wide_as_the_means_and_join_the_places_of_the_rows() -> None:
    found = bands(sankey_figure(ROWS, "Nd", EN))
    assert list(found) == [
        "sea bed → leach", "reagents → leach", "leach → oxide Nd", "leach → residue", "leach → held: leach",
    ]  # fmt: skip
    widths = [width(band) for band in found.values()]
    assert [one / widths[0] for one in widths] == pytest.approx((ROWS["mean_kg"] / 101.0).tolist())


def test_places_and_bands_have_the_colour_of_what_ends_there() -> None:
    figure = sankey_figure(ROWS, "Nd", EN)
    found = bands(figure)
    assert found["leach → residue"].fillcolor == "rgba(213, 94, 0, 0.25)"
    assert found["sea bed → leach"].fillcolor == "rgba(0, 114, 178, 0.25)"
    (places,) = [one for one in figure.data if isinstance(one, go.Bar)]
    names = [told[0] for told in places.customdata]
    colours = dict(zip(names, places.marker.line.color, strict=True))
    assert colours["Sea bed 100 %"] == colours["Leaching 102 %"] == COLOURS["flow"]
    assert (colours["Neodymium oxide 76 %"], colours["Reagents 2 %"]) == (COLOURS["product"], COLOURS["reagent"])
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_pointing_at_a_band_tells_its_range_in_the_language() -> None:
    assert bands(sankey_figure(ROWS, "Nd", EN))["leach → oxide Nd"].text == (
        "<b>Leaching → Neodymium oxide</b><br>Product<br>mean 76.5 kg<br>P10 60, P50 75, P90 90 kg"
    )
    assert "浸出 → 酸化ネオジム" in bands(sankey_figure(ROWS, "Nd", JA))["leach → oxide Nd"].text


def test_what_goes_on_is_named_in_its_bar_and_what_ends_beside_the_bands() -> None:
    texts = [note.text for note in sankey_figure(ROWS, "Nd", EN).layout.annotations]
    assert texts[:2] == ["Sea bed 100 %", "Leaching 102 %"]
    beside = " ".join(texts[2:-1])
    assert "Leach residue" in beside and "23\u00a0%" in beside and "Leaching" not in texts[3]
    assert "Product" in texts[-1] and "Held at the end" in texts[-1]
    assert "Held" not in sankey_figure(ROWS[ROWS["kind"] != "held"], "Dy", EN).layout.annotations[-1].text


def test_a_page_of_its_own_has_a_title_with_element_and_unit() -> None:
    figure = sankey_figure(ROWS, "Dy", EN)
    height = figure.layout.height
    headed(figure, "pilot <1>", "Dy", EN)
    assert figure.layout.title.text == "pilot &lt;1&gt;<br><sup>Dy from the sea bed to oxide, kg as element</sup>"
    assert figure.layout.height > height


def test_a_balance_of_nothing_is_said_in_words() -> None:
    (note,) = sankey_figure(ROWS[:0], "Nd", EN).layout.annotations
    assert note.text == "No Nd leaves the sea bed in any replicate"


def test_rows_follow_the_longest_way_and_the_fullest_row_fills_the_width() -> None:
    """Derived: a → b → c with a by-way a → c; ends lie right of it; row 1 holds b, the by-way, an end and two gaps."""
    ways = [
        Way("a", "b", "flow", 60.0),
        Way("a", "c", "flow", 30.0),
        Way("a", "lost", "loss", 10.0),
        Way("b", "c", "flow", 60.0),
        Way("c", "made", "product", 90.0),
    ]
    found = layout(ways)
    places = {one.name: one for one in found.places}
    assert {name: one.row for name, one in places.items()} == {"a": 0, "b": 1, "lost": 1, "c": 2, "made": 3}
    per_kg = (1.0 - 2.0 * GAP) / 100.0
    assert places["a"].width == pytest.approx(100.0 * per_kg)
    assert places["lost"].left == pytest.approx((60.0 + 30.0) * per_kg + 2.0 * GAP)
    assert places["lost"].left + places["lost"].width == pytest.approx(1.0)
    by_way = found.bands[1]
    assert (by_way.from_row, by_way.to_row) == (0, 2)
    assert (by_way.from_left, by_way.to_left) == pytest.approx((60.0 * per_kg, 60.0 * per_kg))


def test_what_is_brought_in_begins_just_above_each_place_it_goes_to() -> None:
    ways = [
        Way("sea bed", "leach", "flow", 1.0),
        Way("reagents", "leach", "reagent", 2.0),
        Way("leach", "purification", "flow", 3.0),
        Way("reagents", "purification", "reagent", 4.0),
        Way("purification", "recovered acid", "reagent", 7.0),
    ]
    found = layout(ways)
    brought = [(one.row, one.mass_kg) for one in found.places if one.name == "reagents"]
    assert brought == [(0, 2.0), (1, 4.0)]
    assert [one.kind for one in found.places if one.name == "recovered acid"] == ["reagent"]
    assert [band.way for band in found.bands] == ways


def test_a_layout_of_nothing_is_empty() -> None:
    assert layout([]).rows == 0
