"""The picture of what holds a campaign back (truth: derived; the numbers handed in)."""

import numpy as np
import pandas as pd

from dashboards.figures.bottleneck import COLOURS, bottleneck_figure
from twin.bottleneck import OUTCOMES
from twin.easing import TOGETHER

DAYS = ["2027-02-01", "2027-02-02"]


def days(**share: list[float]) -> pd.DataFrame:
    """Return two days with the given shares, nought for the other outcomes."""
    columns = {f"share_{name.replace(' ', '_').replace('-', '_')}": [0.0, 0.0] for name in OUTCOMES}
    fixed = {"date": DAYS, "target_t": [350.0, 350.0], "lifted_t": [100.0, 400.0]}
    return pd.DataFrame(fixed | columns | share)


def gains(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, f"{name} eased", mean, error) for name, mean, error in rows],
        columns=["constraint", "how", "mean_t", "standard_error_t"],
    )


def test_every_outcome_has_a_colour_of_its_own() -> None:
    assert set(COLOURS) == set(OUTCOMES)
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_shares_stand_in_per_cent_and_what_never_binds_is_left_out() -> None:
    figure = bottleneck_figure(days(share_weather=[0.25, 1.0], share_tool_cycle=[0.75, 0.0]), gains(), "head", "wet")
    bars = {trace.name: list(trace.y) for trace in figure.data if trace.type == "bar"}
    assert bars == {"tool cycle": [75.0, 0.0], "weather": [25.0, 100.0]}
    lines = {trace.name: list(trace.y) for trace in figure.data if trace.type == "scatter"}
    assert lines == {"mud on deck": [100.0, 400.0], "target": [350.0, 350.0]}
    assert figure.layout.title.text == "head"


def test_gains_are_bars_with_their_standard_errors_and_words() -> None:
    table = gains(("weather", 300.0, 50.0), ("hold", -10.0, np.nan), (TOGETHER, 900.0, 60.0))
    figure = bottleneck_figure(days(), table, "head", "dry")
    bar = next(trace for trace in figure.data if trace.type == "bar")
    assert (list(bar.x), list(bar.y)) == ([300.0, -10.0, 900.0], ["weather", "hold", TOGETHER])
    assert list(bar.error_x.array) == [50.0, 0.0, 60.0]
    words = next(list(trace.text) for trace in figure.data if trace.type == "scatter" and trace.mode == "text")
    assert words == [" +300: weather eased", " -10: hold eased", f" +900: {TOGETHER} eased"]
    titles = [note.text for note in figure.layout.annotations]
    assert titles[2].startswith("What easing one constraint gives over the campaign (t, dry")


def test_without_reruns_the_panel_of_gains_is_left_out() -> None:
    assert len(bottleneck_figure(days(), gains(), "head", "wet").layout.annotations) == 2
