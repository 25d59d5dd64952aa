"""What a page shows, as its address says: page, run, language and the values of its controls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from dashboards.words import Lang, lang_of

RUN, LANG = "run", "lang"
MOST_KEYS: Final = 60  # of an address; more are not read
MOST_LETTERS: Final = 4_000  # of one value


@dataclass(frozen=True)
class PageState:
    """An address taken apart.

    Attributes
    ----------
    page : name of the page, as in the path.
    lang : language of the page.
    run : id of the run, as typed; empty for the newest.
    values : every other key of the address, as typed.
    """

    page: str
    lang: Lang
    run: str
    values: Mapping[str, str]


def read_state(pathname: str, search: str, accept_language: str = "") -> PageState:
    """Return what an address asks for; nothing in it is believed yet.

    Examples
    --------
    >>> read_state("/operations", "?run=a-1&replicate=3&lang=ja")
    PageState(page='operations', lang='ja', run='a-1', values={'replicate': '3'})
    """
    pairs = parse_qsl(search.removeprefix("?")[: MOST_KEYS * MOST_LETTERS], keep_blank_values=True)[:MOST_KEYS]
    found = {key: value[:MOST_LETTERS] for key, value in pairs}
    lang = lang_of(found.pop(LANG, ""), accept_language)
    run = found.pop(RUN, "")
    return PageState(pathname.strip("/").split("/")[0] or HOME, lang, run, found)


HOME: Final = "overview"


def query(state: PageState) -> str:
    """Return the query of an address: run and language first, then the controls by name; "" values are left out."""
    pairs = [(RUN, state.run), (LANG, state.lang), *sorted(state.values.items())]
    return "?" + urlencode([(key, value) for key, value in pairs if value])


def address(state: PageState) -> str:
    """Return path and query of a page."""
    return f"/{state.page}{query(state)}"


def at_page(state: PageState, page: str) -> PageState:
    """Return the state of another page for the same run and language."""
    return replace(state, page=page, values={})


def with_values(state: PageState, changes: Mapping[str, str]) -> PageState:
    """Return a state with other values of some controls."""
    return replace(state, values={**state.values, **changes})


def listed(text: str) -> list[str]:
    """Return the parts of a value that holds several, without empty and repeated ones."""
    return list(dict.fromkeys(part for part in text.split(",") if part))


def joined(parts: Sequence[str]) -> str:
    """Return several parts as one value."""
    return ",".join(parts)
