"""The frame of every page: from an address to a page, from a page to its panels, from a panel to its data."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.data import Data, RunRow
from dashboards.offers import run_offer
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.people import User
from dashboards.roles import allowed
from dashboards.state import LANG, RUN, PageState, address, at_page
from dashboards.words import LANGS, read_words
from ops_data.artefacts import FOLDER
from ops_data.errors import TwinError, UnknownNameError

LANGUAGE_NAMES: Final = {"en": "English", "ja": "日本語"}


@dataclass(frozen=True, eq=False)
class Frame:
    """All pages over one store.

    Attributes
    ----------
    data : the store.
    pages : name → page, in the order of the navigation.
    sign_out : path that signs a person out; empty where there is nothing to sign out of.
    """

    data: Data
    pages: Mapping[str, Page]
    sign_out: str = ""

    def whole(self, state: PageState) -> PageState:
        """Return a state that names its page and its run, so that its address shows the same to everybody later on."""
        page = self.pages.get(state.page)
        if page is None or not page.needs_run:
            return state
        with suppress(TwinError):  # the page itself says what is wrong
            rows = self.data.runs()
            if state.run not in {one.run_id for one in rows} and (state.run or rows):
                return replace(state, run=self.data.run(state.run).run_id)
        return state

    def view(self, state: PageState, user: User) -> tuple[View, list[Control], list[str]]:
        """Return the view of an address, the controls of its page, and what of the address was not understood."""
        bare, page = View(state, user, self.data), self.pages[state.page]
        controls = page.controls(bare)
        chosen, remarks = {}, []
        for one in controls:
            chosen[one.key], strange = one.chosen(state.values.get(one.key))
            shown = dict(one.options).get(chosen[one.key], chosen[one.key])
            fill = {"key": one.key, "value": shown or "–"}
            remarks += [bare.words("common.not_a_choice", fill | {"found": found[:60]}) for found in strange]
        return replace(bare, chosen=chosen), controls, remarks

    def page(self, state: PageState, user: User) -> tuple[list[Component], str]:
        """Return the page of an address, and a mark that stays the same while only values of controls change."""
        bare = View(state, user, self.data)
        if state.page not in self.pages:
            return [self._unknown(bare)], ""
        if not allowed(user, f"page:{state.page}"):
            return [
                components.message("wrong", bare.words("common.not_allowed"), bare.words("common.ask_for_role"))
            ], ""
        page = self.pages[state.page]
        try:
            if page.needs_run:
                _ = bare.scenario  # says at once when there is no run, or none that can be read
            view, controls, remarks = self.view(state, user)
            parts = self._parts(view, page, controls, remarks)
        except TwinError as error:
            return [self._title(bare), self._no_page(bare, error)], ""
        return parts, mark(state, controls)

    def _parts(self, view: View, page: Page, controls: Sequence[Control], remarks: Sequence[str]) -> list[Component]:
        words, name = view.words, page.name
        told = [components.message("note", remark) for remark in remarks]
        pickers = [components.control(name, one, view.chosen[one.key], words) for one in controls]
        bar = (
            [html.Div(pickers, className="controls", role="group", **components.named(words("common.controls")))]
            if pickers
            else []
        )
        panels = [components.panel_shell(view, name, one, want(view, page, one)) for one in page.panels]
        return [self._title(view), *told, *page.head(view), *bar, html.Div(panels, className="panels")]

    def _title(self, view: View) -> Component:
        lead = view.text("lead") if view.words.has(f"{view.state.page}.lead") else ""
        return html.Div([html.H1(view.text("title")), html.P(lead, className="lead")], className="page-title")

    def _unknown(self, view: View) -> Component:
        links = [html.A(view.words("common.to_overview"), href=address(at_page(view.state, next(iter(self.pages)))))]
        return components.message("wrong", view.words("common.no_page"), view.state.page[:60], links)

    def _no_page(self, view: View, error: TwinError) -> Component:
        rows: list[RunRow] = []
        with suppress(TwinError):
            rows = self.data.runs()
        if not rows and isinstance(error, UnknownNameError) and not view.state.run:
            return run_offer(view)
        links = [
            html.Li(html.A(one.run_id, href=address(replace(view.state, run=one.run_id, values={}))))
            for one in rows[:10]
        ]
        shown = [html.P(view.words("common.choose_run")), html.Ul(links)] if links else []
        return html.Div([components.went_wrong(view.words, error), *shown])

    def navigation(self, state: PageState, user: User) -> list[Component]:
        """Return the links to the pages a person may see."""
        words = View(state, user, self.data).words
        links = []
        for name in self.pages:
            if allowed(user, f"page:{name}"):
                here = {"aria-current": "page"} if name == state.page else {}
                href = address(at_page(state, name))
                links.append(html.Li(components.link(words(f"{name}.title"), href, here)))
        return [html.Ul(links)]

    def tools(self, state: PageState, user: User) -> list[Component]:
        """Return the choice of run and language, and who is signed in."""
        words = View(state, user, self.data).words
        found: list[Component] = []
        page = self.pages.get(state.page)
        if page is not None and page.needs_run:
            with suppress(TwinError):  # the page itself says what is wrong
                found += self._run_picker(state, user)
        links = [
            components.link(
                LANGUAGE_NAMES[lang],
                address(replace(state, lang=lang)),
                {"lang": lang, "aria-current": "true" if lang == state.lang else "false"},
            )
            for lang in LANGS
        ]
        found.append(html.Div(links, className="languages", role="group", **components.named(words("common.language"))))
        roles = ", ".join(words(f"common.role.{role}") for role in sorted(user.roles))
        found.append(html.Span(words("common.signed_in", {"name": user.name, "roles": roles}), className="who"))
        if self.sign_out:
            found.append(html.A(words("common.sign_out"), href=self.sign_out))
        return found

    def _run_picker(self, state: PageState, user: User) -> list[Component]:
        words = View(state, user, self.data).words
        rows = self.data.runs()
        if not rows:
            return []
        options = [
            (
                one.run_id,
                words("common.run_option", {"run": one.run_id, "count": str(one.replicates), "seed": str(one.seed)}),
            )
            for one in rows
        ]
        held = state.run or next((one.run_id for one in rows if not one.linked), "")
        known = held in {value for value, _ in options}
        value = held if known else ""
        return [components.control(state.page, Control(RUN, tuple(options), value), value, words)]

    def told(self, state: PageState, user: User) -> dict[str, Any]:
        """Return what the browser needs by itself: language, title, what is chosen, words for ages and alerts."""
        words = View(state, user, self.data).words
        page = self.pages.get(state.page)
        title = words(f"{state.page}.title") if page is not None else words("common.no_page")
        held = {RUN: state.run}
        if page is not None and allowed(user, f"page:{state.page}"):
            with suppress(TwinError):  # the page itself says what is wrong
                held |= self.view(state, user)[0].chosen
        fixed = {"brand": words("common.name"), "skip": words("common.skip"), "about": words("common.about")}
        ages = {f"age_{one}": words(f"common.age.{one}") for one in ("now", "minutes", "hours", "days")}
        alerts = {f"alert_{one}": words(f"common.alert.{one}") for one in ("signed_out", "unreachable", "broken")}
        return {
            "lang": state.lang,
            "title": f"{title} · {words('common.name')}",
            "held": held,
            **fixed,
            **ages,
            **alerts,
        }

    def panel(self, asked: str, user: User) -> list[Component]:
        """Return what a panel shows for what a browser asks of it; checked anew, nothing in it is believed."""
        try:
            state, name = read_want(asked)
        except UnknownNameError as error:
            return [components.went_wrong(read_words(LANGS[0]), error)]
        page = self.pages.get(state.page)
        bare = View(state, user, self.data)
        one = page.panel(name) if page is not None else None
        if page is None or one is None:
            return [components.message("wrong", bare.words("common.no_panel"))]
        if not allowed(user, f"page:{page.name}"):
            return [components.message("wrong", bare.words("common.not_allowed"), bare.words("common.ask_for_role"))]
        try:
            return self._drawn(state, user, page, one)
        except TwinError as error:
            return [components.went_wrong(bare.words, error)]

    def _drawn(self, state: PageState, user: User, page: Page, one: Panel) -> list[Component]:
        view, _, _ = self.view(state, user)

        def make() -> list[Component]:
            return components.panel_body(view, one, one.draw(view))

        if one.live or not one.of_run:
            return make()
        run = view.run
        chosen = tuple((key, view.chosen[key]) for key in one.needs if key in view.chosen)
        key = ("panel", page.name, one.name, state.lang, tuple(sorted(user.roles)), chosen, self._derived(run.run_id))
        return self.data.derived(run, key, make)

    def _derived(self, run_id: str) -> tuple[str, ...]:
        """Return the names of all that was derived from a run: a panel is drawn anew when one is added."""
        return tuple(sorted(path.name for path in (self.data.folder / FOLDER).glob(f"{run_id}-*")))

    def rows(self, state: PageState, name: str, user: User) -> tuple[View, Drawn]:
        """Return what a panel draws, for its data; an error of the tree when there is no such panel."""
        page = self.pages.get(state.page)
        one = page.panel(name) if page is not None else None
        if one is None or not allowed(user, f"page:{state.page}"):
            raise UnknownNameError(f"panel '{state.page}/{name}': there is none for you; take the link on the page")
        view, _, _ = self.view(state, user)
        return view, one.draw(view)


def want(view: View, page: Page, one: Panel) -> str:
    """Return what a panel shows, as a text: it changes exactly when the panel has to be drawn again."""
    state = view.state
    values = {key: view.chosen[key] for key in one.needs if key in view.chosen}
    if page.needs_run:
        values[RUN] = view.run.run_id
    told = {"page": page.name, "panel": one.name, LANG: state.lang, "values": values}
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def read_want(asked: str) -> tuple[PageState, str]:
    """Return state and panel of a text that `want` wrote; UnknownNameError for any other."""
    try:
        told: dict[str, Any] = json.loads(asked)
        values = {str(key): str(value) for key, value in told["values"].items()}
        lang = next(one for one in LANGS if one == told[LANG])
        run = values.pop(RUN, "")
        return PageState(str(told["page"]), lang, run, values), str(told["panel"])
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        raise UnknownNameError("panel: what the browser asked for is not understood; reload the page") from None


def mark(state: PageState, controls: Sequence[Control]) -> str:
    """Return a mark of a page: the same as long as neither page, run, language nor choices change."""
    told = [state.page, state.lang, state.run, [[one.key, one.options, one.several] for one in controls]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
