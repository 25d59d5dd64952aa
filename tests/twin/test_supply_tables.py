"""Tables of a supply study of made-up runs (truth: derived; sums added up again, numpy over the draws)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ops_data.columns import TableData
from ops_data.customs_records import HEADER, read_customs
from ops_data.supply_names import SECTORS, STAGES, SUPPLY_ELEMENTS
from ops_data.supply_tables import SUPPLY_TABLES
from ops_data.tables import to_arrow
from tests.twin import supply_runs_by_hand as by_hand
from tests.twin.supply_runs_by_hand import NOTHING, Made, job
from tests.twin.test_supply_study import frame
from twin.indicators.summary import SUPPLY, Spread, summarise
from twin.indicators.supply import YEARS
from twin.supply_rows import logistics_table, study_tables, weight_table

DRAWS = 3
FEW = ('supply.scenarios=["S3", "R2010"]', "supply.shock_months=12")
BY_DRAW = "supply_shock_months"
CLOSES = 1e-9


@dataclass(frozen=True)
class Told:
    """The tables of a study, and its indicators draw by draw and over the draws."""

    columns: Mapping[str, TableData]
    outcomes: pd.DataFrame
    spreads: Mapping[tuple[str, str, str], Spread]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table as a frame."""
        return frame_of(self.columns[name])


def frame_of(columns: TableData) -> pd.DataFrame:
    return pd.DataFrame({name: np.asarray(column) for name, column in columns.items()})


@cache
def told(sets: tuple[str, ...] = FEW, replicates: tuple[Made, ...] = by_hand.SPREAD, draws: int = DRAWS) -> Told:
    """Return the tables of the made-up study."""
    study = job(*sets, replicates=replicates)
    outcomes = frame(study.play(0, draws - 1)["outcomes"])
    spreads = summarise(outcomes.astype({"name": "category", "item": "category", "period": "category"}), draws, SUPPLY)
    found = study_tables(study, draws, spreads, outcomes, None)
    return Told(found, outcomes, {(one.name, one.item, one.period): one for one in spreads})


def test_every_declared_table_is_told_with_its_columns_and_words() -> None:
    """Derived: the declaration; a column of another type or an unknown word is refused."""
    found = told().columns
    assert set(found) == {table.name for table in SUPPLY_TABLES} - {BY_DRAW}
    for name, columns in found.items():
        assert to_arrow(name, columns).num_rows > 0, name


def test_every_balance_is_told_and_closes() -> None:
    """Derived: demand, networks, shocks and accounts, in the central draw and in three more."""
    rows = told()["supply_closure"]
    assert [name.partition(":")[0] for name in rows["balance"]] == ["demand", "network", "shock", "project"]
    assert rows["worst"].max() < CLOSES
    assert rows["places"].tolist() == [4, 4 * len(YEARS), 4 * 2 * 2, 4 * 2 * 2]  # scenarios, rules; projects, worlds


def test_flows_balance_at_every_node_when_they_are_added_up_again() -> None:
    """Derived: what a plant in Japan takes, at its yield, is what it hands on; loss is a buyer of its own."""
    rows = told()["supply_flows"]
    assert set(rows["year"]) == set(YEARS)
    assert (rows["mass_t"] >= 0.0).all()
    rows = rows[(rows["element"] == "Nd") & (rows["year"] == 2024)]
    lost, rows = rows[rows["buyer"] == "loss"], rows[rows["buyer"] != "loss"]
    for stage, before in (("magnet", "metal"), ("metal", "separated_oxide")):
        taken = rows[(rows["stage"] == before) & (rows["buyer"] == "japan")]["mass_t"].sum()
        made = rows[(rows["stage"] == stage) & (rows["seller"] == "japan")]["mass_t"].sum()
        gone = lost[(lost["stage"] == before) & (lost["seller"] == "japan")]["mass_t"].sum()
        assert made + gone == pytest.approx(taken)
        assert 0.0 < made < taken


def test_elements_without_a_demand_figure_flow_nowhere_and_have_no_demand() -> None:
    """Derived: Gd and Lu."""
    for name in ("supply_flows", "supply_demand"):
        assert set(told()[name]["element"]) & set(SUPPLY_ELEMENTS) == set(SUPPLY_ELEMENTS) - {"Gd", "Lu"}, name


def test_shares_of_the_drivers_sum_to_one_for_each_element_on_each_basis() -> None:
    """Derived: the definition; wet, dry and both."""
    rows = told()["supply_drivers"]
    sums = rows.groupby(["basis", "element"])["share"].sum()
    assert len(sums) == 3 * 8
    assert sums.tolist() == pytest.approx([1.0] * len(sums))
    assert "demand figure" not in set(rows[rows["element"] == "Lu"]["factor"])
    of_basis = rows[(rows["factor"] == "mass basis") & (rows["basis"] == "both")]["share"]
    assert (of_basis > 0.3).all()


