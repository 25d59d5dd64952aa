"""Texts that go into files which people open in a spreadsheet."""

import re
from typing import Final

_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|\s*[\t\r\n]")  # noqa: RUF001  full-width letters start one too


def harmless(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula: one that could be begins with an apostrophe.

    Examples
    --------
    >>> harmless("=1+1"), harmless("3.2 m")
    ("'=1+1", '3.2 m')
    """
    return f"'{text}" if _FORMULA.match(text) else text
