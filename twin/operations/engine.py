"""One kernel, two ways to run it: interpreted for debugging and coverage, compiled by numba for ensembles."""

import hashlib
import types
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

KERNEL_FILES = ("codes.py", "rows.py", "decisions.py", "effects.py", "stretch.py", "engine.py")
F = TypeVar("F", bound=Callable[..., Any])
Ints = Any  # whole numbers by place: an int64 vector, or a list or memory view when interpreted
Row = Any  # whole numbers by field name: a record, or an object when interpreted
Steps = Any  # rows by place
_KERNEL: list[Callable[..., Any]] = []


def compilable(function: F) -> F:
    """Note a function of the kernel; it stays plain Python until `compiled_play` is asked for."""
    _KERNEL.append(function)
    return function


@cache
def compiled_play() -> Callable[..., int]:
    """Return `stretch.play` compiled by numba, cached on disk under the hash of the kernel's sources.

    Notes
    -----
    Every kernel function is rebuilt on globals in which the kernel functions before it are compiled, so the source
    stays plain Python. numba's own cache looks at one file only; the folder named after all of them makes a stale
    cache impossible when a constant moves.
    """
    import numba
    from platformdirs import user_cache_dir

    import twin.operations.stretch  # noqa: F401  (fills the list)

    here = Path(__file__).parent
    digest = hashlib.sha256(b"".join((here / name).read_bytes() for name in KERNEL_FILES)).hexdigest()[:16]
    vars(numba.config)["CACHE_DIR"] = str(Path(user_cache_dir("minamitorishima-twin")) / f"kernel-{digest}")
    compiled: dict[str, Any] = {}
    for function in _KERNEL:
        scope = {**function.__globals__, **compiled}
        plain = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__)
        compiled[function.__name__] = numba.njit(cache=True, error_model="numpy")(plain)
    play: Callable[..., int] = compiled["play"]
    return play
