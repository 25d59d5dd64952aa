"""What a browser may do with our answers, who may send us data, and files that are safe to open and to name.

Scripts run from our own files only, and inline where their hash is stated; nothing is evaluated from text. Styles may
stand inline: plotly and AG Grid write style elements and attributes while they draw, with text that changes from figure
to figure, so no hash can name it. A style cannot read what a page holds and send it away, as every other kind of
request is held to this server.
"""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd
from dash import Dash
from flask import Flask, Response, request

from dashboards.plain_pages import refusal
from dashboards.settings import Settings
from ops_data.spreadsheets import harmless

NO_SCRIPT_HASH: Final[Sequence[str]] = ()
HSTS_S: Final = 31_536_000  # a year
READ_ONLY: Final = ("GET", "HEAD", "OPTIONS")
OWN_SITE: Final = ("", "same-origin", "none")  # of Sec-Fetch-Site
STANDARD_PORTS: Final = {"http": 80, "https": 443}
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNSAFE_IN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")  # names of devices, not of files
CODE: Final = "/_dash-component-suites/"
LONGEST_NAME: Final = 100
NAMELESS: Final = "download"


def install_security(app: Dash, settings: Settings) -> None:
    """Put the headers on every answer and refuse data that other sites send; call it once the app is made."""
    server: Flask = app.server

    @server.before_request
    def refuse_foreign() -> Response | None:
        if request.method in READ_ONLY or not _is_foreign(settings):
            return None
        return refusal(403, "foreign_origin", {"origin": request.headers.get("Origin", "")[:LONGEST_NAME] or "?"})

    @server.after_request
    def add_headers(answer: Response) -> Response:
        hashes = app.csp_hashes() if answer.status_code == 200 and answer.mimetype == "text/html" else NO_SCRIPT_HASH
        answer.headers["Content-Security-Policy"] = content_policy(hashes)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        if request.is_secure or settings.public_url.startswith("https:"):
            answer.headers["Strict-Transport-Security"] = f"max-age={HSTS_S}"
        if "Cache-Control" not in answer.headers:
            code = request.path.startswith(CODE) and "ETag" in answer.headers  # of the browser, the same for everybody
            answer.headers["Cache-Control"] = "private, no-cache" if code else "no-store"
        return answer


def content_policy(script_hashes: Sequence[str]) -> str:
    """Return what a page may load and run, given the hashes of its inline scripts."""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _is_foreign(settings: Settings) -> bool:
    """Say whether a page of another site sent the present request; a program that is no browser names no site."""
    sender = request.headers.get("Origin") or request.headers.get("Referer")
    if sender is None:
        return request.headers.get("Sec-Fetch-Site", "") not in OWN_SITE
    ours = {_place(f"{request.scheme}://{request.host}"), _place(f"https://{request.host}")}
    if settings.public_url:
        ours.add(_place(settings.public_url))
    place = _place(sender)
    return not place or place not in ours


def _place(address: str) -> str:
    """Return host and port of an address, without the port that its scheme implies; empty for no address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    return host if not host or port in (None, STANDARD_PORTS.get(parts.scheme)) else f"{host}:{port}"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV that any spreadsheet opens: UTF-8 with its mark, lines ended by CR LF.

    Parameters
    ----------
    frame : the table; its index is left out.

    Returns
    -------
    The bytes. A text that a spreadsheet could take for a formula begins with an apostrophe; numbers stay as they are.
    """
    plain = frame.reset_index(drop=True)
    columns = {place: _without_formulas(plain.iloc[:, place]) for place in range(plain.shape[1])}
    heads = [harmless(str(name)) for name in frame.columns]
    text: str = pd.DataFrame(columns).to_csv(index=False, header=heads, lineterminator="\r\n")
    return text.encode("utf-8-sig", errors="replace")


def _without_formulas(column: "pd.Series[Any]") -> "pd.Series[Any]":
    kind = column.dtype
    if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind):
        return column
    return column.astype(object).map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)


def safe_name(text: str) -> str:
    """Return a name for a downloaded file: ASCII letters, digits, dot, underscore, hyphen; never empty, never a path.

    Examples
    --------
    >>> safe_name("../../etc/passwd"), safe_name("計画 A.csv"), safe_name("南鳥島")
    ('etc-passwd', 'A.csv', 'download')
    """
    plain = re.sub(r"\.{2,}", "-", UNSAFE_IN_NAME.sub("-", text))
    kept = re.sub(r"-{2,}", "-", plain).strip(".-")[:LONGEST_NAME].rstrip(".-")
    if not kept:
        return NAMELESS
    return f"{NAMELESS}-{kept}" if RESERVED.match(kept) else kept
