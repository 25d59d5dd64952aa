"""Addresses (truth: an address read and written again is the same state)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.state import MOST_KEYS, MOST_LETTERS, PageState, address, at_page, read_state, with_values

WORD = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


@given(
    run=st.text(alphabet="abcdefghij0123456789-.", min_size=1, max_size=40),
    values=st.dictionaries(WORD.filter(lambda key: key not in ("run", "lang")), WORD, max_size=8),
    lang=st.sampled_from(["en", "ja"]),
)
def test_an_address_says_all_of_a_state(run: str, values: dict[str, str], lang: str) -> None:
    state = PageState("operations", "ja" if lang == "ja" else "en", run, values)
    path, _, search = address(state).partition("?")
    assert read_state(path, f"?{search}") == state


@pytest.mark.parametrize("search", ["", "?", "?=", "?&&&", "?run", "?run=%FF%00", "?a=1&a=2", "?" + "x=1&" * 5_000])
def test_any_address_is_read_without_an_error(search: str) -> None:
    assert len(read_state("/supply", search).values) <= MOST_KEYS


def test_a_value_of_an_address_is_cut_to_a_length() -> None:
    state = read_state("/plan", "?title=" + "a" * (2 * MOST_LETTERS))
    assert len(state.values["title"]) == MOST_LETTERS


def test_another_page_keeps_run_and_language_and_forgets_the_rest() -> None:
    """Derived: by hand."""
    state = with_values(PageState("operations", "ja", "a-1", {}), {"replicate": "3"})
    assert address(state) == "/operations?run=a-1&lang=ja&replicate=3"
    assert address(at_page(state, "supply")) == "/supply?run=a-1&lang=ja"


def test_the_bare_address_is_the_overview() -> None:
    assert read_state("/", "").page == "overview"
