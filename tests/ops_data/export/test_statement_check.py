"""What is wrong with the tables of a supply statement is found, though every hash fits and the workbook goes along.

Truth: derived; a sound folder beside each spoilt one.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ops_data.export.package import MANIFEST, verify
from ops_data.export.statement_check import STATEMENT, recheck_statement
from ops_data.export.statement_check_base import BY_HASH, DIFFERENT
from ops_data.export.statement_check_workbook import WORKBOOK
from ops_data.export.statement_tables import SHOCK_SPREAD, SOURCES, source_rows
from ops_data.export.tables import BYTE_ORDER_MARK
from tests.ops_data.export.checked_statement import (
    ABOUT,
    TABLES,
    Change,
    Made,
    bind,
    found_wrong,
    never_lifted,
    of_draw,
    put,
    slightly,
    spoilt,
    study,
    with_cell,
    write,
    wrong,
)
from tests.ops_data.export.made_up_statement import frame

HELD = {
    "supply_notes": "text", "supply_published": "computed", "supply_levers": "cost_jpy",
    "supply_supports": "npv_gain_jpy", "supply_criteria": "with_mud", "supply_cash_flow": "high",
    "supply_logistics": "p95", "supply_regions": "mine_kt", "supply_replays": "computed",
}  # fmt: skip
CHANGES: list[tuple[str, Change, str]] = [
    ("indicators", with_cell("value", 1.0, ("item", "run_rate wet Nd")), "[run_rate wet Nd]: told (1.0, "),
    ("indicators", with_cell("low", slightly, ("item", "run_rate wet Nd")), "[run_rate wet Nd]: told ("),
    ("indicators", with_cell("high", slightly, ("item", "run_rate wet Nd")), "[run_rate wet Nd]: told ("),
    ("indicators", with_cell("low", 0.2, ("unit", "probability")), "project_loses_money[pilot china]: told (0.25,"),
    ("supply_demand", with_cell("value", slightly), "demand_t[Nd; 2024] has value, low, high ["),
    ("supply_demand", with_cell("high", slightly, ("sector", "ev")), "demand_t[Nd ev; 2024] has"),
    ("supply_prices", with_cell("low", slightly), "price_usd_kg[china Nd; 2027] has"),
    ("supply_dependency", with_cell("low", slightly), "china_share[Nd separated_oxide mass direct; 2024] has low"),
    ("supply_dependency", with_cell("value", 0.75), "china_share of Nd separated_oxide 2024 is told 0.75, of its"),
    ("supply_dependency", with_cell("value", -3600.0, ("measure", "hhi_change")), "hhi_change of ("),
    ("supply_flows", with_cell("mass_t", 101.0), "Nd 2024 china: 1 t between ore and mixed_oxide are not told"),
    ("supply_cuts", with_cell("size", 2), "2 nodes, 'china metal', stop 0.41"),
    ("supply_cuts", with_cell("lost_share", 0.2), "stop 0.2"),
    ("supply_kpis", with_cell("gap", 0.2), "gap of 004-K1 all separated_oxide mass direct 2026 is not value less"),
    ("supply_kpis", with_cell("low", slightly), "004-K1 all separated_oxide mass direct 2026 is told ["),
    ("supply_kpis", with_cell("met", "yes"), "whether it is met is told 'yes'"),
    ("supply_conflicts", with_cell("verdict", "consistent"), "baseline: 'consistent' is told of"),
    ("supply_conflicts", with_cell("left", 0.51), "baseline: left is told 0.51, elsewhere 0.5"),
    ("supply_levers", with_cell("with_lever", 50.0), "recycling: 'yes' is told of 60.0 to 50.0"),
    ("supply_levers", with_cell("from_value", 0.2), "recycling: begins at 0.2, but demand.collection_share is 0.1"),
    ("supply_drivers", with_cell("share", lambda share: share + 1e-3), "not to 1"),
    ("supply_weights", with_cell("weight_low_end", 0.35), "S1 is told 0.35, as printed 0.315789"),
    ("supply_weights", with_cell("weight", 0.35), "S1 is told 0.35, as printed 0.3"),
    ("supply_closure", with_cell("worst", 1e-6), "balance demand: 1e-06 is left, 1e-09 at most"),
    ("supply_shock_months", with_cell("value", 0.5), "months of shocks: are not the percentiles of their draws"),
    ("supply_shock_months", with_cell("value", 1.5), "fill_rate ev 0: 1.5 cannot be"),
    ("supply_shock_months", with_cell("month", 40), "a month is missing or stands twice"),
    (SHOCK_SPREAD.name, with_cell("low", 0.5), "months of shocks: are not the percentiles of their draws"),
    ("supply_inputs", with_cell("low", 1e9), "ranges of supply_inputs: row 1 is told "),
    ("supply_inputs", with_cell("source", ""), "sources of supply_inputs: row 1: grade"),
    ("supply_inputs", with_cell("confidence", "H", ("confidence", "A")), "grade 'H' of 'assumption: "),
    ("supply_inputs", with_cell("source", "Somebody, a title, 2025"), "sources of supply_inputs are not those of"),
    ("supply_published", with_cell("high", 0.1), "ranges of supply_published: row 1"),
    (SOURCES.name, with_cell("figures", 77), "figures or the first of them differ"),
    ("supply_cash_flow", with_cell("value", 1e15), "ranges of supply_cash_flow: row 1"),
    ("supply_cash_flow", with_cell("year", 77), "a year of a line is missing or stands twice"),
    ("supply_logistics", with_cell("median", 900.0), "row 1: median 900, p95"),
    ("supply_investment_trap", with_cell("invests", "yes"), "row 1: 'yes' is told with a margin of nan"),
]  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Made:
    """Return the tables of the sound folder."""
    return study()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, made: Made) -> Path:
    """Return a sound folder; tests change copies of it."""
    return write(tmp_path_factory.mktemp("statement") / "statement", made)


def test_a_sound_folder_is_found_sound_and_every_sum_is_counted(sound: Path) -> None:
    found = verify(sound)
    assert found.problems == ()
    counted = [line for line in found.recheck[:-1] if not line.startswith(BY_HASH)]
    assert found.numbers == len(counted) > 500
    assert found.recheck[-1] == f"{found.numbers} numbers, 0 different"
    assert (sound / "tables" / "supply_kpis.csv").read_bytes().startswith(BYTE_ORDER_MARK + b"kpi,title")


def test_what_is_not_added_up_again_is_told(sound: Path) -> None:
    told = "\n".join(line for line in recheck_statement(sound) if line.startswith(BY_HASH))
    assert "statement PDFs" in told and "published figures, notes" in told and "hash only" in told
    assert "supply_cash_flow: medians" in told


@pytest.mark.parametrize(("name", "change", "told"), CHANGES)
def test_a_number_that_does_not_follow_from_the_others_is_told(
    made: Made, name: str, change: Change, told: str
) -> None:
    found = found_wrong(made, name, change)
    assert [line for line in found if line.startswith(DIFFERENT) and told in line], found


def test_numbers_changed_in_csv_parquet_workbook_and_manifest_alike_are_told(
    sound: Path, tmp_path: Path, made: Made
) -> None:
    """One number of every table that is added up again; what two changes would hide of each other is left alone."""
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    first = {name: (change, told) for name, change, told in reversed(CHANGES)}
    changed = {**made, **{name: change(made[name].copy()) for name, (change, _) in first.items()}}
    for name in first:
        put(copy, TABLES[name], changed[name])
    bind(copy, changed)
    found = wrong(copy)
    assert [told for _, told in first.values() if not any(told in line for line in found)] == []
    assert not any("its SHA-256" in line or "cells of sheet" in line for line in found)


def test_some_cells_are_held_by_their_hash_and_the_workbook_alone(sound: Path, tmp_path: Path, made: Made) -> None:
    """Not re-checked: nothing in the folder says what these must be, and lines that begin with BY HASH say so."""
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    changed = {**made}
    for name, column in HELD.items():
        number = made[name][column].dtype.kind in "iuf"
        changed[name] = made[name].assign(**{column: made[name][column] * 1.001 if number else "Something else."})
        put(copy, TABLES[name], changed[name])
    bind(copy, changed)
    assert wrong(copy) == []
    shutil.copy(sound / WORKBOOK, copy / WORKBOOK)
    assert {line.split(":")[0] for line in wrong(copy)} == {
        f"{DIFFERENT}{made[name].size:,} cells of sheet {name.removeprefix('supply_')}" for name in HELD
    }


def test_a_cell_of_the_workbook_that_is_not_that_of_its_table_is_told(sound: Path, tmp_path: Path, made: Made) -> None:
    """The first and the last cell of a row of every sheet."""
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    shown = [name for name, rows in made.items() if len(rows) and not TABLES[name].by_replicate]
    for end in (0, -1):
        changed = dict(made)
        for name in shown:
            column = TABLES[name].columns[end].name
            number = made[name][column].dtype.kind in "iuf"
            cells = made[name][column] + 1 if number else "Something else."
            changed[name] = made[name].assign(**{column: cells})
        bind(copy, changed)
        found = wrong(copy)
        for name in shown:
            what = f"cells of sheet {name.removeprefix('supply_')}: {TABLES[name].columns[end].name} of row "
            assert any(line.startswith(DIFFERENT) and what in line for line in found), what


def test_a_row_a_sheet_or_the_workbook_that_is_gone_is_told(sound: Path, tmp_path: Path, made: Made) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    bind(copy, {**made, "supply_cuts": made["supply_cuts"].iloc[1:]})
    assert any("sheet cuts: " in line and " rows, the table has " in line for line in wrong(copy))
    bind(copy, {name: rows for name, rows in made.items() if name != "supply_cuts"})
    assert wrong(copy) == ["DIFFERENT  sheets of the workbook: cuts has no table or no sheet"]
    (copy / WORKBOOK).write_bytes(b"no workbook")
    assert wrong(copy) == [f"DIFFERENT  {WORKBOOK}: cannot be read: File is not a zip file"]
    (copy / WORKBOOK).unlink()
    assert wrong(copy) == [f"DIFFERENT  {WORKBOOK}: is missing"]


@pytest.mark.parametrize(
    ("name", "item", "told"),
    [
        ("contribution_oxide_t", "extrapolation dry Dy", "extrapolation, dry: is not 10 times the run-rate in every"),
        ("contribution_oxide_t", "run_rate dry Dy", "oxide per element in "),
        ("contribution_element_t", "campaign wet Nd", "contribution_element_t by calendar year in "),
        ("contribution_element_t", "run_rate wet all", "contribution_element_t of all elements in "),
        ("contribution_share_current", "run_rate wet Nd", "current demand in "),
        ("contribution_share_future", "run_rate wet Dy", "future demand in "),
        ("contribution_value_usd", "run_rate wet Nd", "price in "),
        ("contribution_value_jpy", "run_rate wet Nd", "rate of exchange in "),
    ],
)
def test_a_contribution_that_does_not_fit_the_others_of_its_draw_is_told(
    made: Made, name: str, item: str, told: str
) -> None:
    found = found_wrong(made, "outcomes", of_draw(name, item, slightly))
    assert [line for line in found if line.startswith(f"{DIFFERENT}{told}")], found


def test_another_rate_of_exchange_than_the_stated_one_is_told(sound: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    (copy / STATEMENT).write_text(json.dumps(ABOUT | {"jpy_per_usd": 160.0}))
    found = wrong(copy)
    assert found[0].startswith("DIFFERENT  rate of exchange in ") and "150 JPY/USD of " in found[0]
    assert found[0].endswith("160 to 160 stated")


def test_a_drawn_rate_of_exchange_lies_in_its_range_and_is_one_for_each_draw(
    sound: Path, tmp_path: Path, made: Made
) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    rate = {"key": "finance.jpy_per_usd", "value": 150.0, "low": 130.0, "high": 165.0, "unit": "JPY/USD",
            "law": "triangular", "origin": "reference", "source": "Somebody, 2025", "confidence": "M"}  # fmt: skip
    inputs = pd.concat([made["supply_inputs"], frame("supply_inputs", [rate])], ignore_index=True)
    changed = {**made, "supply_inputs": inputs}
    changed[SOURCES.name] = pd.DataFrame(dict(source_rows(changed)))
    for name in ("supply_inputs", SOURCES.name):
        put(copy, TABLES[name], changed[name])
    bind(copy, changed)
    assert wrong(copy) == []
    put(
        copy,
        TABLES["outcomes"],
        of_draw("contribution_value_jpy", "run_rate wet Nd", slightly)(made["outcomes"].copy()),
    )
    assert any("draw 9 has two rates" in line for line in wrong(copy))
    (copy / STATEMENT).write_text(json.dumps(ABOUT | {"jpy_per_usd": 151.0}))
    assert "DIFFERENT  stated rate of exchange: told 151.0, input 150.0" in wrong(copy)


def test_draws_that_never_come_to_it_count_for_times_and_for_nothing_else(
    made: Made,
) -> None:
    """A third of the draws is taken away: the median of days moves, that of a price is of the draws that are left."""

    def without(name: str, item: str) -> Change:
        def change(rows: pd.DataFrame) -> pd.DataFrame:
            return rows[~((rows["name"] == name) & (rows["item"] == item) & (rows["replicate"] % 3 == 0))]

        return change

    [line] = found_wrong(made, "outcomes", without("recover_days", "S3 pro_rata"))
    assert line.startswith("DIFFERENT  recover_days[S3 pro_rata]: told (") and line.endswith(", inf)")
    found = found_wrong(made, "outcomes", without("price_usd_kg", "china Nd"))
    assert found[0].startswith("DIFFERENT  price_usd_kg[china Nd; 2027]: told (") and "inf" not in found[0]


def test_an_indicator_without_draws_or_a_draw_twice_is_told(sound: Path, tmp_path: Path, made: Made) -> None:
    def without(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["item"] != "Nd ev"]

    found = found_wrong(made, "outcomes", without)
    assert any(line.endswith("but has no draw") for line in found)
    found = found_wrong(made, "outcomes", with_cell("replicate", 1))
    assert any("has a draw twice, or one beyond the last" in line for line in found)


def test_a_reading_a_basis_or_a_rule_that_stands_alone_is_told(sound: Path, tmp_path: Path, made: Made) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        alone = rows["item"].str.startswith("campaign wet Nd") | rows["item"].str.startswith("S3 pro_rata")
        return rows[~alone]

    found = found_wrong(made, "indicators", change)
    assert "DIFFERENT  readings of contribution_element_t, Nd: campaign wet Nd is missing" in found
    assert "DIFFERENT  rules of S3: it is told under one rule alone" in found
    assert "DIFFERENT  contribution_oxide_t[campaign wet Nd]: has draws but is no indicator" in found


def test_a_run_that_never_lifts_is_sound_and_told_so(sound: Path, tmp_path: Path, made: Made) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    changed = never_lifted(made)
    for name in ("indicators", "outcomes"):
        put(copy, TABLES[name], changed[name])
    bind(copy, changed)
    assert wrong(copy) == []
    assert (
        "OK         no draw brings any oxide: campaigns of 0 stand without a rate at the target"
        in recheck_statement(copy)
    )
    put(
        copy, TABLES["outcomes"], of_draw("contribution_oxide_t", "campaign wet Nd", lambda _: 1.0)(changed["outcomes"])
    )
    assert any("run_rate wet Nd" in line and "is missing" in line for line in wrong(copy))


def test_a_balanced_chain_without_losses_or_draws_is_told_as_not_tried(sound: Path, tmp_path: Path, made: Made) -> None:
    assert spoilt(sound, tmp_path, made, "supply_flows", lambda rows: rows[rows["buyer"] != "loss"]) == []
    told = [line for line in recheck_statement(tmp_path / "copy") if line.startswith(BY_HASH)]
    assert f"{BY_HASH}supply_flows: no loss is told, so no node can be balanced" in told


def test_a_csv_file_that_says_something_else_than_its_parquet_twin_is_told(sound: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    path = copy / "tables" / "supply_weights.csv"
    path.write_bytes(path.read_bytes().replace(b"0.15", b"0.16"))
    lines = verify(copy).problems
    assert lines[0] == f"{path}: its SHA-256 differs from the one in {MANIFEST}"
    [line] = wrong(copy)
    assert line.startswith("DIFFERENT  supply_weights.csv and supply_weights.parquet: differ in printed_low")


def test_infinite_and_missing_numbers_read_back_from_the_csv(sound: Path) -> None:
    rows = pd.read_csv(sound / "tables" / "indicators.csv", keep_default_na=False, na_values=[""])
    assert np.isinf(rows.loc[rows["item"] == "S1 pro_rata", "value"]).any()
    assert rows["value"].isna().any()


def test_a_folder_whose_tables_are_gone_fails_in_one_line(sound: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    shutil.rmtree(copy / "tables")
    found = verify(copy)
    assert found.recheck[0].startswith("FAILED     the tables cannot be read: KeyError")
    assert any("FAILED" in line for line in found.problems)
