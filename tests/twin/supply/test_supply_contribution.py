"""What a run contributes: four readings, two bases, years, money, and what makes the spread."""

from dataclasses import replace

import numpy as np
import pytest

from ops_data.elements import oxide_factor
from ops_data.errors import ModelError
from ops_data.supply_names import SUPPLY_ELEMENTS
from tests.twin.supply.demand_values import central, drawn, tables
from twin.supply.contribution import (
    FULL_SCALE_RUN,
    READINGS,
    Assumed,
    Contribution,
    Floats,
    MudOutput,
    ScaleRun,
    assumed,
    contributions,
    drivers,
    full_scale,
)

PRICES = {"Nd": 78.0, "Pr": 75.0, "Dy": 330.0, "Tb": 1298.0, "Sm": 2.0, "Gd": 30.0, "Lu": 600.0, "Y": 8.0}


def output(basis: str = "wet", n: int = 3) -> MudOutput:
    """A campaign of 20 days that makes 100 kg of each oxide; a day at the target makes 10 kg, twice that when dry."""
    factor = 1.0 if basis == "wet" else 2.0
    each = {element: np.full(n, 100.0 * factor) for element in SUPPLY_ELEMENTS}
    years = {
        ("calendar", 2027): {element: 0.75 * kg for element, kg in each.items()},
        ("calendar", 2028): {element: 0.25 * kg for element, kg in each.items()},
        ("fiscal", 2026): each,
    }
    return MudOutput(
        basis, 350.0, each, np.full(n, 20.0), {element: np.full(n, 10.0 * factor) for element in SUPPLY_ELEMENTS},
        years, np.full(n, 0.5 * factor), np.full(n, 2000.0), {element: np.full(n, 0.1) for element in SUPPLY_ELEMENTS},
        {element: np.full(n, 0.7) for element in SUPPLY_ELEMENTS},
    )  # fmt: skip


def against(n: int = 3) -> Assumed:
    return assumed([central()] * n, tables(), {name: np.full(n, usd) for name, usd in PRICES.items()}, 150.0)


def found(reading: str, element: str, period: str = "", basis: str = "wet") -> Contribution:
    rows = contributions(output(basis), against(), 3500.0)
    (one,) = [row for row in rows if (row.reading, row.element, row.period) == (reading, element, period)]
    return one


def test_the_four_readings_are_those_of_a_hand_calculation() -> None:
    """Derived: 100 kg in 20 days; 5 kg a day × 230 d; 10 kg a day × 230 d; ten times that."""
    tonnes = [float(found(reading, "Dy").oxide_t[0]) for reading in READINGS]
    assert tonnes == pytest.approx([0.1, 1.15, 2.3, 23.0], rel=1e-12)
    one = found("run_rate", "Dy")
    assert one.element_t[0] == pytest.approx(2.3 / oxide_factor("Dy"), rel=1e-12)
    assert one.share_current[0] == pytest.approx(2.3 / oxide_factor("Dy") / 500.0, rel=1e-12)
    assert one.share_future[0] == pytest.approx(2.3 / 1250.0, rel=1e-12)  # both in oxide
    assert one.value_usd[0] == pytest.approx(2300.0 * 330.0, rel=1e-12)
    assert one.value_jpy[0] == pytest.approx(2300.0 * 330.0 * 150.0, rel=1e-12)


def test_wet_and_dry_stand_side_by_side() -> None:
    """Derived: the made-up dry run gives twice the wet one in every reading."""
    for reading in READINGS:
        wet, dry = found(reading, "Nd"), found(reading, "Nd", basis="dry")
        assert dry.oxide_t == pytest.approx(2.0 * wet.oxide_t)
        assert (wet.item, dry.item) == (f"{reading} wet Nd", f"{reading} dry Nd")


def test_calendar_years_sum_to_the_campaign_and_fiscal_years_have_their_own_rows() -> None:
    """Derived: 75 and 25 kg of 100 kg; all of it before April 2027."""
    parts = [found("campaign", "Tb", period).oxide_t for period in ("2027", "2028")]
    assert sum(parts) == pytest.approx(found("campaign", "Tb").oxide_t)
    assert found("campaign", "Tb", "FY2026").oxide_t == pytest.approx(found("campaign", "Tb").oxide_t)


