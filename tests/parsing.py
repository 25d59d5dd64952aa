"""Python sources as syntax trees, for the tests of house rules."""

import ast
import gc
from functools import cache


@cache
def syntax_tree(text: str) -> ast.Module:
    """Return the tree of a source; it is shared, and not to be changed.

    No garbage is collected meanwhile: a destructor that formats a traceback parses too, and CPython before 3.11.9 then
    fails with "AST constructor recursion depth mismatch" (its issue 106905).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        if collects:
            gc.enable()
