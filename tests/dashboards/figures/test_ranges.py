"""Bars with their ranges (truth: derived; the numbers handed in)."""

import math

import pytest

from dashboards.figures.emissions import COLOURS, Emitted, emission_figure
from dashboards.figures.noise import Heard, noise_figure
from dashboards.figures.ranges import Range, one_in, range_bars
from dashboards.theme import BLUE, GREEN
from dashboards.words import read_words

EN, JA = read_words("en"), read_words("ja")
ROWS = [
    Range("first & <last>", 2.0, 5.0, 9.0, "5 kg"),
    Range("rare", 0.0, 1.0, 0.5, "1 kg", "more", GREEN),
    Range("never", 3.0, 4.0, math.inf, "4 kg"),
]


def test_bars_have_their_values_and_lines_from_low_to_high() -> None:
    """Derived: a mean above P90 has no line beyond it; an end that is not there neither."""
    (bars,) = range_bars(ROWS, "kg").data
    assert bars.x.tolist() == [5.0, 1.0, 4.0]
    assert bars.error_x.array.tolist() == [4.0, 0.0, 0.0]
    assert bars.error_x.arrayminus.tolist() == [3.0, 1.0, 1.0]
    assert bars.marker.line.color == (BLUE, GREEN, BLUE)


def test_names_stand_above_their_bars_and_the_axis_holds_all_of_them() -> None:
    figure = range_bars(ROWS, "kg")
    texts = [(note.text, note.x) for note in figure.layout.annotations[:2]]
    assert texts == [("first &amp; &lt;last&gt;", 0.0), ("5 kg", 1.0)]
    assert figure.layout.xaxis.range[0] == 0.0 and figure.layout.xaxis.range[1] >= 9.0
    assert figure.layout.height > range_bars(ROWS[:1], "kg").layout.height
    assert figure.data[0].customdata[1] == "<b>rare</b><br>1 kg<br>more"


def test_rows_of_nothing_but_zero_are_drawn_too() -> None:
    assert range_bars([Range("none", 0.0, 0.0, 0.0, "0")], "kg").layout.xaxis.range[1] > 0.0


@pytest.mark.parametrize(("error", "said"), [(1e-9, "1,000,000,000"), (3e-3, "100"), (0.0, "1,000,000,000")])
def test_small_errors_are_told_as_one_part_in_many(error: float, said: str) -> None:
    assert one_in(error) == said


def test_noise_is_drawn_by_harm_and_spreading_on_an_axis_in_powers_of_ten() -> None:
    heard = [
        Heard("Disturbance", "disturbance", "20 lg R", 1.0, 3.0, 5.0),
        Heard("LF", "TTS", "20 lg R", 0.5, 0.9, 1.4),
        Heard("LF", "TTS", "15 lg R", 4.0, 8.0, 14.0),
        Heard("HF", "TTS", "20 lg R", 0.1, 0.2, math.inf),
        Heard("HF", "injury", "20 lg R", 0.0, 0.0, 0.0),
    ]
    figure = noise_figure(heard, EN)
    assert [one.name for one in figure.data] == ["disturbance, 20 lg R", "TTS, 20 lg R", "TTS, 15 lg R"]
    tts = figure.data[1]
    assert list(tts.x) == [0.9, 0.2] and list(tts.error_x.array) == pytest.approx([0.5, 0.0])
    assert [round(y) for y in tts.y] == [-1, -2]
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis.ticktext) == ["0.1", "1", "10"]
    assert noise_figure(heard, JA).data[0].name == "行動影響・20 lg R"


def test_emissions_are_bars_in_the_colour_of_who_gives_them_off() -> None:
    emitted = [Emitted("total", "All", 10.0, 20.0, 30.0, "total"), Emitted("mining", "Ships", 9.0, 18.0, 27.0, "ships")]
    (bars,) = emission_figure(emitted, "t", EN).data
    assert bars.x.tolist() == [20.0, 18.0]
    assert bars.marker.line.color == (COLOURS["total"], COLOURS["ships"])