def test_an_element_without_a_figure_has_tonnes_and_says_so() -> None:
    """Derived: lutetium has no demand figure now, neodymium none for the future."""
    lutetium, neodymium = found("run_rate", "Lu"), found("run_rate", "Nd")
    assert lutetium.oxide_t[0] > 0.0 and np.isnan(lutetium.share_current).all()
    assert lutetium.note("contribution_share_current") == "no demand figure"
    assert lutetium.note("contribution_oxide_t") == ""
    assert neodymium.note("contribution_share_current") == ""
    assert neodymium.note("contribution_share_future") == "no demand figure"
    assert set(lutetium.indicators()) == {
        "contribution_oxide_t", "contribution_element_t", "contribution_share_current", "contribution_share_future",
        "contribution_value_usd", "contribution_value_jpy",
    }  # fmt: skip


def test_all_elements_together_are_the_sum_and_have_no_share() -> None:
    """Derived: eight oxides of 2.3 t; value by the prices of each."""
    whole = found("run_rate", "all")
    assert whole.oxide_t == pytest.approx(np.full(3, 8 * 2.3))
    assert whole.value_usd == pytest.approx(np.full(3, 2300.0 * sum(PRICES.values())))
    assert np.isnan(whole.share_current).all() and whole.note("contribution_share_current") == ""


def test_a_campaign_that_never_lifts_has_a_rate_of_nothing() -> None:
    """Derived: no kilograms over no days is no rate, not an error."""
    none = {element: np.zeros(3) for element in SUPPLY_ELEMENTS}
    idle = replace(output(), campaign_kg=none, by_period_kg={}, lifting_days_d=np.zeros(3))
    rows = contributions(idle, against(), 3500.0)
    assert all((row.oxide_t == 0.0).all() for row in rows if row.reading in ("campaign", "achieved_rate"))


def test_a_replicate_that_lifted_nothing_has_no_run_rate_and_the_others_keep_theirs() -> None:
    """Derived: a day at the target is not known where no mud arrived, in one replicate of three."""
    gap = np.array([1.0, np.nan, 1.0])
    held = replace(output(), at_target_kg_d=dict.fromkeys(SUPPLY_ELEMENTS, 10.0 * gap), grade_ppm=2e3 * gap)
    rows = {(row.reading, row.element): row for row in contributions(held, against(), 3500.0)}
    for name in ("oxide_t", "share_current", "value_jpy"):
        assert np.isnan(getattr(rows["run_rate", "Dy"], name)).tolist() == [False, True, False]
    assert rows["run_rate", "Nd"].note("contribution_share_current") == ""
    assert np.isfinite([row.share for row in drivers([held, replace(held, basis="dry")], against())]).sum() == 0
    held = replace(held, grade_ppm=np.array([1e3, np.nan, 2e3]), at_target_kg_d=dict.fromkeys(SUPPLY_ELEMENTS, gap * 3))
    same = {row.factor: row.share for row in drivers([held], against()) if row.element == "Lu"}
    assert np.isnan(list(same.values())).all()  # what is made of it does not vary
    varied = dict.fromkeys(SUPPLY_ELEMENTS, np.array([3.0, np.nan, 6.0]))
    shares = {row.factor: row.share for row in drivers([replace(held, at_target_kg_d=varied)], against())}
    assert shares["grade"] == pytest.approx(1.0)


def test_an_extrapolation_to_the_target_itself_is_the_run_rate() -> None:
    """Derived: the factor is 1."""
    rows = {(row.reading, row.element): row for row in contributions(output(), against(), 350.0)}
    for element in SUPPLY_ELEMENTS:
        assert rows["extrapolation", element].oxide_t == pytest.approx(rows["run_rate", element].oxide_t, rel=1e-15)


def test_a_run_at_full_scale_is_told_as_its_mean_year_on_its_own_basis() -> None:
    """Derived: 200 kg of each oxide in two years are 0.1 t a year, whatever the operating days of the pilot."""
    rows = {row.element: row for row in full_scale(ScaleRun(output("dry"), 730.5, np.full(3, 1e6)), against())}
    assert {(row.reading, row.basis, row.period) for row in rows.values()} == {(FULL_SCALE_RUN, "dry", "")}
    assert rows["Dy"].oxide_t == pytest.approx(np.full(3, 0.1), rel=1e-12)
    assert rows["Dy"].share_current[0] == pytest.approx(0.1 / oxide_factor("Dy") / 500.0, rel=1e-12)
    assert rows["all"].oxide_t == pytest.approx(np.full(3, 0.8), rel=1e-12)


