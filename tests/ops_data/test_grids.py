"""Maps on disk follow CF and ACDD, and the same maps are always the same bytes.

Truth: the IOOS compliance checker (its own rules, read without a network); derived otherwise.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ops_data.errors import StoreError
from ops_data.grids import About, Axis, GridVariable, Site, read_grid, write_grid
from tests.ops_data.export.made_up_package import ABOUT, LEVEL, LEVELS, MEMBER, MEMBERS, SITE, SPM, X_M, Y_M, plume
from tests.ops_data.export.validators import Findings, cf_errors, compliance, missing_attributes

SHAPE = (len(Y_M), len(X_M))
PEAKS = np.stack([plume(member) for member in range(MEMBERS)])


def variables(peaks: Any = PEAKS) -> list[GridVariable]:
    """Return one variable with a name in the CF table and one without."""
    hours: NDArray[np.float64] = np.zeros((MEMBERS, len(LEVELS), *SHAPE))
    return [
        GridVariable("max_concentration", ("member", "y", "x"), peaks, "kg m-3", "highest concentration", SPM),
        GridVariable("above_time", ("member", "concentration_level", "y", "x"), hours, "s", "time above the level"),
    ]


def write(path: Path, given: list[GridVariable], about: About = ABOUT) -> str:
    """Write variables on the made-up grid."""
    return write_grid(path, about, SITE, X_M, Y_M, [MEMBER, LEVEL], given)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """Return what the compliance checker finds wrong, by set of rules."""
    path = tmp_path_factory.mktemp("grids") / "members.nc"
    write(path, variables())
    return compliance(path)


def test_the_checker_finds_nothing_against_cf_1_11(findings: Findings) -> None:
    assert cf_errors(findings) == []


def test_the_checker_misses_no_attribute_that_acdd_1_3_requires_or_recommends(findings: Findings) -> None:
    """A variable that the CF table has no name for has no standard_name; nothing else is missing."""
    alone = ('variable "above_time" missing the following attributes:', "standard_name")
    assert missing_attributes(findings) == {alone}


def test_what_is_written_is_read_back_with_places_and_levels(tmp_path: Path) -> None:
    write(tmp_path / "members.nc", variables())
    found = read_grid(tmp_path / "members.nc")
    np.testing.assert_array_equal(found["max_concentration"].to_numpy(), PEAKS)
    np.testing.assert_array_equal(found["x"].to_numpy(), X_M)
    np.testing.assert_array_equal(found["concentration_level"].to_numpy(), LEVELS)
    assert found.attrs["Conventions"] == "CF-1.11, ACDD-1.3"
    assert found.attrs["date_created"] == ABOUT.created
    assert found["above_time"].attrs["units"] == "s"


def test_the_middle_lies_at_the_site_and_a_kilometre_north_is_0_00903_degrees_north() -> None:
    """Derived: WGS 84, meridian radius a (1 - e²) / (1 - e² sin² φ)^1.5 = 6,346.2 km at 24.3° north."""
    longitude, latitude = SITE.lonlat(np.array([0.0, 0.0]), np.array([0.0, 1000.0]))
    np.testing.assert_allclose(longitude, SITE.longitude_deg, atol=1e-9)
    np.testing.assert_allclose(latitude - SITE.latitude_deg, [0.0, np.degrees(1.0 / 6346.2)], atol=1e-7)
    np.testing.assert_allclose(SITE.metres(longitude, latitude), [[0.0, 0.0], [0.0, 1000.0]], atol=1e-6)


def test_two_writings_have_the_same_bytes_in_one_piece_or_member_by_member(tmp_path: Path) -> None:
    first = write(tmp_path / "a.nc", variables())
    second = write(tmp_path / "b.nc", variables([PEAKS[member] for member in range(MEMBERS)]))
    assert first == second == hashlib.sha256((tmp_path / "b.nc").read_bytes()).hexdigest()
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


def test_the_type_of_numbers_is_kept_and_not_a_number_stays_missing(tmp_path: Path) -> None:
    gap = PEAKS.astype(np.float32)
    gap[0, 0, 0] = np.nan
    write(tmp_path / "members.nc", variables(gap))
    found = read_grid(tmp_path / "members.nc")["max_concentration"]
    assert found.dtype == np.float32
    assert int(np.isnan(found.to_numpy()).sum()) == 1


def test_a_series_and_a_single_number_may_stand_beside_maps(tmp_path: Path) -> None:
    given = [
        GridVariable("released", ("member",), np.arange(3.0), "kg", "dry mass released"),
        GridVariable("cell_area", (), np.array(2500.0), "m2", "area of a cell"),
    ]
    write(tmp_path / "series.nc", given)
    found = read_grid(tmp_path / "series.nc")
    assert found["released"].to_numpy().tolist() == [0.0, 1.0, 2.0]
    assert float(found["cell_area"]) == 2500.0


def test_values_that_do_not_fit_their_dimensions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    with pytest.raises(StoreError) as caught:
        write(path, variables(PEAKS[:2]))
    assert str(caught.value) == (
        f"{path}: variable 'max_concentration' has shape (2, 7, 9), its dimensions say (3, 7, 9)"
    )
    with pytest.raises(StoreError) as caught:
        write_grid(path, ABOUT, SITE, X_M, Y_M, [MEMBER], variables())
    assert str(caught.value) == (
        f"{path}: variable 'above_time' has dimension 'concentration_level'; give an axis of that name"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_and_a_file_that_is_none_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none/a\.nc: cannot write the grid: a file or folder has gone"):
        write(tmp_path / "none" / "a.nc", variables())
    (tmp_path / "b.nc").write_text("not a grid")
    with pytest.raises(StoreError, match=r"b\.nc: (the grid cannot be read|cannot read the grid): "):
        read_grid(tmp_path / "b.nc")


def test_an_empty_ensemble_is_an_empty_file_and_no_error(tmp_path: Path) -> None:
    axis = Axis("member", np.empty(0, dtype=np.int32), "1", "member of the ensemble", "realization")
    given = [GridVariable("deposit_mass", ("member", "y", "x"), np.empty((0, *SHAPE)), "kg m-2", "dry mass")]
    write_grid(tmp_path / "a.nc", ABOUT, Site(24.3, 153.98, 5600.0), X_M, Y_M, [axis], given)
    assert read_grid(tmp_path / "a.nc")["deposit_mass"].shape == (0, *SHAPE)