@pytest.mark.parametrize(("replicates", "draws"), [((NOTHING, NOTHING), 3), ((Made(),), 1)])
def test_without_a_spread_no_driver_is_told(replicates: tuple[Made, ...], draws: int) -> None:
    """Derived: nothing is made, or a single draw: a share of no variance is no number, and no row."""
    found = told(FEW, replicates, draws)
    rows = found["supply_drivers"]
    assert not rows["share"].isna().any()
    assert found["supply_closure"]["worst"].max() < CLOSES
    for name, columns in found.columns.items():
        to_arrow(name, columns)


def test_dependency_is_told_by_element_stage_and_basis_with_the_spread_of_the_draws() -> None:
    """Derived: central values, beside P10 and P90 of the draws; shares lie in 0 to 1."""
    rows = told()["supply_dependency"]
    shares = rows[(rows["measure"] == "china_share") & rows["value"].notna()]
    assert shares["value"].between(-CLOSES, 1.0 + CLOSES).all()
    assert set(shares["basis"]) == {"mass direct", "mass origin-adjusted", "value direct", "value origin-adjusted"}
    assert set(rows["stage"]) == set(STAGES)
    one = shares[(shares["element"] == "Dy") & (shares["stage"] == "metal") & (shares["year"] == 2030)]
    one = one[one["basis"] == "mass origin-adjusted"]
    spread = told().spreads["china_share", "Dy metal mass origin-adjusted", "2030"]
    assert one[["low", "high"]].to_numpy().tolist() == [[spread.low, spread.high]]


def test_adjusting_for_origin_never_lowers_the_share_of_china() -> None:
    """Derived: what China sold itself counts in both."""
    rows = told()["supply_dependency"]
    rows = rows[(rows["measure"] == "china_share") & rows["value"].notna()].set_index(["element", "stage", "year"])
    direct, adjusted = (rows[rows["basis"] == f"mass {kind}"]["value"] for kind in ("direct", "origin-adjusted"))
    assert (adjusted.reindex(direct.index) >= direct - CLOSES).all()


def test_cuts_name_sets_that_stop_what_was_asked_for() -> None:
    """Derived: each set stops its share or more, and a larger share needs no fewer nodes."""
    rows = told()["supply_cuts"]
    assert set(rows["rerouting"]) == {"none", "open capacity"}
    some = rows[rows["size"] > 0]
    assert (some["lost_share"] >= some["asked_share"] - CLOSES).all()
    assert [len(nodes.split(", ")) for nodes in some["nodes"]] == some["size"].tolist()
    for _, part in some.groupby(["element", "year", "rerouting"]):
        assert part.sort_values("asked_share")["size"].is_monotonic_increasing


def test_weights_are_the_printed_probabilities_brought_to_one() -> None:
    """Published: 0.30-0.35, 0.40, 0.15 and 0.10 as printed (facts A, seed 004); derived: the middle over the sum."""
    rows = told()["supply_weights"].set_index("scenario")
    assert rows[["printed_low", "printed_high"]].to_numpy().tolist() == [
        [0.3, 0.35],
        [0.4, 0.4],
        [0.15, 0.15],
        [0.1, 0.1],
    ]
    middle = np.array([0.325, 0.4, 0.15, 0.1])
    assert rows["weight"].tolist() == pytest.approx((middle / middle.sum()).tolist())
    for column in ("weight", "weight_low_end", "weight_high_end"):
        assert rows[column].sum() == pytest.approx(1.0)


def test_weights_may_be_left_out() -> None:
    """Derived: none: no weighted result; what was printed still stands there."""
    rows = frame_of(weight_table(job('supply.weights="none"').central()))
    assert rows["weight"].isna().all()
    assert rows["printed_high"].notna().all()


def test_every_lever_is_told_without_and_at_full_strength_and_moves_as_stated() -> None:
    """Derived: one at a time, at central values."""
    rows = told()["supply_levers"]
    assert set(rows["lever"]) == set(by_hand.case().tables.policy.levers)
    assert rows[rows["as_stated"] != "yes"]["lever"].tolist() == []


