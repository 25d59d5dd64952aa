"""The register of sensors (truth: its own declaration, and what a wrong cell must be told as)."""

from pathlib import Path

import numpy as np
import pytest

from ops_data.errors import FailedError, UnknownNameError
from ops_data.ingest.kept import QUALITIES
from ops_data.reference.japanese import terms
from ops_data.reference.sensor_rows import FILE, read_sensors, sensor, sensors

HEAD, FIRST, *_ = FILE.read_text(encoding="utf-8").splitlines()


def test_every_sensor_has_a_rhythm_a_range_and_a_source() -> None:
    for tag, one in sensors().items():
        assert one.tag == tag and one.title and one.unit
        assert one.low < one.high
        assert 0 < one.interval_s <= one.gap_after_s
        assert one.source


def test_tags_say_which_asset_carries_them() -> None:
    assert all(one.tag.split(".")[0] == one.asset for one in sensors().values())
    assert sensor("chikyu.lift.flow").unit == "m3/h"


def test_an_unknown_tag_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"sensor 'chikyu.lift.flo': not in the register; .*chikyu.lift.flow"):
        sensor("chikyu.lift.flo")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",0,20,", ",20,0,", "low 20, high 0 found; low ≤ high"),
        (",1800,21600,7200,", ",0,21600,7200,", "interval_s 0 found"),
        (",1800,21600,7200,", ",1800,600,7200,", "stuck_after_s 600 found"),
        (",1800,21600,7200,", ",1800,21600,60,", "interval_s 1800, gap_after_s 60 found"),
        (",0.1,0.05,", ",0,0,", "error_sd 0, relative_error 0 found; neither below 0"),
        (",0.1,0.05,", ",-0.1,0.05,", "error_sd -0.1, relative_error 0.05 found"),
        (",1800,21600,7200,", ",1800,0.5,7200,", "stuck_after_s '0.5' found; whole seconds"),
    ],
)
def test_a_wrong_cell_is_told_with_file_line_and_rule(old: str, new: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sensors.csv"
    path.write_text(f"{HEAD}\n{FIRST.replace(old, new, 1)}\n", encoding="utf-8")
    with pytest.raises(FailedError, match=r"^sensors.csv:2: key 'site.sea.hs': ") as error:
        read_sensors(path)
    assert said in str(error.value)


def test_the_error_of_a_reading_grows_with_its_value() -> None:
    """Derived: sqrt(0.1² + (0.05 · 4)²) = 0.2236 m at 4 m, 0.1 m in a flat calm."""
    assert sensor("site.sea.hs").error(np.array([0.0, 4.0])) == pytest.approx([0.1, 0.05**0.5])


def test_every_sensor_and_every_quality_word_is_named_in_both_languages() -> None:
    assert set(terms("sensor")) == set(sensors())
    assert all(term.title["en"] == sensors()[tag].title for tag, term in terms("sensor").items())
    assert set(terms("reading_quality")) == {"good", *QUALITIES}
