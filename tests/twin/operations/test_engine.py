"""Derived: compiled code is named after what was loaded."""

import pytest

from twin.operations import engine, stretch


def test_the_fingerprint_follows_code_and_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    before = engine.fingerprint([stretch.opening, stretch.segment])
    assert before == engine.fingerprint([stretch.opening, stretch.segment])
    assert before != engine.fingerprint([stretch.opening])
    monkeypatch.setattr("twin.operations.codes.ROW_FIELDS", 7)
    assert before != engine.fingerprint([stretch.opening, stretch.segment])
