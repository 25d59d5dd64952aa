"""Puts the dashboard together: pages, sign-in, headers, the callbacks of the frame, the downloads of panels."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import Flask, Response, abort, has_request_context, redirect, request, send_file
from flask.typing import ResponseReturnValue

from dashboards import components
from dashboards.auth import install_sign_in, sign_out_path
from dashboards.callbacks import download, guarded, in_browser, page_words, serve_downloads
from dashboards.data import Data
from dashboards.frame import Frame, want
from dashboards.offers import add_offer_callbacks
from dashboards.packages import add_package_download
from dashboards.page import Control, Page
from dashboards.pages import (
    calibration,
    compare,
    environment,
    live,
    operations,
    overview,
    plan,
    processing,
    runs,
    skill,
    supply,
)
from dashboards.people import PERSON_KEY, User, current_user
from dashboards.security import csv_bytes, install_security, safe_name
from dashboards.settings import Settings
from dashboards.state import LANG, address, listed, read_state
from dashboards.words import lang_of, read_words
from ops_data.errors import TwinError, UsageError
from ops_data.export.typesetting import font_folders

PAGES: Final[tuple[Page, ...]] = (
    overview.PAGE,
    live.PAGE,
    calibration.PAGE,
    skill.PAGE,
    operations.PAGE,
    processing.PAGE,
    environment.PAGE,
    supply.PAGE,
    compare.PAGE,
    plan.PAGE,
    runs.PAGE,
)
JAPANESE_FONT: Final = "ipaexg.ttf"
MOST_ASKED_BYTES: Final = 4 << 20  # of one request
FONT_KEPT_S: Final = 30 * 86_400
INDEX: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
{%metas%}<title>{%title%}</title>{%favicon%}{%css%}
</head>
<body>
{%app_entry%}
{%config%}{%scripts%}{%renderer%}
</body>
</html>
"""


def make_app(settings: Settings) -> Dash:
    """Return the dashboard over a store, ready to be served (`dashboards.serve`).

    Parameters
    ----------
    settings : store, sign-in and addresses.
    """
    server = Flask("dashboards")
    server.config["MAX_CONTENT_LENGTH"] = MOST_ASKED_BYTES
    install_sign_in(server, settings)
    data = Data(settings.store)
    frame = Frame(data, {page.name: page for page in PAGES}, sign_out_path(settings))
    app = Dash(
        "dashboards",
        server=cast(Any, server),  # declared as a flag, documented as a server too
        title="Minamitorishima twin",
        update_title="",
        suppress_callback_exceptions=True,
        compress=True,
        index_string=INDEX,
        meta_tags=[{"name": "robots", "content": "noindex"}],
    )
    app.layout = _layout
    _send_to_whole_address(server, frame)
    install_security(app, settings)
    _add_frame(app, frame)
    _add_downloads(server, frame)
    add_offer_callbacks(app, data)
    add_package_download(server, data)
    for page in PAGES:
        page.add_callbacks(app, data)
    serve_downloads(server)
    _add_font(server)
    server.extensions["twin_warm_up"] = partial(_warm_up, server)
    return app


def _send_to_whole_address(server: Flask, frame: Frame) -> None:
    """Send a browser that asks for a bare page to the address with run and language: what is seen is shared."""

    @server.before_request
    def whole_address() -> ResponseReturnValue | None:
        typed = read_state(request.path, request.query_string.decode("utf-8", "replace"), _accepted())
        if request.method != "GET" or request.path.strip("/") not in {"", *frame.pages}:
            return None
        try:
            whole = frame.whole(typed)
        except TwinError:  # the page itself says what is wrong
            return None
        complete = request.path != "/" and LANG in request.args and whole == typed
        return None if complete else redirect(address(whole))


def _accepted() -> str:
    return request.headers.get("Accept-Language", "")


def _layout() -> Component:
    words = read_words(lang_of("", _accepted() if has_request_context() else ""))
    name = components.link(
        [html.Span("", className="logo"), html.Span(words("common.name"), id="brand")], "/", {"className": "brand"}
    )
    skip = html.A(words("common.skip"), href="#page", className="skip", id="skip")
    nav = html.Nav(id="nav", **components.named(words("common.pages")))
    head = html.Header([skip, name, html.Div(id="tools", className="page-tools"), nav])
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="drawn", data={"mark": ""}),
            dcc.Store(id="again"),
            head,
            html.Div(id="alert", className="alert", role="alert", hidden=True),
            html.Main(html.P(words("common.drawing"), className="drawing"), id="page", tabIndex=-1),
            html.Footer(words("common.about"), className="about", id="about"),
        ]
    )


