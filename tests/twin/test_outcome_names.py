"""Names of outcomes as people type them (truth: derived, by hand)."""

import numpy as np
import pandas as pd
import pytest

from ops_data.errors import UnknownNameError, UsageError
from twin.outcome_names import Outcome, read_labels, resolve, values_of

AVAILABLE = {
    ("lifted_wet_t", ""),
    ("fuel_t", "mining"),
    ("fuel_t", "total"),
    ("lost_days", "storm"),
    ("lost_days", "port"),
}


def test_a_bare_name_means_the_whole_or_the_total() -> None:
    labels = read_labels("lifted_wet_t, fuel_t,fuel_t[mining]")
    assert [one.label for one in resolve(labels, AVAILABLE)] == ["lifted_wet_t", "fuel_t[total]", "fuel_t[mining]"]


def test_titles_and_units_are_those_of_the_indicator_row() -> None:
    one, whole = Outcome("fuel_t", "mining"), Outcome("fuel_t", "total")
    assert (one.title, one.unit) == ("Fuel: mining", "t")
    assert whole.title == "Fuel"


def test_an_outcome_that_never_happened_in_the_probe_is_taken_as_named() -> None:
    assert resolve(read_labels("cost_per_dry_t_jpy"), AVAILABLE) == [Outcome("cost_per_dry_t_jpy", "")]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            "lifted_wt_t",
            UnknownNameError,
            "outcome 'lifted_wt_t': no indicator 'lifted_wt_t'; did you mean 'lifted_wet_t'?",
        ),
        (
            "fuel_t[mine]",
            UnknownNameError,
            "outcome 'fuel_t[mine]': 'fuel_t' has no item 'mine'; did you mean 'mining'?",
        ),
        ("lost_days", UnknownNameError, "outcome 'lost_days': it has no total but items"),
        ("fuel_t[mining", UsageError, "outcome 'fuel_t[mining': not understood; the form is name or name[item]"),
        ("lifted_wet_t,", UsageError, "outcome '': not understood"),
        ("fuel_t,fuel_t", UsageError, "outcome 'fuel_t': given twice"),
    ],
)
def test_a_wrong_name_is_one_line_with_a_remedy(text: str, error: type[UsageError], message: str) -> None:
    with pytest.raises(error) as caught:
        resolve(read_labels(text), AVAILABLE)
    assert str(caught.value).startswith(message)


def test_values_stand_at_their_replicate_and_what_never_happened_is_nan() -> None:
    frame = pd.DataFrame(
        {"replicate": [0, 2, 2], "name": ["fuel_t"] * 3, "item": ["total", "total", "mining"], "value": [1.0, 3.0, 9.0]}
    )
    found = values_of(frame, [Outcome("fuel_t", "total"), Outcome("lifted_wet_t", "")], 3)
    assert np.array_equal(found["fuel_t[total]"], [1.0, np.nan, 3.0], equal_nan=True)
    assert np.isnan(found["lifted_wet_t"]).all()
