"""Rows of hearing groups and recovery clocks: sourced, in order, broken rows an error in words."""

import re
from pathlib import Path

import pytest

from ops_data.errors import FailedError, UnknownNameError
from ops_data.reference import fauna_rows, noise_group_rows
from ops_data.reference.fauna_rows import read_recovery_clocks, recovery_clocks
from ops_data.reference.noise_group_rows import EDITIONS, noise_group, noise_groups, read_noise_groups


def test_every_row_has_a_full_source() -> None:
    rows = [(row.key, row.source, row.note) for edition in EDITIONS for row in noise_groups(edition).values()]
    rows += [(row.name, row.source, row.note) for row in recovery_clocks().values()]
    for name, source, note in rows:
        assert len(source) > 40, name
        assert note, name


def test_codes_of_groups_are_not_portable_and_asking_for_the_wrong_one_says_so() -> None:
    """Published: the HF of 2018 hears like the VHF of 2024, 28 dB from the HF of 2024."""
    assert noise_group("HF", "2018").tts_db == 153.0
    assert noise_group("HF", "2024").tts_db == 181.0
    assert noise_group("HF", "2018").group_2024 == "VHF"
    with pytest.raises(
        UnknownNameError, match="hearing group 'MF': not a group of the edition of 2024; the MF of 2018"
    ):
        noise_group("MF")
    with pytest.raises(UnknownNameError, match="the VHF of 2024 is the HF of 2018"):
        noise_group("VHF", "2018")
    with pytest.raises(UnknownNameError, match="allowed: HF, LF, OW, PW, VHF"):
        noise_group("turtle")


def test_a_clock_tells_its_range_and_whether_it_has_an_end() -> None:
    assert recovery_clocks()["meiofauna"].told == "1 to 3 years"
    assert recovery_clocks()["microbial_function"].told == "50 to 100 years or more"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2024 LF,2024,LF", "2024 LF,2024,HF", "edition 2024, group 'HF' found; the key is both"),
        (",0.99,5,", ",0,5,", "a 0 found; above zero"),
        (",0.168,26.6,", ",26.6,0.168,", "f1_khz 26.6, f2_khz 0.168"),
        (",177,197,", ",197,177,", "tts_db 197, injury_db 177"),
        ("2024 LF,2024,", "2024 LF,2042,", "edition '2042' found"),
    ],
)
def test_a_broken_group_names_file_line_key_and_rule(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "noise_groups.csv"
    text = noise_group_rows.FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FailedError, match=re.escape(message)) as caught:
        read_noise_groups(path)
    assert str(caught.value).startswith("noise_groups.csv:2: key ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",1,3,no,", ",3,1,no,", "low_y 3, high_y 1"),
        (",1,3,no,", ",0,3,no,", "low_y 0 found; recovery takes time"),
        (",1,3,no,", ",1,3,perhaps,", "open_ended 'perhaps' found"),
        (",no,deposit,", ",no,deposits,", "did you mean 'deposit'?"),
    ],
)
def test_a_broken_clock_names_file_line_name_and_rule(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "fauna.csv"
    text = fauna_rows.FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FailedError, match=re.escape(message)):
        read_recovery_clocks(path)