def paired(n: int = 400) -> tuple[list[MudOutput], Assumed]:
    generator = np.random.default_rng(4)
    grade, solids = generator.triangular(964, 2652, 6000, n), generator.triangular(0.35, 0.41, 0.45, n)
    share = {element: generator.uniform(0.9, 1.1, n) * 0.05 for element in SUPPLY_ELEMENTS}
    recovery = {element: generator.triangular(0.5, 0.72, 0.9, n) for element in SUPPLY_ELEMENTS}

    def run(basis: str, dry_per_t: Floats) -> MudOutput:
        made = {
            name: 350e3 * dry_per_t * grade * 1e-6 * share[name] * recovery[name] * oxide_factor(name)
            for name in SUPPLY_ELEMENTS
        }
        return MudOutput(basis, 350.0, made, np.full(n, 20.0), made, {}, dry_per_t, grade, share, recovery)

    draws = [drawn(seed) for seed in range(n)]
    return [run("wet", solids), run("dry", np.ones(n))], assumed(draws, tables(), priced(n), 150.0)


def priced(n: int) -> dict[str, Floats]:
    return {name: np.full(n, usd) for name, usd in PRICES.items()}


def test_the_shares_of_the_drivers_sum_to_one_for_every_element_and_basis() -> None:
    """Derived: covariances with the product add up to its variance; what is constant has no share."""
    rows = drivers(*paired())
    for basis in ("wet", "dry", "both"):
        for element in SUPPLY_ELEMENTS:
            mine = {row.factor: row.share for row in rows if (row.basis, row.element) == (basis, element)}
            assert sum(mine.values()) == pytest.approx(1.0, abs=1e-12)
            assert mine["other"] == pytest.approx(0.0, abs=1e-12)
            assert ("demand figure" in mine) == (element not in ("Gd", "Lu"))
    dry = {row.factor: row.share for row in rows if (row.basis, row.element) == ("dry", "Nd")}
    both = {row.factor: row.share for row in rows if (row.basis, row.element) == ("both", "Nd")}
    assert dry["mass basis"] == pytest.approx(0.0, abs=1e-12)
    assert max(both, key=lambda name: both[name]) == "mass basis"


def test_draws_in_which_nothing_is_made_do_not_count_and_none_at_all_leave_no_share() -> None:
    """Derived: half the draws without recovery change nothing in the names; all of them leave no number."""
    outputs, held = paired()
    dead = {name: np.where(np.arange(400) % 2 == 0, 0.0, draws) for name, draws in outputs[0].recovery_share.items()}
    nothing = {name: np.zeros(400) for name in SUPPLY_ELEMENTS}
    half = drivers([replace(outputs[0], recovery_share=dead)], held)
    assert sum(row.share for row in half if row.element == "Nd") == pytest.approx(1.0)
    assert np.isnan([row.share for row in drivers([replace(outputs[0], at_target_kg_d=nothing)], held)]).all()


@pytest.mark.parametrize(
    ("change", "rate", "message"),
    [
        ({"basis": "moist"}, 3500.0, "basis 'moist' is not known; it must be wet or dry"),
        ({"target_t_d": 0.0}, 3500.0, r"target \[t/d\] is 0; it must be above 0"),
        ({}, 0.0, r"extrapolation \[t/d\] is 0; it must be above 0"),
        ({"campaign_kg": {"Nd": np.ones(3)}}, 3500.0, "no oxide of Pr; every element followed is needed"),
        ({"by_period_kg": {("lunar", 2027): {}}}, 3500.0, "period 'lunar' is not known"),
        ({"at_target_kg_d": {name: np.ones(2) for name in SUPPLY_ELEMENTS}}, 3500.0,
         "2 replicates of Nd are held against 3 draws"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(change: dict[str, object], rate: float, message: str) -> None:
    """Derived: each rule broken once, by hand."""
    with pytest.raises(ModelError, match=message):
        contributions(replace(output(), **change), against(), rate)  # type: ignore[arg-type]


def test_a_missing_price_is_named() -> None:
    """Derived: seven of eight prices given."""
    with pytest.raises(ModelError, match="no price of Y; every element followed has one"):
        assumed([central()], tables(), {name: np.ones(1) for name in SUPPLY_ELEMENTS[:-1]}, 150.0)
