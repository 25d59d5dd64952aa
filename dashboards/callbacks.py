"""Callbacks and downloads that ask for a person's right before they do anything; there is no other way to add one."""

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

from dash import ClientsideFunction, Dash, set_props
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from dashboards.roles import require
from dashboards.words import Words, lang_of, read_words

ACTIONS: Final = "twin_actions"  # in the extensions of the server: callback or download → action
_LOG: Final = logging.getLogger(__name__)
DOWNLOADS: Final = "twin_downloads"  # kind → action and function
Function = TypeVar("Function", bound=Callable[..., Any])
Download = Callable[[list[str]], ResponseReturnValue]


def actions_of(server: Flask) -> dict[str, str]:
    """Return which action each callback and download asks for, by its name."""
    found: dict[str, str] = server.extensions.setdefault(ACTIONS, {})
    return found


def guarded(
    app: Dash,
    action: str,
    *wiring: Any,
    initially: bool = True,
    failed: Callable[[str], Any] | None = None,
) -> Callable[[Function], Function]:
    """Return a decorator that adds a callback which only people with a right to an action can call.

    Parameters
    ----------
    app : the dashboard.
    action : row of `dashboards.roles.MATRIX`.
    wiring : outputs, inputs and states of the callback.
    initially : whether it is called when its parts appear.
    failed : gives the outputs after an unforeseen error, from the reference that stands in the log; None: a banner.
    """

    def decorate(function: Function) -> Function:
        @wraps(function)
        def asked(*values: Any) -> Any:
            require(action)
            return function(*values)

        app.callback(*wiring, prevent_initial_call=not initially, on_error=_told(failed))(asked)
        actions_of(app.server)[f"callback {function.__module__}.{function.__name__}"] = action
        return cast(Function, asked)

    return decorate


def in_browser(app: Dash, name: str, *wiring: Any) -> None:
    """Let a function of ``assets/twin.js`` be called in the browser; it asks nothing of the server."""
    app.clientside_callback(ClientsideFunction("twin", name), *wiring)  # type: ignore[no-untyped-call]


def download(server: Flask, action: str, kind: str) -> Callable[[Download], Download]:
    """Return a decorator that serves ``/download/<kind>/…`` to people with a right to an action (GET only).

    The function gets the parts of the path after the kind; the query is in `flask.request`.
    """

    def decorate(function: Download) -> Download:
        kinds: dict[str, tuple[str, Download]] = server.extensions.setdefault(DOWNLOADS, {})
        kinds[kind] = (action, function)
        actions_of(server)[f"download {kind}"] = action
        return function

    return decorate


def serve_downloads(server: Flask) -> None:
    """Add the one route behind which all downloads lie."""

    @server.get("/download/<kind>/<path:rest>")
    def downloaded(kind: str, rest: str) -> ResponseReturnValue:
        kinds: dict[str, tuple[str, Download]] = server.extensions.setdefault(DOWNLOADS, {})
        if kind not in kinds:
            abort(404)
        action, function = kinds[kind]
        require(action)
        return function(rest.split("/"))


def page_words() -> Words:
    """Return the words of the language of the page that asks, as its address says."""
    asked = dict(parse_qsl(urlsplit(request.referrer or "").query)).get("lang", "")
    return read_words(lang_of(asked, request.headers.get("Accept-Language", "")))


def _told(failed: Callable[[str], Any] | None) -> Callable[[Exception], Any]:
    def tell(error: Exception) -> Any:
        if isinstance(error, HTTPException):  # refused: the answer keeps its code
            raise error
        reference = secrets.token_hex(4)
        _LOG.error("reference %s", reference, exc_info=error)
        if failed is not None:
            return failed(reference)
        words = page_words()
        told = f"{words('common.broken')}. {words('common.reference', {'reference': reference})}"
        set_props("alert", {"children": told, "hidden": False})
        return None

    return tell
