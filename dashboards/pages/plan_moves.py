"""What the form of the page *Plan a run* does: says what is wrong, keeps the address, adds and drops numbers."""

import time
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, Patch, State, ctx, no_update, set_props

from dashboards.callbacks import guarded, in_browser
from dashboards.data import Data
from dashboards.forms import SET as SET_KEY
from dashboards.forms import Draft, read_draft
from dashboards.pages.plan_check import field_of, judge
from dashboards.pages.plan_draft import AROUND, OF_RUN, RUN_FIELDS, VALUES, place_of, settled, state_with, typed_draft
from dashboards.pages.plan_form import DROP, EVERY_GROUP, SAID, SET, form, number_options, number_row
from dashboards.pages.plan_queue import Look
from dashboards.pages.plan_summary import said_at, summary
from dashboards.people import current_user
from dashboards.state import query
from dashboards.words import read_words


def add_moves(app: Dash, data: Data) -> None:
    """Add the callbacks of the form."""
    _add_address(app)
    _add_check(app, data)
    _add_base(app)
    _add_finder(app)


def _add_address(app: Dash) -> None:
    in_browser(app, "planOther", Output("plan-asked", "data"), Input("url", "search"), State("plan-held", "data"))
    in_browser(app, "planJudged", Input("plan-judged", "data"))
    in_browser(app, "planAddress", Input("plan-wish", "data"))

    @guarded(
        app,
        "do:estimate",
        Output("plan-form", "children"),
        Output("plan-held", "data"),
        Input("plan-asked", "data"),
        State("plan-held", "data"),
        VALUES,
        State({"part": SET, "key": ALL}, "id"),
        *OF_RUN,
        initially=False,
    )
    def fill(search: str | None, held: dict[str, Any], values: list[Any], ids: list[Any], *run: Any) -> tuple[Any, Any]:
        """Draw the form of another address, unless it already holds that draft."""
        state = place_of(search)
        words = read_words(state.lang)
        draft, _ = settled(read_draft(state.values), words)
        now = {"search": search or "", "base": draft.base, "from": draft.cloned_from}
        same = draft == typed_draft(held, values, ids, list(run))
        return (no_update if same else form(draft, words)), now


def _add_check(app: Dash, data: Data) -> None:
    @guarded(
        app,
        "do:estimate",
        Output({"part": SAID, "key": ALL}, "children"),
        Output("plan-summary", "children"),
        Output("plan-judged", "data"),
        Input({"part": SET, "key": ALL}, "value"),
        *[Input(f"plan-{name}", "value") for name in RUN_FIELDS],
        Input("plan-states", "data"),
        *AROUND,
    )
    def check(
        values: list[Any], replicates: Any, seed: Any, parameters: Any, called: Any, _states: str,
        ids: list[dict[str, str]], held: dict[str, Any], search: str | None,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Say what is wrong at which field, what the run would cost, and put the draft into the address."""
        state = place_of(search)
        draft = typed_draft(held, values, ids, [replicates, seed, parameters, called])
        look = Look(read_words(state.lang), state_with(state, draft), current_user(), time.time())
        verdict = judge(draft, look.words)
        said = [said_at(one["id"]["key"], draft, verdict, look.words) for one in ctx.outputs_list[0]]
        told = summary(draft, verdict, data, look)
        if held["search"] not in ("", search):  # the form of another address is on its way, and will be judged anew
            return said, told, no_update
        same = settled(read_draft(state.values), look.words)[0] == draft
        now = search or "" if same else query(look.state)
        held = {"search": now, "base": draft.base, "from": draft.cloned_from}
        return said, told, {"asked": search or "", "held": held}


def _add_base(app: Dash) -> None:
    @guarded(
        app,
        "do:estimate",
        Input("plan-base", "value"),
        VALUES,
        *OF_RUN,
        *AROUND,
        initially=False,
    )
    def start_from(
        base: str | None, values: list[Any], replicates: Any, seed: Any, parameters: Any, called: Any,
        ids: list[dict[str, str]], held: dict[str, Any], search: str | None,
    ) -> None:  # fmt: skip
        """Start from another scenario; what was changed stays changed."""
        if base and base != held["base"]:
            draft = typed_draft(held, values, ids, [replicates, seed, parameters, called])
            state = state_with(place_of(search), replace(draft, base=base))
            set_props("plan-wish", {"data": {"search": query(state)}})

    @guarded(
        app,
        "do:estimate",
        Output("plan-numbers", "children", allow_duplicate=True),
        Input({"part": DROP, "key": ALL}, "n_clicks"),
        State({"part": DROP, "key": ALL}, "id"),
        State("url", "search"),
        initially=False,
    )
    def drop(clicks: list[int | None], ids: list[dict[str, str]], search: str | None) -> Any:
        """Take one number, or a setting that may not be there, out of the draft."""
        if not any(clicks):
            return no_update
        key = str(ctx.triggered_id["key"])
        if field_of(key) is None:
            rows = Patch()
            del rows[[one["key"] for one in ids if field_of(one["key"]) is None].index(key)]
            return rows
        state = place_of(search)
        kept = {name: text for name, text in state.values.items() if name != f"{SET_KEY}{key}"}
        set_props("plan-wish", {"data": {"search": query(replace(state, values=kept))}})
        return no_update


def _add_finder(app: Dash) -> None:
    @guarded(
        app,
        "do:estimate",
        Output("plan-add", "options"),
        Input("plan-group", "value"),
        State("plan-held", "data"),
        State("url", "search"),
        initially=False,
    )
    def narrow(group: str | None, held: dict[str, Any], search: str | None) -> list[dict[str, str]]:
        """Offer the numbers of one group."""
        base = settled(Draft(str(held["base"])), read_words("en"))[0].base
        return number_options(base, group or EVERY_GROUP, place_of(search).lang)

    @guarded(
        app,
        "do:estimate",
        Output("plan-numbers", "children"),
        Output("plan-add", "value"),
        Input("plan-add", "value"),
        State({"part": SET, "key": ALL}, "id"),
        State("plan-held", "data"),
        State("url", "search"),
        initially=False,
    )
    def add(key: str | None, ids: list[dict[str, str]], held: dict[str, Any], search: str | None) -> tuple[Any, Any]:
        """Add the row of a number."""
        base = settled(Draft(str(held["base"])), read_words("en"))[0]
        if not key or any(one["key"] == key for one in ids):
            return no_update, None
        rows = Patch()
        rows.append(number_row(str(key), base, read_words(place_of(search).lang)))
        return rows, None
