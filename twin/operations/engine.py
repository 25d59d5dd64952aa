"""One kernel, two ways to run it: interpreted for debugging and coverage, compiled by numba for ensembles."""

import hashlib
import types
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from twin.models.compiled import cache_folder
from twin.operations import codes as c

STEP_ROW = np.dtype([(name, np.int64) for name in c.STEP_FIELDS])
COMPONENT_ROW = np.dtype([(name, np.int64) for name in c.COMPONENT_FIELDS])
CONFIGURATION_ROW = np.dtype([(name, np.int64) for name in c.CONFIGURATION_FIELDS])
F = TypeVar("F", bound=Callable[..., Any])
Ints = Any  # whole numbers by place: an int64 vector, or a list or memory view when interpreted
Row = Any  # whole numbers by field name: a record, or an object when interpreted
Steps = Any  # rows by place
_KERNEL: list[Callable[..., Any]] = []


def compilable(function: F) -> F:
    """Note a function of the kernel; it stays plain Python until `compiled_play` is asked for."""
    _KERNEL.append(function)
    return function


def pack(arrays: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """Return the addresses and lengths of contiguous arrays as one vector; the caller keeps the arrays alive.

    One argument crosses from Python to the compiled kernel in a quarter of the time that seven take.
    """
    return np.array([number for array in arrays for number in (array.ctypes.data, len(array))], dtype=np.int64)


def _play_packed(packed: Any, until: int) -> Any:
    """Call `play` on what `pack` was given: state, steps, components, configuration, sea, draws, rows."""
    return play(  # type: ignore[name-defined]  # noqa: F821  (names of the compiled scope)
        carray(pointer(packed[0]), (packed[1],), int64),  # type: ignore[name-defined]  # noqa: F821
        carray(pointer(packed[2]), (packed[3],), step_row),  # type: ignore[name-defined]  # noqa: F821
        carray(pointer(packed[4]), (packed[5],), component_row),  # type: ignore[name-defined]  # noqa: F821
        carray(pointer(packed[6]), (packed[7],), configuration_row),  # type: ignore[name-defined]  # noqa: F821
        carray(pointer(packed[8]), (packed[9],), int64),  # type: ignore[name-defined]  # noqa: F821
        carray(pointer(packed[10]), (packed[11],), int64),  # type: ignore[name-defined]  # noqa: F821
        carray(pointer(packed[12]), (packed[13],), int64),  # type: ignore[name-defined]  # noqa: F821
        until,
    )


def _pointer() -> Any:
    """Return a numba function that makes an address a pointer."""
    from numba import types
    from numba.extending import intrinsic

    def pointer(_: Any, address: Any) -> Any:
        def build(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

        return types.voidptr(types.int64), build

    return intrinsic(pointer)


def fingerprint(functions: Sequence[Callable[..., Any]]) -> str:
    """Return a name for what functions do as loaded: their code, the integer names they use, the row layouts.

    The sources on disk may have changed since they were loaded; their text would then name the wrong code.
    """
    parts: list[object] = [c.STEP_FIELDS, c.COMPONENT_FIELDS, c.CONFIGURATION_FIELDS]
    parts += sorted((name, value) for name, value in vars(c).items() if isinstance(value, int))
    for function in functions:
        code = function.__code__
        parts.append((function.__name__, code.co_code, code.co_names, code.co_varnames, code.co_consts))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def compiled_play() -> Callable[[NDArray[np.int64], int], int]:
    """Return `stretch.play` compiled by numba for packed arguments, cached on disk under the fingerprint of its code.

    Notes
    -----
    Every kernel function is rebuilt on globals in which the kernel functions before it are compiled, so the source
    stays plain Python. numba's own cache looks at one file only; a folder named after all functions and constants makes
    a stale cache impossible.
    """
    import numba
    from platformdirs import user_cache_dir

    import twin.operations.stretch  # noqa: F401  (fills the list)

    name = f"kernel-{fingerprint((*_KERNEL, _play_packed))}"
    vars(numba.config)["CACHE_DIR"] = str(cache_folder(Path(user_cache_dir("minamitorishima-twin")), name))
    compiled: dict[str, Any] = {
        "pointer": _pointer(),
        "carray": vars(numba)["carray"],
        "int64": np.int64,
        "step_row": STEP_ROW,
        "component_row": COMPONENT_ROW,
        "configuration_row": CONFIGURATION_ROW,
    }
    for function in (*_KERNEL, _play_packed):
        scope = {**function.__globals__, **compiled}
        plain = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__)
        compiled[function.__name__] = numba.njit(cache=True, error_model="numpy")(plain)
    packed: Callable[[NDArray[np.int64], int], int] = compiled["_play_packed"]
    return packed
