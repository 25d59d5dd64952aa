"""Over all replicates (truth: derived, a handful of made-up outcomes)."""

import json

import pandas as pd
import pytest

from ops_data.errors import UnknownNameError
from ops_data.reference.indicator_rows import indicator_rows
from ops_data.tables import to_arrow
from twin.indicators.statistics import wilson_interval
from twin.indicators.summary import (
    PLUME,
    SUPPLY,
    Spread,
    convergence_notes,
    indicator_columns,
    json_document,
    names_of,
    read_spreads,
    summarise,
)

Row = tuple[int, str, str, float]


def table(*rows: Row) -> pd.DataFrame:
    """Return outcomes of these replicates, names, items and values."""
    frame = pd.DataFrame(rows, columns=["replicate", "name", "item", "value"]).assign(period="")
    return frame.astype({"name": "category", "item": "category", "period": "category"})


def lifted(*values: float) -> pd.DataFrame:
    """Return outcomes with these wet tonnes."""
    return table(*[(i, "lifted_wet_t", "", value) for i, value in enumerate(values)])


def one(spreads: list[Spread], label: str) -> Spread:
    """Return the entry with this label."""
    (found,) = [spread for spread in spreads if spread.label == label]
    return found


def test_percentiles_are_over_all_replicates() -> None:
    """Derived: P10, P50 and P90 of 0, 1, …, 10."""
    found = one(summarise(lifted(*range(11)), 11), "lifted_wet_t")
    assert (found.low, found.value, found.high, found.unit) == (1.0, 5.0, 9.0, "t")


def test_a_probability_is_a_mean_with_its_wilson_interval() -> None:
    rows = [(i, "held_target_3d", "2027-02-28", float(i < 3)) for i in range(20)]
    found = one(summarise(table(*rows), 20), "held_target_3d[2027-02-28]")
    assert (found.value, found.unit) == (0.15, "probability")
    assert (found.low, found.high) == wilson_interval(3, 20, 0.8)


def test_a_replicate_that_never_came_home_counts_as_later_than_all_others() -> None:
    """Derived: of five replicates two never came home, so the P90 is beyond the horizon and the median is the third."""
    found = one(summarise(table((0, "home_day", "", 90.0), (2, "home_day", "", 95.0), (3, "home_day", "", 99.0)), 5),
                "home_day")  # fmt: skip
    assert (found.low, found.value, found.high) == (92.0, 99.0, float("inf"))


def test_an_indicator_that_no_replicate_has_is_there_and_says_never() -> None:
    spreads = summarise(lifted(1.0, 2.0), 2)
    assert one(spreads, "first_mud_day").value == float("inf")
    assert list(dict.fromkeys(spread.name for spread in spreads)) == names_of(None)
    of_study = summarise(lifted(), 2, study=PLUME)
    assert list(dict.fromkeys(spread.name for spread in of_study)) == names_of(PLUME)
    assert sorted(names_of(None) + names_of(PLUME) + names_of(SUPPLY)) == sorted(indicator_rows())


def test_a_share_of_what_was_released_is_told_of_the_members_that_released_something() -> None:
    """Derived: of five members two have a share, and all five a carbon dioxide of one lifted tonne or none."""
    rows = [(0, "deposited_share", "within 1 km", 0.2), (3, "deposited_share", "within 1 km", 0.4)]
    spreads = summarise(table(*rows, (0, "air_co2_per_dry_t", "co2", 9.0)), 5, study=PLUME)
    share, carbon = one(spreads, "deposited_share[within 1 km]"), one(spreads, "air_co2_per_dry_t[co2]")
    assert (share.low, share.value, share.high) == pytest.approx((0.22, 0.3, 0.38))
    assert carbon.value == float("inf")


def test_an_outcome_without_an_indicator_row_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="no indicator 'lifted_wet'; did you mean 'lifted_wet_t'"):
        summarise(table((0, "lifted_wet", "", 1.0)), 1)


def test_the_indicator_table_reads_back_as_it_was() -> None:
    spreads = summarise(lifted(1.0, 2.0, 4.0), 3)
    written = to_arrow("indicators", indicator_columns(spreads)).to_pandas()
    assert read_spreads(written) == spreads


def test_the_json_document_has_the_promised_form_and_no_number_that_is_none() -> None:
    outcomes = table((0, "home_day", "", 90.0), (0, "lost_days", "weather", 3.0), (1, "lost_days", "weather", 5.0))
    document = json_document("calm-1234", "calm", 2, 1, "wet", 0.5, summarise(outcomes, 2))
    assert list(document) == ["run_id", "scenario", "replicates", "seed", "mass_basis", "wall_s", "indicators"]
    read_back = json.loads(json.dumps(document, allow_nan=False))
    assert read_back["indicators"]["lost_days[weather]"] == {"p10": 3.2, "p50": 4.0, "p90": 4.8, "unit": "d"}
    assert read_back["indicators"]["home_day"] == {"p10": None, "p50": None, "p90": None, "unit": "d"}


def test_one_replicate_is_told_to_say_nothing_about_spread() -> None:
    assert convergence_notes(lifted(5.0), 1) == [
        "One replicate says nothing about spread: P10, P50 and P90 are the same number."
    ]


def test_replicates_that_are_all_the_same_need_no_company() -> None:
    assert convergence_notes(lifted(5.0, 5.0, 5.0), 3) == [
        "All 3 replicates have the same mud lifted, wet; more of them add nothing to it."
    ]


def test_few_replicates_are_told_to_be_few_and_how_well_the_median_is_known() -> None:
    """Derived: of ten values the 80 % interval of the median runs from the third to the eighth."""
    notes = convergence_notes(lifted(*range(100, 1_100, 100)), 10)
    assert notes == [
        "10 replicates are few: P10 and P90 rest on the lowest and the highest value; run 30 or more.",
        "The median of mud lifted, wet lies between 300 and 800 t with 80 % confidence; "
        "four times the replicates halve that.",
    ]


def test_many_replicates_close_together_need_no_note() -> None:
    assert convergence_notes(lifted(*[1_000.0 + i for i in range(100)]), 100) == []
