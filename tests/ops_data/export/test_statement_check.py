"""What is wrong with the tables of a supply statement is found.

Truth: derived; a sound folder beside each spoilt one.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ops_data.export.package import MANIFEST, verify, write_manifest
from ops_data.export.statement_check import STATEMENT, recheck_statement
from ops_data.export.statement_data import STATEMENT_TABLES
from ops_data.export.statement_tables import SHOCK_SPREAD, shock_spread
from ops_data.export.tables import BYTE_ORDER_MARK, write_table
from ops_data.table_records import Table
from tests.ops_data.export.made_up_statement import EXTRAPOLATION_T_D, TARGET_T_D, tables

Change = Callable[[pd.DataFrame], pd.DataFrame]


def put(folder: Path, table: Table, rows: pd.DataFrame) -> None:
    """Write a table into a folder."""
    data = {str(name): rows[name].tolist() if rows[name].dtype.kind not in "iuf" else rows[name].to_numpy()
            for name in rows}  # fmt: skip
    write_table(folder, table, data, marked=True)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of a made-up study; tests change copies of it."""
    folder = tmp_path_factory.mktemp("statement") / "statement"
    (folder / "tables").mkdir(parents=True)
    made = tables()
    for name, rows in made.items():
        put(folder / "tables", STATEMENT_TABLES[name], rows)
    put(folder / "tables", SHOCK_SPREAD, pd.DataFrame(dict(shock_spread(made["supply_shock_months"]))))
    about = {"target_t_d": dict.fromkeys(("wet", "dry"), TARGET_T_D), "extrapolation_t_d": EXTRAPOLATION_T_D}
    (folder / STATEMENT).write_text(json.dumps(about))
    write_manifest(folder)
    return folder


def spoilt(sound: Path, place: Path, name: str, change: Change) -> list[str]:
    """Return what is found wrong when a table of a copy has been changed and its hashes fit again."""
    copy = Path(shutil.copytree(sound, place / "copy"))
    put(copy / "tables", STATEMENT_TABLES[name], change(pd.read_parquet(copy / "tables" / f"{name}.parquet")))
    write_manifest(copy)
    return [line.removeprefix(f"{copy}: ") for line in verify(copy).problems]


def with_first(column: str, value: float, where: tuple[str, str] | None = None) -> Change:
    """Return a change of the first row that fits."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        fits = rows.index if where is None else rows.index[rows[where[0]] == where[1]]
        rows.loc[fits[0], column] = value
        return rows

    return change


def test_a_sound_folder_is_found_sound_and_every_sum_is_counted(sound: Path) -> None:
    found = verify(sound)
    assert found.problems == ()
    assert found.numbers == len(found.recheck) - 1 > 500
    assert found.recheck[-1] == f"{found.numbers} numbers, 0 different"
    assert (sound / "tables" / "supply_kpis.csv").read_bytes().startswith(BYTE_ORDER_MARK + b"kpi,title")


def test_an_indicator_that_is_not_the_median_of_its_draws_is_told(sound: Path, tmp_path: Path) -> None:
    item = ("item", "run_rate wet Nd")
    [line] = spoilt(sound, tmp_path, "indicators", with_first("value", 1.0, item))
    assert line.startswith("DIFFERENT  contribution_element_t[run_rate wet Nd]: told (1.0, ")


def test_an_extrapolation_that_is_not_the_run_rate_times_the_ratio_is_told(sound: Path, tmp_path: Path) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        fits = (rows["name"] == "contribution_oxide_t") & (rows["item"] == "extrapolation dry Dy")
        rows.loc[rows.index[fits][0], "value"] *= 1.0 + 1e-6
        return rows

    assert "DIFFERENT  extrapolation, dry: is not 10 times the run-rate in every draw" in spoilt(
        sound, tmp_path, "outcomes", change
    )


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("supply_drivers", with_first("share", 0.6), "shares of the spread, both Nd: sum to 1.1, not to 1"),
        ("supply_weights", with_first("weight_low_end", 0.35), "weight_low_end: sum to 1.03421053, not to 1"),
        ("supply_kpis", with_first("gap", 0.2), "gap of 004-K1 Nd 2027: is not value less target"),
        ("supply_closure", with_first("worst", 1e-6), "balance demand: 1e-06 is left, 1e-09 at most"),
        ("supply_shock_months", with_first("value", 0.5), "months of shocks: are not the percentiles of their draws"),
    ],
)
def test_sums_gaps_and_balances_that_do_not_come_out_are_told(
    sound: Path, tmp_path: Path, name: str, change: Change, told: str
) -> None:
    [line] = spoilt(sound, tmp_path, name, change)
    assert line.startswith("DIFFERENT  ") and line.endswith(told)


def test_a_reading_a_basis_or_a_rule_that_stands_alone_is_told(sound: Path, tmp_path: Path) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        alone = rows["item"].str.startswith("campaign wet Nd") | rows["item"].str.startswith("S3 pro_rata")
        return rows[~alone]

    lines = spoilt(sound, tmp_path, "indicators", change)
    assert "DIFFERENT  readings of contribution_element_t, Nd: campaign wet Nd is missing" in lines
    assert "DIFFERENT  rules of S3: it is told under one rule alone" in lines
    assert "DIFFERENT  contribution_oxide_t[campaign wet Nd]: has draws but is no indicator" in lines


def test_a_csv_file_that_says_something_else_than_its_parquet_twin_is_told(sound: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy"))
    path = copy / "tables" / "supply_published.csv"
    path.write_bytes(path.read_bytes().replace(b"0.296", b"0.297"))
    lines = verify(copy).problems
    assert lines[0] == f"{path}: its SHA-256 differs from the one in {MANIFEST}"
    assert next(line for line in recheck_statement(copy) if not line.startswith("OK ")) == (
        "DIFFERENT  supply_published.csv and supply_published.parquet: differ in value"
    )


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
