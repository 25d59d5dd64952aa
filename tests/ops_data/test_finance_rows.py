"""Tables of prices and capital are read wholly and refuse what breaks a rule (truth: *derived*, rule by rule)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ops_data.errors import FailedError
from ops_data.reference.supply.finance_rows import BASKETS, NDPR, price_set, read_finance, usd_kg
from ops_data.reference.supply.reading import HERE, read_quantities
from ops_data.supply_names import SUPPLY_ELEMENTS

Change = Callable[[str], str]


def broken(tmp_path: Path, name: str, change: Change) -> str:
    """Return the message of a packaged table with one thing changed, as a person's own."""
    text = (HERE / name).read_text(encoding="utf-8")
    assert change(text) != text
    (tmp_path / name).write_text(change(text), encoding="utf-8")
    with pytest.raises(FailedError) as caught:
        read_finance(tmp_path)
    return str(caught.value)


def test_the_packaged_tables_are_read_with_every_row() -> None:
    """Derived: lines of the files less their headers."""
    tables = read_finance()
    for name, rows in (("prices.csv", tables.prices), ("capital.csv", tables.capital)):
        assert len(rows) == (HERE / name).read_text(encoding="utf-8").count("\n") - 1


def test_every_element_has_its_process_its_market_and_its_starting_quotes() -> None:
    """Derived: eight elements, four numbers each, and both sets of quotes the paths start from."""
    quantities = read_quantities("finance")
    for element in SUPPLY_ELEMENTS:
        for name in ("reversion_per_year", "mean_usd_kg", "sigma", "market_t"):
            assert f"finance.{element.lower()}_{name}" in quantities
        for basket in ("china_2026_02", "ex_china_2026_02"):
            assert element in price_set(read_finance(), basket, 6.95, 0.13)


def test_a_quote_in_yuan_with_tax_becomes_dollars_without() -> None:
    """Derived: 850 yuan/kg over 1.13 and over 6.95; the research notes have 123 with and 109 USD/kg without tax."""
    rows = read_finance().prices
    assert usd_kg(rows["NdPr.2026_02_12_china"], 6.95, 0.13) == pytest.approx(850.0 / 1.13 / 6.95)
    assert usd_kg(rows["NdPr.2026_02_18_china"], 6.95, 0.13) == pytest.approx(109.0, abs=0.5)


def test_a_quote_of_mixed_oxide_is_that_of_both_its_elements() -> None:
    """Derived: the rule."""
    prices = price_set(read_finance(), "china_2026_02", 6.95, 0.13)
    assert prices["Nd"] == prices["Pr"]
    assert NDPR not in prices


def test_an_unknown_set_of_prices_is_refused_with_those_there_are() -> None:
    with pytest.raises(FailedError, match=BASKETS[1]):
        price_set(read_finance(), "next_year", 6.95, 0.13)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("prices.csv", lambda text: text.replace("Nd.2014,Nd", "Nd.2014,Nx"), ("prices.csv:", "Nd.2014", "'Nx'")),
        ("prices.csv", lambda text: text.replace(",63,63,63,", ",63,64,63,"), ("Nd.2014", "quoted_low 64")),
        ("prices.csv", lambda text: text.replace(",63,63,63,", ",63,-1,63,"), ("Nd.2014", "quoted_low -1")),
        ("prices.csv", lambda text: text.replace("CNY/t", "CNY/g", 1), ("CNY/g", "did you mean 'CNY/t'")),
        ("prices.csv", lambda text: text.replace("key,element", "key,metal"), ("prices.csv:1", "header")),
        ("capital.csv", lambda text: text.replace("0.35,0.35,0.35", "0.45,0.45,0.45"), ("capital.csv", "sum to 1.1")),
        (
            "capital.csv",
            lambda text: text.replace("0.5,0.5,0.5,share", "1.5,1.5,1.5,share"),
            ("equity_local", "0 to 1"),
        ),
        ("capital.csv", lambda text: text.replace("pilot_years,pilot", "pilot_year,pilot"), ("pilot_years",)),
        ("capital.csv", lambda text: text.replace("56400000000", "-56400000000"), ("pilot_investment_jpy",)),
        (
            "capital.csv",
            lambda text: "".join(row for row in text.splitlines(True) if not row.startswith("pilot_renewal")),
            ("no row 'pilot_renewal_jpy_yr'",),
        ),
    ],
)
def test_a_broken_table_is_refused_with_file_key_and_rule(
    name: str, change: Change, words: tuple[str, ...], tmp_path: Path
) -> None:
    message = broken(tmp_path, name, change)
    assert "\n" not in message
    assert all(word in message for word in words), message
