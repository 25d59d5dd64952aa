"""Compiled functions: what names their cache, and that they are the functions they were made of (derived)."""

import logging
import types
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from twin.models.compiled import cache_folder, compiled, fingerprint

FACTOR = 3.0
TABLE = np.array([1.0, 2.0])


def tripled(x: float) -> float:
    """Return a product with a constant of the module."""
    return FACTOR * x


def looked_up(x: float) -> float:
    """Return what calls another function and reads an array of the module."""
    return tripled(x) + float(TABLE[1])


def elsewhere(factor: float, table: list[float]) -> tuple[types.FunctionType, types.FunctionType]:
    """Return the two functions as if their module had other constants."""
    scope = {"__name__": __name__, "FACTOR": factor, "TABLE": np.array(table)}
    first = types.FunctionType(tripled.__code__, scope, "tripled")
    return first, types.FunctionType(looked_up.__code__, {**scope, "tripled": first}, "looked_up")


def test_compiled_functions_do_what_the_plain_ones_do() -> None:
    assert compiled((tripled, looked_up))["looked_up"](2.0) == looked_up(2.0) == 8.0


def test_the_name_of_the_cache_changes_with_code_constants_and_arrays_and_with_nothing_else() -> None:
    name = fingerprint((tripled, looked_up))
    assert fingerprint(elsewhere(3.0, [1.0, 2.0])) == name
    others: list[tuple[Callable[..., Any], ...]] = [
        elsewhere(3.5, [1.0, 2.0]),
        elsewhere(3.0, [1.0, 2.5]),
        (tripled,),
        (looked_up, tripled),
    ]
    assert len({name, *(fingerprint(other) for other in others)}) == 5


def test_the_name_of_the_cache_changes_with_the_order_of_the_fields_a_function_is_given() -> None:
    """Compiled code reads fields by their place: exchanged ones of one type would go unnoticed."""

    def read(pair: NamedTuple) -> Any:
        return pair.first  # type: ignore[attr-defined]

    names = set()
    for fields in ("first second", "second first"):
        read.__annotations__["pair"] = namedtuple("Pair", fields)
        names.add(fingerprint((read,)))
    assert len(names) == 2


def test_functions_of_other_constants_never_meet_code_compiled_before() -> None:
    compiled((tripled, looked_up))["looked_up"](2.0)
    assert compiled(elsewhere(10.0, [0.0, 1.0]))["looked_up"](2.0) == 21.0


def test_a_cache_that_cannot_be_made_is_replaced_by_one_of_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with caplog.at_level(logging.WARNING):
        folder = cache_folder(blocked, "models-0")
    assert folder.is_dir() and "compiled anew in every process" in caplog.text
    assert cache_folder(tmp_path, "models-1") == tmp_path / "models-1"
