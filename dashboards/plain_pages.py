"""Pages that stand outside the dashboard: refusals, a failed sign-in, the end of a session. Short, without scripts."""

import json
from collections.abc import Mapping
from html import escape
from typing import Final

from flask import Response, request

from dashboards.words import Words, lang_of, read_words

NOT_PAGES: Final = ("/_", "/assets/", "/download/")  # callbacks and parts of pages; files
_PAGE: Final = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; line-height: 1.5; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }}
</style>
</head>
<body><main><h1>{title}</h1>
<p>{text}</p>
{link}</main></body>
</html>
"""


def is_page() -> bool:
    """Say whether the present request is for a page that a person sees, not for a part of one or a file."""
    return request.method == "GET" and not request.path.startswith(NOT_PAGES)


def request_words() -> Words:
    """Return the words in the language of the present request."""
    asked = request.args.get("lang", "")
    return read_words(lang_of(asked, request.headers.get("Accept-Language", "")))


def refusal(status: int, key: str, fill: Mapping[str, str], href: str = "") -> Response:
    """Return a short answer in the person's language: HTML where a browser shows it, else JSON.

    Parameters
    ----------
    status : HTTP status.
    key : its words are the texts ``signin.<key>.title`` and ``.text``, and ``.link`` with `href`.
    fill : what the braces of the text hold; anything a person typed is made harmless.
    href : where the link leads.
    """
    words = request_words()
    title, text = words(f"signin.{key}.title"), words(f"signin.{key}.text", fill)
    if not is_page() and "text/html" not in request.headers.get("Accept", ""):
        return _json(status, title, text)
    link = f'<p><a href="{escape(href)}">{escape(words(f"signin.{key}.link"))}</a></p>\n' if href else ""
    page = _PAGE.format(lang=words.lang, title=escape(title), text=escape(text), link=link)
    return Response(page, status, mimetype="text/html")


def _json(status: int, title: str, text: str) -> Response:
    body = json.dumps({"error": title, "message": text}, ensure_ascii=False)
    return Response(body + "\n", status, mimetype="application/json")