def _add_frame(app: Dash, frame: Frame) -> None:
    @guarded(
        app,
        "do:panel",
        Output("page", "children"),
        Output("nav", "children"),
        Output("tools", "children"),
        Output("drawn", "data"),
        Output({"part": "want", "page": ALL, "panel": ALL}, "data"),
        Output({"part": "csv", "page": ALL, "panel": ALL}, "href"),
        Output({"part": "control", "key": ALL}, "value"),
        Input("url", "pathname"),
        Input("url", "search"),
        Input("again", "data"),
        State("drawn", "data"),
        State({"part": "want", "page": ALL, "panel": ALL}, "data"),
        failed=_no_page,
    )
    def go(
        pathname: str | None, search: str | None, _again: object, drawn: dict[str, Any], wanted: list[str]
    ) -> tuple[Any, ...]:
        """Draw the page of an address, or tell only its panels and controls what has changed.

        An answer may meet another page than the one it was made for; the browser sees it and asks again for the whole.
        """
        state = frame.whole(read_state(pathname or "/", search or "", _accepted()))
        user = current_user()
        wants, links, controls = ctx.outputs_list[4:7]
        untouched = [no_update] * len(wants), [no_update] * len(links), [no_update] * len(controls)
        page, mark = frame.page(state, user)
        whole = not mark or mark != drawn["mark"] or ctx.triggered_id == "again"
        told = {"mark": mark, "path": pathname or "/", "search": search or "", **frame.told(state, user)}
        if whole:
            return _marked(page, mark), frame.navigation(state, user), frame.tools(state, user), told, *untouched
        view, _, _ = frame.view(state, user)
        shown = frame.pages[state.page]
        panels = [shown.panel(one["id"]["panel"]) for one in wants]
        asked = [None if panel is None else want(view, shown, panel) for panel in panels]
        new_wants = [no_update if new in (None, old) else new for new, old in zip(asked, wanted, strict=True)]
        hrefs = [no_update if panel is None else components.csv_address(view, state.page, panel) for panel in panels]
        values = [_held(view.chosen, one["id"]["key"], shown.controls(view)) for one in controls]
        return no_update, no_update, frame.tools(state, user), told, new_wants, hrefs, values

    @guarded(
        app,
        "do:panel",
        Output({"part": "body", "page": MATCH, "panel": MATCH}, "children"),
        Input({"part": "want", "page": MATCH, "panel": MATCH}, "data"),
        failed=_broken,
    )
    def draw(asked: str) -> list[Component]:
        """Draw one panel."""
        return frame.panel(asked, current_user())

    controls = {"part": "control", "key": ALL}
    in_browser(app, "choose", Input(controls, "value"), State(controls, "id"))
    in_browser(app, "settle", Input("page", "children"), Input("drawn", "data"))


def _marked(page: list[Component], mark: str) -> list[Component]:
    mark_of_page: dict[str, Any] = {"hidden": True, "data-mark": mark}
    return [*page, html.Span(**mark_of_page)]


def _held(chosen: Mapping[str, str], key: str, controls: Sequence[Control]) -> Any:
    one = next((one for one in controls if one.key == key), None)
    if one is None:  # the choice of run, which the tools hold
        return no_update
    return listed(chosen[key]) if one.several else chosen[key]


def _no_page(reference: str) -> tuple[Any, ...]:
    """Return what stands in place of a page after an unforeseen error, and nothing new for everything else."""
    untouched = [[no_update] * len(one) for one in ctx.outputs_list[4:7]]
    return _broken(reference), no_update, no_update, no_update, *untouched


def _broken(reference: str) -> list[Component]:
    words = page_words()
    return [components.message("wrong", words("common.broken"), words("common.reference", {"reference": reference}))]


def _add_downloads(server: Flask, frame: Frame) -> None:
    @download(server, "export:csv", "csv")
    def panel_csv(rest: list[str]) -> Response:
        """Give the data of a panel as CSV."""
        if len(rest) != 2:
            abort(404)
        page, name = rest
        state = read_state(f"/{page}", request.query_string.decode("utf-8", "replace"))
        try:
            view, drawn = frame.rows(state, name, current_user())
            if drawn.rows is None:
                raise UsageError(f"panel '{page}/{name}': there are no data to download; choose another run or panel")
            run = view.run.run_id if frame.pages[page].needs_run else "store"
        except TwinError as error:
            return Response(f"{components.without_folders(str(error))}\n", 404, mimetype="text/plain")
        file = safe_name(f"{run}-{page}-{name}") + ".csv"
        return Response(
            csv_bytes(drawn.rows),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"},
        )


def _add_font(server: Flask) -> None:
    @server.get("/assets/fonts/japanese.ttf")
    def japanese_font() -> Response:
        """Give the Japanese typeface to browsers that have none of their own."""
        found = next(path for folder in font_folders() for path in [folder / JAPANESE_FONT] if path.exists())
        return send_file(found, mimetype="font/ttf", max_age=FONT_KEPT_S)


def _warm_up(server: Flask) -> None:
    """Draw every page once, so that the first person does not wait for what is loaded late."""
    client, person = server.test_client(), {PERSON_KEY: User("warm-up", frozenset({"admin"}))}
    for path in ("/_dash-layout", "/_dash-dependencies", *(f"/{page.name}?lang=en" for page in PAGES)):
        client.get(path, environ_overrides=person, follow_redirects=True)
