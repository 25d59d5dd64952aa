"""What a page is: its controls, its panels, and the view that draws them for one person and one address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

from dashboards.data import Data, SealedRun
from dashboards.people import User
from dashboards.state import PageState, joined, listed
from dashboards.words import Words, read_words
from twin.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from dash import Dash
    from dash.development.base_component import Component

MOST_CHOSEN: Final = 40  # parts of a control that takes several


@dataclass(frozen=True)
class Control:
    """One thing a person can choose on a page; what is chosen stands in the address.

    Attributes
    ----------
    key : its name in the address; its label is the text ``<page>.control.<key>``.
    options : value and label of each choice, in the order to show them.
    default : what holds while nothing is chosen: a value, or several joined by commas; may be empty with `several`.
    several : whether more than one can be chosen.
    """

    key: str
    options: tuple[tuple[str, str], ...]
    default: str
    several: bool = False

    def chosen(self, typed: str | None) -> tuple[str, tuple[str, ...]]:
        """Return what holds for a typed value, and what of it is not a choice."""
        if typed is None:
            return self.default, ()
        known = {value for value, _ in self.options}
        parts = listed(typed)[:MOST_CHOSEN] if self.several else [typed]
        kept = [part for part in parts if part in known]
        return (joined(kept) if kept or (self.several and not parts) else self.default), tuple(
            part for part in parts if part not in known
        )


@dataclass(frozen=True, eq=False)
class View:
    """All that drawing needs: the address, the person, the words and the data.

    Attributes
    ----------
    state : the address.
    user : who looks.
    data : the store.
    chosen : control → value that holds; for several values see `several`.
    """

    state: PageState
    user: User
    data: Data
    chosen: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> Words:
        """Texts of the language."""
        return read_words(self.state.lang)

    @cached_property
    def run(self) -> SealedRun:
        """The run that is looked at; an error of the tree when there is none or it cannot be read."""
        return self.data.run(self.state.run)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario of that run."""
        return self.data.scenario(self.run)

    def text(self, key: str, fill: Mapping[str, str] | None = None) -> str:
        """Return a text of this page."""
        return self.words(f"{self.state.page}.{key}", fill or {})

    def value(self, key: str) -> str:
        """Return what is chosen."""
        return self.chosen[key]

    def several(self, key: str) -> list[str]:
        """Return all that is chosen of a control that takes several."""
        return listed(self.chosen[key])


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a panel shows.

    Attributes
    ----------
    body : a figure, or components.
    rows : the data behind it, as its CSV gives them; None where there are none.
    unit : of what is shown; empty where each number carries its own.
    alt : the figure in one or two sentences, for those who do not see it; needed with a figure.
    note : what a reader must know, below the figure.
    source : id of what it was made from where that is not the run of the page alone.
    sealed : when that was sealed, ISO 8601 UTC; empty: as the run.
    until : up to when measured data behind it reach, ISO 8601 UTC; empty where it shows none.
    """

    body: "go.Figure | Component | Sequence[Component]"
    rows: "pd.DataFrame | None" = None
    unit: str = ""
    alt: str = ""
    note: str = ""
    source: str = ""
    sealed: str = ""
    until: str = ""


@dataclass(frozen=True)
class Panel:
    """One panel of a page.

    Attributes
    ----------
    name : its title is the text ``<page>.panel.<name>``; what it says and how to read it ``<page>.help.<name>``.
    draw : draws it; raises an error of the tree when it cannot, which the panel then shows.
    needs : controls it depends on: it is drawn again when one of them changes. A page may leave a control out where it
        has no sense; then the panel must not ask for it.
    wide : takes the whole width.
    of_run : shows the run of the page, and says so below.
    live : shows what changes by itself: never kept.
    """

    name: str
    draw: Callable[[View], Drawn]
    needs: tuple[str, ...] = ()
    wide: bool = False
    of_run: bool = True
    live: bool = False


def no_controls(_view: View) -> list[Control]:
    """Return no control."""
    return []


def no_head(_view: View) -> "list[Component]":
    """Return nothing above the panels."""
    return []


def no_callbacks(_app: "Dash", _data: Data) -> None:
    """Add no callback."""


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes
    ----------
    name : its path, its action ``page:<name>``, and what its texts begin with.
    panels : in reading order.
    controls : what can be chosen, for a view whose `chosen` is still empty.
    head : what stands above the panels.
    needs_run : whether it shows a run; without one such a page offers to make the first.
    add_callbacks : adds callbacks of its own, by `dashboards.callbacks`.
    """

    name: str
    panels: tuple[Panel, ...]
    controls: Callable[[View], list[Control]] = no_controls
    head: "Callable[[View], list[Component]]" = no_head
    needs_run: bool = True
    add_callbacks: Callable[["Dash", Data], Any] = no_callbacks

    def panel(self, name: str) -> Panel | None:
        """Return one of its panels, None if it has no such one."""
        return next((one for one in self.panels if one.name == name), None)
