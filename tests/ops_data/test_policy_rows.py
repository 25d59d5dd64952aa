"""Tables of policy: sourced rows in two languages, and every broken row an error in words."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from ops_data.errors import FailedError
from ops_data.reference.supply.policy_rows import read_policy
from ops_data.reference.supply.reading import HERE

TABLES = read_policy()


def changed(tmp_path: Path, name: str, key: str, column: str, text: str) -> str:
    """Return the complaint about a table with one cell changed."""
    with (HERE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    at = rows[0].index(column)
    line = next(row for row in rows if row[0] == key)
    line[at] = text
    with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(FailedError) as caught:
        read_policy(tmp_path)
    message = str(caught.value)
    assert "\n" not in message and f"{name}.csv" in message
    return message


@pytest.mark.parametrize(
    ("name", "key", "column", "text", "part"),
    [
        ("coverage", "004-K1", "scopes", "CORES", "scope 'CORES' found"),
        ("coverage", "004-K1", "where", "kpis:004-K1", "references are kind:name; did you mean 'kpi'?"),
        ("coverage", "004-K1", "where", "note:oda", "an item that is more than context is more than a note"),
        ("coverage", "004-K1", "text", "", "no text found"),
        ("kpis", "004-K6", "targets", "0:0;five:1000", "pairs year:number, years rising"),
        ("kpis", "004-K6", "targets", "5:0;0:1000", "pairs year:number, years rising"),
        ("kpis", "004-K6", "sense", "above", "one of at_least, at_most"),
        ("kpis", "004-K5", "outputs", "recycled_t[lihgt];demand_t[light]", "did you mean 'recycled_t[light]'?"),
        ("kpis", "004-02-1", "outputs", "@004-K1-99", "@ goes before a key of a target"),
        ("levers", "recycling", "output", "recycled_t[every]", "outputs.csv declares outputs"),
        ("levers", "recycling", "full", "much", "a finite number is needed"),
        ("levers", "recycling", "direction", "higher", "one of up, down"),
        ("levers", "recycling", "ids", "004-99a", "items are numbered like 004-23"),
        ("levers", "recycling", "year", "2020", "a lever is judged at full strength"),
        ("levers", "recycling", "given", "recyling", "it names a lever; did you mean 'recycling'?"),
        ("published", "nri_year", "low", "9e12", "low ≤ value ≤ high"),
        ("published", "claim_now", "year", "", "outputs of a year have one and others none"),
        ("published", "nri_year", "source", "", "no source found"),
        ("published", "nri_year", "confidence", "A", "A and only A is an assumption"),
        ("conflicts", "baseline", "statement_ja", "", "no statement_ja found"),
        ("notes", "oda", "source", "assumption: guess", "an assumption gives its reason"),
        ("outputs", "mud_t_d", "by_year", "maybe", "one of yes, no"),
        ("quantities_policy", "policy.plan_years", "minimum", "9", "minimum ≤ low ≤ value"),
    ],
)
def test_a_broken_row_is_told_with_file_key_and_rule(
    name: str, key: str, column: str, text: str, part: str, tmp_path: Path
) -> None:
    """Derived: one cell broken at a time."""
    assert part in changed(tmp_path, name, key, column, text)


def test_a_repeated_key_and_a_wrong_header_are_told(tmp_path: Path) -> None:
    """Derived: the two rules of every table."""
    text = (HERE / "notes.csv").read_text(encoding="utf-8")
    (tmp_path / "notes.csv").write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    with pytest.raises(FailedError, match="keys are unique"):
        read_policy(tmp_path)
    (tmp_path / "notes.csv").write_text(text.replace("key,date", "key,day"), encoding="utf-8")
    with pytest.raises(FailedError, match=r"notes\.csv:1: header"):
        read_policy(tmp_path)


def test_a_table_of_ones_own_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    """Derived: one note instead of all."""
    own = "key,date,text,text_ja,source,confidence\nmine,2027,A note.,注。,a paper with its journal and year,H\n"
    (tmp_path / "notes.csv").write_text(own, encoding="utf-8")
    assert set(read_policy(tmp_path).notes) == {"mine"}


@pytest.mark.parametrize("table", ["kpis", "levers", "conflicts", "published", "notes"])
def test_every_row_has_a_source_in_full_words(table: str) -> None:
    """Derived: house rule; a sourced row names somebody, an assumption its reason."""
    rows = getattr(TABLES, table).values()
    assert [row.key for row in rows if len(row.source) < 20] == []
    assert [row.key for row in rows if row.source.startswith("assumption:") != (row.confidence == "A")] == []


JAPANESE: dict[str, Callable[[str], list[str]]] = {
    "kpis": lambda key: [TABLES.kpis[key].title_ja],
    "levers": lambda key: [TABLES.levers[key].title_ja],
    "conflicts": lambda key: [TABLES.conflicts[key].statement_ja],
    "outputs": lambda key: [TABLES.outputs[key].title_ja],
    "notes": lambda key: [TABLES.notes[key].text_ja],
}


@pytest.mark.parametrize("table", JAPANESE)
def test_what_the_statement_prints_is_there_in_japanese(table: str) -> None:
    """Derived: each Japanese text holds a character beyond ASCII, unless it is a symbol alone."""
    bare = [key for key in getattr(TABLES, table) if all(text.isascii() for text in JAPANESE[table](key))]
    assert bare == []