def test_targets_are_held_against_the_median_of_the_draws() -> None:
    """Derived: the gap is computed less target; what is not computed has neither."""
    rows = told()["supply_kpis"]
    computed = rows[rows["met"] != "not computed"]
    assert (computed["gap"] - (computed["value"] - computed["target"])).abs().max() < 1e-6 * computed[
        "value"
    ].abs().max()
    assert rows[rows["met"] == "not computed"]["gap"].isna().all()
    assert (computed["low"] <= computed["value"] + CLOSES).all()
    assert {"004-K1", "004-K2", "004-K7"} <= set(rows["kpi"])


def test_accounts_are_told_by_year_for_each_project_in_both_price_worlds() -> None:
    """Derived: the median of the three draws, line by line."""
    rows = told()["supply_cash_flow"]
    assert set(rows["world"]) == {"china", "ex_china"}
    assert (rows["low"] <= rows["value"] + 1e-6).all()
    assert (rows["value"] <= rows["high"] + 1e-6).all()
    study = job(*FEW)
    lines = np.array([study.chain(draw).project("pilot", "china").lines["opex"] for draw in range(DRAWS)])
    here = rows[(rows["project"] == "pilot") & (rows["world"] == "china") & (rows["line"] == "opex")]
    assert here["value"].tolist() == pytest.approx(np.median(lines, axis=0).tolist())


def test_every_number_of_the_case_is_told_with_its_source() -> None:
    """Derived: the quantities of the case, one row each."""
    rows = told()["supply_inputs"]
    assert rows["key"].tolist() == list(by_hand.case(*FEW).quantities)
    assert (rows["source"].str.len() > 0).all()


def test_published_figures_stand_beside_what_is_computed_and_none_is_picked() -> None:
    """Derived: several studies of one quantity remain; where nothing compares there is no number."""
    rows = told()["supply_published"]
    assert rows["value"].notna().all()
    assert rows["computed"].notna().any()
    shares = rows[rows["topic"].str.contains("dependency")]
    assert shares["study"].nunique() > 3


def test_demand_by_sector_sums_to_its_element() -> None:
    """Derived: the nine sectors of the base year, draw by draw; over the draws each has its own median."""
    rows = told().outcomes
    rows = rows[(rows["name"] == "demand_t") & (rows["period"] == "2024") & rows["item"].str.startswith("Nd")]
    by_draw = rows.pivot_table(index="replicate", columns="item", values="value")
    assert by_draw[[f"Nd {sector}" for sector in SECTORS]].sum(axis=1).tolist() == pytest.approx(by_draw["Nd"].tolist())
    table = told()["supply_demand"]
    here = (table["flow"] == "demand") & (table["year"] == 2024) & (table["element"] == "Nd")
    medians = table[here].set_index("sector")["value"]
    assert medians["ev"] == pytest.approx(by_draw["Nd ev"].median())
    assert medians["all"] == pytest.approx(by_draw["Nd"].median())


def test_lead_times_are_simulated_and_say_so_and_own_shipments_come_with_them(tmp_path: Path) -> None:
    """Derived: one own shipment of 10 days on its way beside those of the scenarios."""
    study = job(*FEW)
    rows = frame_of(logistics_table([study.central()], None))
    assert set(rows["origin"]) == {"simulated"}
    assert set(rows["scenario"]) == {"S3", "R2010"}
    path = tmp_path / "mine.csv"
    cells = "A-1,2846.90,china,Dy,500,2025-05-01,2025-06-10,2025-06-12,2025-06-22,2025-06-25"
    path.write_text(f"{','.join(HEADER)}\n{cells}\n", encoding="utf-8")
    records = read_customs(path, study.case.tables.network.origins, date(2026, 1, 1))
    with_own = frame_of(logistics_table([study.central()], records))
    own = with_own[with_own["origin"] == "own records"]
    timed = {str(row.panel): float(str(row.median)) for row in own.itertuples() if row.panel != "licence backlog"}
    assert timed == {"licence delay": 40.0, "shipping time": 10.0, "customs lead time": 3.0}
    pd.testing.assert_frame_equal(with_own[with_own["origin"] == "simulated"].reset_index(drop=True), rows)


def test_every_indicator_of_the_draws_is_summed_up_with_its_unit() -> None:
    """Derived: median and ends of three draws; an event counts as its share of the draws."""
    found = told()
    keys = set(zip(found.outcomes["name"], found.outcomes["item"], found.outcomes["period"], strict=True))
    assert keys <= set(found.spreads)  # beside them stand those that weigh scenarios, over all draws
    assert all(one.unit for one in found.spreads.values())
    one = found.spreads["contribution_element_t", "run_rate wet Dy", ""]
    here = found.outcomes[(found.outcomes["name"] == one.name) & (found.outcomes["item"] == one.item)]
    assert one.value == pytest.approx(float(here["value"].median()))
    assert not any(math.isnan(one.value) for one in found.spreads.values())
