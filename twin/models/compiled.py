"""Plain numerical functions compiled by numba when they are first needed, cached on disk without ever being stale."""

import hashlib
import logging
import sys
import tempfile
import types
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_LOG = logging.getLogger(__name__)


@cache
def compiled(functions: tuple[Callable[..., Any], ...]) -> dict[str, Callable[..., Any]]:
    """Return functions compiled by numba, by their names.

    Parameters
    ----------
    functions : functions of modules, each after those it calls, with different names. They may use numpy, `math`, each
        other, and constants of their modules: numbers, tuples of numbers, arrays. Named tuples they are given stand in
        their annotations.

    Returns
    -------
    The compiled functions. Division by zero gives infinity as in numpy; nothing is reordered or contracted, so that
    additions, products, quotients and roots give the same bits on every machine.

    Notes
    -----
    Every function is rebuilt on globals in which those before it are compiled, so the source stays plain Python and
    can be run and debugged as such. numba's own cache looks at one source file only; a folder named after the code and
    the constants of all the functions, as loaded, makes a stale cache impossible.

    Examples
    --------
    >>> def third(x: float) -> float:
    ...     return x / 3.0
    >>> fingerprint((third,)) == fingerprint((third,)) != fingerprint(())
    True
    """
    import numba
    from platformdirs import user_cache_dir

    folder = cache_folder(Path(user_cache_dir("minamitorishima-twin")), f"models-{fingerprint(functions)}")
    settings = vars(numba.config)
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(folder)
    found: dict[str, Callable[..., Any]] = {}
    try:
        for function in functions:
            scope = {**function.__globals__, **found}
            plain = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__)
            found[function.__name__] = numba.njit(cache=True, error_model="numpy")(plain)
    finally:
        settings["CACHE_DIR"] = before
    return found


def fingerprint(functions: tuple[Callable[..., Any], ...]) -> str:
    """Return a name for what functions do as loaded: their code, the constants they use, the fields they are given."""
    parts: list[object] = [sys.version_info[:3]]
    for function in functions:
        code, scope = function.__code__, function.__globals__
        parts.append((function.__name__, code.co_code, code.co_names, code.co_varnames, code.co_consts))
        parts += [(name, _constant(scope[name])) for name in code.co_names if name in scope]
        given = function.__annotations__.items()
        parts += [(name, kind._fields) for name, kind in given if hasattr(kind, "_fields")]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _constant(value: object) -> object:
    """Return what identifies a global: its bits where it is a constant, else only that it is none."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.str, value.shape, value.tobytes()
    return value if isinstance(value, int | float | tuple) else None


def cache_folder(home: Path, name: str) -> Path:
    """Return a folder for compiled code: the user's cache, or one of this process where that cannot be written."""
    folder = home / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _LOG.warning("%s cannot be made (%s): models are compiled anew in every process", folder, error.strerror)
        return Path(tempfile.mkdtemp(prefix="minamitorishima-twin-"))
    return folder
