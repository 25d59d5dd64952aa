"""The picture of an element balance (truth: derived; the numbers handed in)."""

import pandas as pd

from dashboards.figures.sankey import COLOURS, sankey_figure

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


def test_ribbons_are_as_wide_as_the_means_and_join_the_places_of_the_rows() -> None:
    (sankey,) = sankey_figure(ROWS, "Nd", "head").data
    label = list(sankey.node.label)
    ways = [(label[a], label[b]) for a, b in zip(sankey.link.source, sankey.link.target, strict=True)]
    assert ways == list(zip(ROWS["source"], ROWS["target"], strict=True))
    assert list(sankey.link.value) == ROWS["mean_kg"].tolist()
    assert list(sankey.link.customdata[2]) == ["product", 60.0, 75.0, 90.0, 76.5]


def test_a_button_changes_to_medians() -> None:
    (menu,) = sankey_figure(ROWS, "Nd", "head").layout.updatemenus
    values = [button.args[0]["link.value"][0] for button in menu.buttons]
    assert values == [ROWS["mean_kg"].tolist(), ROWS["mass_kg"].tolist()]


def test_places_and_ribbons_have_the_colour_of_what_ends_there() -> None:
    (sankey,) = sankey_figure(ROWS, "Nd", "head").data
    colour = dict(zip(sankey.node.label, sankey.node.color, strict=True))
    expected = {"sea bed": "flow", "leach": "flow", "reagents": "reagent", "oxide Nd": "product", "residue": "loss"}
    assert {name: colour[name] for name in expected} == {name: COLOURS[kind] for name, kind in expected.items()}
    assert sankey.link.color[3] == "rgba(213,94,0,0.45)"
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_title_and_words_name_element_unit_and_the_kinds_that_occur() -> None:
    layout = sankey_figure(ROWS[ROWS["kind"] != "held"], "Dy", "head").layout
    assert layout.title.text.startswith("head")
    assert "Dy from the sea bed to oxide [kg" in layout.title.text
    assert "lost" in layout.annotations[0].text
    assert "held" not in layout.annotations[0].text


def test_a_balance_of_nothing_is_said_in_words() -> None:
    figure = sankey_figure(ROWS[:0], "Nd", "head")
    assert figure.layout.annotations[0].text == "no Nd leaves the sea bed in any replicate"
    assert len(figure.layout.updatemenus) == 0
