"""Hearing groups of marine mammals: weighting and thresholds, one row of ``noise_groups.csv`` per edition and group.

Group codes are not portable: the HF of 2018 is the VHF of 2024. Ask for a group by edition and code.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ops_data.errors import UnknownNameError, did_you_mean
from ops_data.reference.rows import CsvRow, collect

FILE: Final = Path(__file__).with_name("noise_groups.csv")
EDITIONS: Final = ("2024", "2018")
CURRENT: Final = "2024"
GROUPS_2024: Final = ("LF", "HF", "VHF", "PW", "OW")


@dataclass(frozen=True, slots=True)
class NoiseGroup:
    """One hearing group: exponents, corners [kHz] and gain [dB] of its weighting, thresholds for non-impulsive sound.

    ``k_db`` is the constant of its exposure function; ``tts_db`` and ``injury_db`` are weighted sound exposure levels
    of 24 hours [dB re 1 uPa2 s] at which temporary and permanent loss of hearing begin. ``group_2024`` is the code
    that the edition of 2024 gives the group.
    """

    key: str
    edition: str
    group: str
    title: str
    group_2024: str
    a: float
    b: float
    f1_khz: float
    f2_khz: float
    gain_db: float
    k_db: float
    tts_db: float
    injury_db: float
    source: str
    confidence: str
    note: str


def read_noise_groups(path: Path) -> dict[str, NoiseGroup]:
    """Return the rows of a file of hearing groups by key, ``<edition> <group>``.

    Raises
    ------
    FailedError
        The header, a word or a number breaks a rule; one line with file, line, key, rule and remedy.
    """
    return collect(path, NoiseGroup, _group)


def _group(row: CsvRow) -> NoiseGroup:
    edition, group = row.word("edition", EDITIONS), row.cells["group"]
    if row.cells["key"] != f"{edition} {group}":
        raise row.fail(
            f"edition {edition}, group '{group}'", "the key is both, with a blank between", "align the cells"
        )
    for column in ("a", "b", "f1_khz"):
        if row.number(column) <= 0.0:
            raise row.fail(f"{column} {row.cells[column]}", "above zero", "correct the cell")
    row.ordered(["f1_khz", "f2_khz"])
    row.ordered(["tts_db", "injury_db"])
    return NoiseGroup(
        row.cells["key"], edition, group, row.cells["title"], row.word("group_2024", GROUPS_2024),
        row.number("a"), row.number("b"), row.number("f1_khz"), row.number("f2_khz"), row.number("gain_db"),
        row.number("k_db"), row.number("tts_db"), row.number("injury_db"),
        row.source(), row.cells["confidence"], row.cells["note"],
    )  # fmt: skip


@cache
def noise_groups(edition: str = CURRENT) -> dict[str, NoiseGroup]:
    """Return the packaged groups of an edition by their code there; treat the dictionary as read-only."""
    return {row.group: row for row in read_noise_groups(FILE).values() if row.edition == edition}


def noise_group(group: str, edition: str = CURRENT) -> NoiseGroup:
    """Return a hearing group.

    Raises
    ------
    UnknownNameError
        The edition has no such group; where another edition has one, the message says how it is called here.

    Examples
    --------
    >>> noise_group("VHF").tts_db, noise_group("HF", "2018").group_2024
    (161.0, 'VHF')
    """
    found = noise_groups(edition)
    if group in found:
        return found[group]
    others = [row for row in read_noise_groups(FILE).values() if row.group == group and row.edition != edition]
    renamed = [row.group for other in others for row in found.values() if row.group_2024 == other.group_2024]
    if renamed:
        remedy = f"the {group} of {others[0].edition} is the {renamed[0]} of {edition}"
    else:
        remedy = did_you_mean(group, found)
    raise UnknownNameError(f"hearing group '{group}': not a group of the edition of {edition}; {remedy}")
