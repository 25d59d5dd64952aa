"""The page of pictures that ``twin supply --figure`` writes (derived by hand)."""

import re

from dashboards.figures.supply_page import supply_page
from tests.twin.made_supply import frames, made_view


def test_the_page_needs_nothing_else_and_names_every_section() -> None:
    text = supply_page(made_view())
    sections = re.findall(r'<section id="(\w+)">', text)
    assert sections == [
        "contribution", "drivers", "demand", "dependency", "shock", "cash", "prices", "kpis", "logistics",
        "conflicts", "cautions",
    ]  # fmt: skip
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="http', text)
    assert "another simulation, with other gear, on its own basis." in text
    assert "Simulated, not live." in text
    assert text.count('<select onchange="pick(this)">') == 5  # demand, dependency, shock, cash, prices
    assert 'class="verdict conflict">conflict</span>Magnet output needs' in text


def test_own_records_have_a_section_of_their_own() -> None:
    tables = frames()
    times = tables["supply_logistics"]
    tables["supply_logistics"] = times.assign(origin=times["origin"].where(times["scenario"] != "S1", "own records"))
    text = supply_page(made_view(tables))
    assert '<section id="records">' in text and "From the file that was given" in text


def test_words_of_a_study_cannot_break_the_page() -> None:
    tables = frames()
    tables["supply_conflicts"] = tables["supply_conflicts"].assign(statement="<b>a & b</b>")
    text = supply_page(made_view(tables))
    assert "&lt;b&gt;a &amp; b&lt;/b&gt;" in text and "<b>a & b</b>" not in text


def test_a_study_without_rows_says_so_in_every_section() -> None:
    empty = {name: frame.iloc[:0] for name, frame in frames().items()}
    assert supply_page(made_view(empty)).count("This study has none.") == 10
