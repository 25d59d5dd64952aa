"""The case of a supply study: choices, numbers and tables of a person's own (truth: derived; rules broken by hand)."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ops_data.errors import FailedError, ScenarioError, TwinError
from ops_data.reference.supply.reading import HERE
from tests.twin.supply_runs_by_hand import case
from twin.quantities import Quantity
from twin.supply_case import SupplyCase, load_case

RATE = "finance.jpy_per_usd"


def complaint(load: Callable[[], SupplyCase], kind: type[TwinError] = ScenarioError) -> str:
    """Return the one line with which a case is refused."""
    with pytest.raises(kind) as caught:
        load()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def own(folder: Path, name: str, old: str, new: str) -> str:
    """Write a packaged table with one change into a folder; return the folder."""
    text = (HERE / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return str(folder)


def test_the_packaged_case_has_every_choice_and_two_rules_or_more() -> None:
    """Derived: base.toml is whole; scenarios and replays are all played."""
    choices = case().choices
    assert len(choices.rules) >= 2
    assert choices.scenarios == ("S1", "S2", "S3", "S4", "R2010", "R2025")
    assert choices.mud_reading in ("none", "run_rate", "extrapolation")
    assert len(case().quantities) > 500


def test_every_number_has_a_unit_a_source_and_lies_in_its_range() -> None:
    """Derived: the rule for every quantity."""
    for key, one in case().quantities.items():
        assert one.unit, key
        assert one.source, key
        assert one.minimum <= one.low <= one.value <= one.high <= one.maximum, key


def test_what_is_only_held_against_results_is_never_drawn() -> None:
    """Derived: published figures, what came of replays, and figures of dependency."""
    begins = {key.split(".")[0] for key in case().quantities}
    assert not begins & {"published", "replays", "dependency_figures"}
    assert {"feeds", "nodes", "contracts", "shock_inputs", "routes", "sector_shares"} <= begins


def test_draws_are_the_same_again_and_differ_from_one_another() -> None:
    """Derived: a draw depends on seed and number alone."""
    one = case()
    assert one.drawn(1, 4) == load_case().drawn(1, 4)
    assert one.drawn(1, 4) != one.drawn(1, 5)
    assert one.drawn(1, 4) != one.drawn(2, 4)
    assert list(one.drawn(1, 4)) == list(one.central)


def test_every_drawn_value_lies_in_its_range_and_the_fixed_ones_stand_still() -> None:
    """Derived: ten draws against low and high."""
    one = case()
    for draw in range(10):
        for key, value in one.drawn(1, draw).items():
            quantity = one.quantities[key]
            if quantity.law == "fixed":
                assert value == quantity.value, key
            elif quantity.law != "lognormal":
                assert quantity.low <= value <= quantity.high, key


def test_each_number_has_luck_of_its_own_so_fixing_one_moves_no_other() -> None:
    """Derived: the streams are by key."""
    before, after = case().drawn(1, 3), case(f"{RATE}=100").drawn(1, 3)
    assert after[RATE] == 100.0
    assert {key for key in before if before[key] != after[key]} == {RATE}


def test_a_number_of_ones_own_is_fixed_and_says_where_it_comes_from() -> None:
    """Derived: ``--set`` with a bare number, with its unit, and as a table with a range."""
    found = case(f"{RATE}=100").quantities[RATE]
    assert (found.value, found.low, found.high, found.law, found.origin) == (100.0, 100.0, 100.0, "fixed", "--set")
    assert case(f'{RATE}="100 JPY/USD"').quantities[RATE].value == 100.0
    ranged = case(f'{RATE}={{value = 100, low = 90, high = 120, source = "our bank, 2026", confidence = "D"}}')
    told = ranged.quantities[RATE]
    assert (told.low, told.high, told.law, told.source) == (90.0, 120.0, "triangular", "our bank, 2026")
    assert 90.0 <= ranged.drawn(1, 0)[RATE] <= 120.0


def test_the_row_of_a_table_is_a_number_too() -> None:
    """Derived: rows with a range have the name of their table before the key."""
    assert case("feeds.metal.japan.light.vietnam=0.3").central["feeds.metal.japan.light.vietnam"] == 0.3


def test_a_file_changes_single_lines_and_what_is_set_comes_after_it(tmp_path: Path) -> None:
    """Derived: the last word counts; what is not named stays packaged."""
    path = written(tmp_path, '[supply]\nshock_months = 12\nweights = "low"\n[finance]\njpy_per_usd = 120\n')
    found = load_case(path, ["supply.weights=none"])
    assert (found.choices.shock_months, found.choices.weights) == (12, "none")
    assert (found.central[RATE], found.quantities[RATE].origin) == (120.0, "scenario file mine.toml")
    assert found.choices.rules == case().choices.rules


def test_two_cases_have_the_same_document_exactly_when_they_are_the_same(tmp_path: Path) -> None:
    """Derived: what names a study; a note in a table counts too."""
    packaged = case().document
    assert load_case().document == packaged
    assert load_case(written(tmp_path, ""), []).document == packaged
    for changed in (case("supply.shock_months=12"), case(f"{RATE}=151")):
        assert changed.document != packaged
        assert changed.document["tables_sha256"] == packaged["tables_sha256"]
    mine = load_case(own=own(tmp_path, "notes.csv", "China", "china")).document
    assert mine["tables_sha256"] != packaged["tables_sha256"]


TWO_RULES = "found; two or more rules are needed: a shock is never shown under one alone; name another"
YEARS = "found; demand is known for the years 2010 to 2050; choose a day of these years"
BAD_CHOICES = {
    "a misspelt key": ("supply.rule=1", "unknown; keys are fixed; did you mean 'supply.rules'?"),
    "a misspelt number": ("finance.jpy_per_us=1", f"unknown; keys are fixed; did you mean '{RATE}'?"),
    "a section": ("supply=3", "no table; a section holds keys; write [supply] and its keys below"),
    "one rule": ('supply.rules=["pro_rata"]', f'["pro_rata"] {TWO_RULES}'),
    "no rule": ("supply.rules=[]", f"[] {TWO_RULES}"),
    "a rule twice": (
        'supply.rules=["pro_rata", "pro_rata"]',
        '"pro_rata" twice found; each is named once; leave one of the two out',
    ),
    "a misspelt rule": (
        'supply.rules=["pro_rata", "strict_prioriti"]',
        '"strict_prioriti" found; one of strict_priority, pro_rata, minimum_shares, linear_programme; '
        "did you mean 'strict_priority'?",
    ),
    "no list": ('supply.rules="pro_rata"', '"pro_rata" found; a list is needed; write for example'),
    "no scenario": ("supply.scenarios=[]", "[] found; one or more scenarios are needed; name another"),
    "a scenario twice": ('supply.scenarios=["S1", "S1"]', '"S1" twice found; each is named once'),
    "an unknown scenario": ('supply.scenarios=["S5"]', '"S5" found; a name of the tables; allowed: R2010, R2025, S1'),
    "an unknown route": ('supply.closed_routes=["suez"]', '"suez" found; a name of the tables; allowed: '),
    "an unknown word": ('supply.weights="most"', '"most" found; one of low, middle, high, none; choose one of these'),
    "a word for a number": ("supply.shock_months=two", '"two" found; a whole number is needed'),
    "half a month": ("supply.shock_months=1.5", "1.5 found; a whole number is needed"),
    "too small": ("supply.shock_months=0", "0 found; at least 1; choose a value in this range"),
    "too large": ("supply.extrapolation_t_d=2e6", "2e+06 found; at most 1e+06; choose a value in this range"),
    "not a number": ("supply.extrapolation_t_d=nan", "nan found; at most 1e+06; choose a value in this range"),
    "a number for a yes": ("supply.subsidy=1", "1 found; true or false is needed; write it without quotes"),
    "no such day": ("supply.shock_start=2028-02-30", '"2028-02-30" found; a date without time is needed'),
    "a day before demand is known": ("supply.shock_start=2009-12-31", f"2009-12-31 {YEARS}"),
    "a day after demand is known": ("supply.shock_start=2051-01-01", f"2051-01-01 {YEARS}"),
    "a number out of range": (f"{RATE}=-1", "-1 found; allowed 50 to 500 JPY/USD; choose a value in this range"),
    "another unit": (f"{RATE}=150 EUR", "unit EUR found; a number in JPY/USD is needed; convert it to JPY/USD"),
    "no end of a number": (f"{RATE}=inf", "inf found; a finite number is needed; write for example 150"),
    "a list for a number": (f"{RATE}=[1]", "[1] found; a number in JPY/USD is needed; write for example 150"),
    "upside down": (f"{RATE}={{low = 200, high = 100}}", "low 200 above high 100; low ≤ value ≤ high; exchange"),
    "an unknown field": (f"{RATE}={{valu = 150}}", "field 'valu' found; fields are fixed; did you mean 'value'?"),
    "a share over one": ("sector_shares.Nd.ev=1.5", "1.5 found; allowed 0 to 1 share; choose a value in this range"),
}


@pytest.mark.parametrize("words", BAD_CHOICES.values(), ids=BAD_CHOICES)
def test_a_bad_choice_is_one_line_with_key_value_rule_and_remedy(words: tuple[str, str]) -> None:
    """Derived: each rule broken once."""
    told = complaint(lambda: load_case(None, [words[0]]))
    assert told.startswith(f"--set: key '{words[0].partition('=')[0]}': {words[1]}")


def test_what_is_no_choice_at_all_is_told_as_it_was_written() -> None:
    """Derived: an unknown section, and a word without a value."""
    told = complaint(lambda: load_case(None, ["suply.rules=1"]))
    assert told == "--set: section 'suply': unknown; sections and keys are fixed; did you mean 'supply'?"
    told = complaint(lambda: load_case(None, ["supply.rules"]))
    assert told == "--set 'supply.rules': no key and value found; the form is key=value; write both"


def test_several_bad_choices_are_counted() -> None:
    """Derived: the first is told, the others are counted."""
    told = complaint(lambda: load_case(None, ["nope=3", "supply.subsidy=1", f"{RATE}=-1"]))
    assert told.endswith("(and 2 more)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[supply]\nshok_months = 3\n", "mine.toml: key 'supply.shok_months': unknown; keys are fixed; did you mean"),
        ('[supply]\nrules = ["pro_rata"]\n', "mine.toml: key 'supply.rules': [\"pro_rata\"] found; two or more rules"),
        ("[supply\n", "mine.toml:1: not TOML"),
        ("supply = 3\n", "mine.toml: key 'supply': no table"),
        ("[finance]\njpy_per_usd = 5000\n", f"mine.toml: key '{RATE}': 5000 found; allowed 50 to 500 JPY/USD"),
    ],
)
def test_a_bad_file_is_one_line_with_its_name(tmp_path: Path, text: str, message: str) -> None:
    """Derived: each rule broken once."""
    assert message in complaint(lambda: load_case(written(tmp_path, text)))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Derived: a path that is none, and a folder."""
    for place in (tmp_path / "none.toml", tmp_path):
        told = complaint(lambda place=place: load_case(str(place)))  # type: ignore[misc]
        assert told == f"--case {place}: no such file; a TOML file is needed; check the path"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("sector_shares.csv", "Nd.ev,Nd,ev,0.25", "Nd.ev,Nd,ev,0.26", "'Nd': shares sum to 1.01; they sum to 1"),
        ("demand_figures.csv", "Nd.current,Nd,", "Nd.current,Ndd,", "element 'Ndd' found; one of Nd, Pr, Dy"),
        ("nodes.csv", "china.metal.light,china,", "china.metal.light,chine,", "did you mean 'china'?"),
        ("nodes.csv", "china.mixed_oxide.light,china,mixed_oxide,light,running,80000",
         "china.mixed_oxide.light,china,mixed_oxide,light,running,-80000", "value -80000 found; 0 or more"),
        ("origins.csv", "china,China,中国,no,270", "china,China,中国,no,-270", "mine_kt -270 found; 0 or more"),
        ("shock_scenarios.csv", "scenario,0.3,0.35", "scenario,0.3,1.35", "key 'S1': printed_high 1.35 found; 0 to 1"),
        ("contracts.csv", "key,party", "name,party", "contracts.csv:1: header 'name,party"),
        ("quantities_shock.csv", "shock.minimum_share,", "shock.minimum_shar,", "no row 'shock.minimum_share' found"),
    ],
)  # fmt: skip
def test_a_bad_table_is_one_line_with_file_row_field_and_rule(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    """Derived: shares, elements, origins, stocks, probabilities and headers broken once; more with each table."""
    told = complaint(lambda: load_case(own=own(tmp_path, name, old, new)), FailedError)
    assert told.startswith(name)
    assert message in told


def test_a_folder_with_an_unknown_table_is_refused(tmp_path: Path) -> None:
    """Derived: a misspelt name would be left unread in silence."""
    (tmp_path / "feed.csv").write_text("")
    told = complaint(lambda: load_case(own=str(tmp_path)), FailedError)
    assert told == f"{tmp_path}/feed.csv: no table of this name; did you mean 'feeds.csv'?"


def test_a_table_of_ones_own_is_drawn_like_the_packaged_one(tmp_path: Path) -> None:
    """Derived: the law follows the range of the row; every other number draws what it drew."""
    folder = own(tmp_path, "demand_figures.csv", ",500,350,660,", ",400,400,400,")
    mine, packaged = load_case(own=folder), case()
    figure = mine.quantities["demand_figures.Dy.current"]
    assert isinstance(figure, Quantity)
    assert (figure.value, figure.law) == (400.0, "fixed")
    before, after = packaged.drawn(1, 0), mine.drawn(1, 0)
    assert {key for key in before if before[key] != after[key]} == {"demand_figures.Dy.current"}
    assert re.fullmatch("[0-9a-f]{64}", mine.document["tables_sha256"])
