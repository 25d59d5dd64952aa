"""Derived: compiled code is named after what was loaded and kept where it can be written."""

from pathlib import Path

import pytest

from twin.operations import engine, stretch


def test_a_cache_that_cannot_be_made_is_said_and_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    folder = engine.cache_folder(blocked, "kernel-1")
    assert folder.is_dir()
    assert blocked not in folder.parents
    assert "compiled anew in every process" in caplog.text


def test_a_cache_that_can_be_made_is_used(tmp_path: Path) -> None:
    assert engine.cache_folder(tmp_path / "deep", "kernel-1") == tmp_path / "deep" / "kernel-1"


def test_the_fingerprint_follows_code_and_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    before = engine.fingerprint([stretch.opening, stretch.segment])
    assert before == engine.fingerprint([stretch.opening, stretch.segment])
    assert before != engine.fingerprint([stretch.opening])
    monkeypatch.setattr("twin.operations.codes.ROW_FIELDS", 7)
    assert before != engine.fingerprint([stretch.opening, stretch.segment])
