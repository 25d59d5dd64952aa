"""Maps of single members while a study is being made (truth: derived; what was written is read back)."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from ops_data.errors import StoreError
from ops_data.grid_parts import MapWriter

MAPS = {
    "above_time": np.arange(24, dtype=np.int32).reshape(2, 3, 4),
    "max_concentration": np.linspace(0.0, 1.0, 12, dtype=np.float32).reshape(3, 4),
}


def test_maps_are_read_back_bit_by_bit(tmp_path: Path) -> None:
    writer = MapWriter(tmp_path / "maps")
    writer.write(7, MAPS)
    for name, values in MAPS.items():
        found = writer.read(7, name)
        assert found is not None
        assert (found.dtype, found.tolist()) == (values.dtype, values.tolist())
    assert writer.shapes(7) == {"above_time": ((2, 3, 4), "<i4"), "max_concentration": ((3, 4), "<f4")}


def test_a_map_a_member_has_not_is_none_and_a_member_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    writer = MapWriter(tmp_path)
    writer.write(0, {})
    assert writer.read(0, "max_concentration") is None
    assert writer.shapes(0) == {}
    with pytest.raises(StoreError, match="cannot read the maps of a member: a file or folder has gone"):
        writer.read(1, "max_concentration")


def test_a_member_written_again_replaces_the_first_and_touches_no_other(tmp_path: Path) -> None:
    writer = MapWriter(tmp_path)
    writer.write(1, MAPS)
    writer.write(2, MAPS)
    writer.write(1, {"deposit_thickness": np.ones((1, 1))})
    assert list(writer.shapes(1)) == ["deposit_thickness"]
    assert sorted(writer.shapes(2)) == sorted(MAPS)


def test_a_writer_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(MapWriter(tmp_path))).write(3, MAPS)
    assert MapWriter(tmp_path).read(3, "above_time") is not None


def test_a_disk_that_refuses_is_told_in_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StoreError, match="cannot write the maps of a member: a file stands where a folder is needed"):
        MapWriter(blocked).write(0, MAPS)
