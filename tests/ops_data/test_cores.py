"""A person's own cores: what is read, and one line of help for each thing that can be wrong (derived by hand)."""

from pathlib import Path

import pytest

from ops_data.cores import Core, east_north_km, read_cores
from ops_data.errors import CoreError

PLANE = "core_id,x_km,y_km,top_m,bottom_m,rey_ppm\n"
GLOBE = "core_id,latitude_deg,longitude_deg,top_m,bottom_m,rey_ppm\n"
GOOD = "A,0,0,0,0.5,480\nA,0,0,0.5,1.0,700\nB,3.5,-2,0,1,900\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> tuple[Core, ...]:
    path = folder / "cores.csv"
    path.write_text(text, encoding=encoding)
    return read_cores(path, 23.2, 154.9, 25.0, 10.0)


def test_cores_come_with_their_samples_from_the_top_down(tmp_path: Path) -> None:
    first, second = read(tmp_path, PLANE + "A,0,0,0.5,1.0,700\nB,3.5,-2,0,1,900\nA,0,0,0,0.5,480\n")
    assert (first.name, first.top_m.tolist(), first.bottom_m.tolist()) == ("A", [0.0, 0.5], [0.5, 1.0])
    assert first.rey_ppm.tolist() == [480.0, 700.0]
    assert (second.name, second.x_km, second.y_km, second.dry_density_t_m3) == ("B", 3.5, -2.0, None)


def test_columns_may_be_in_any_order_and_case_with_more_beside_them(tmp_path: Path) -> None:
    text = "REY_ppm,note,bottom_m,top_m,Y_km,x_km,Core_ID\n480,pale,0.5,0,0,0,A\n"
    assert read(tmp_path, text)[0].rey_ppm.tolist() == [480.0]
    assert read(tmp_path, "\ufeff" + PLANE + GOOD)[1].name == "B"


def test_places_on_the_globe_become_kilometres_from_the_site(tmp_path: Path) -> None:
    """Derived: 0.1 degree of latitude is 11.12 km, of longitude at 23.2 N 10.22 km; 180 degrees is no edge."""
    found = read(tmp_path, GLOBE + "A,23.3,154.9,0,1,500\nB,23.2,155.0,0,1,500\n")
    assert (found[0].x_km, found[0].y_km) == pytest.approx((0.0, 11.12), abs=0.01)
    assert (found[1].x_km, found[1].y_km) == pytest.approx((10.22, 0.0), abs=0.01)
    assert east_north_km(0.0, -179.9, 0.0, 179.9) == pytest.approx((22.24, 0.0), abs=0.01)


def test_density_is_the_mean_by_length_of_the_samples_that_have_it(tmp_path: Path) -> None:
    """Derived by hand: (0.5 x 0.50 + 1.5 x 0.58) / 2."""
    text = PLANE.strip() + ",dry_density_t_m3\nA,0,0,0,0.5,480,0.50\nA,0,0,0.5,2,700,0.58\nA,0,0,2,3,700,\n"
    assert read(tmp_path, text)[0].dry_density_t_m3 == pytest.approx(0.56)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("core_id,x_km,y_km,top_m,bottom_m\nA,0,0,0,1\n", r"line 1: column 'rey_ppm' is missing; .* allowed: "),
        ("core_id,x_km,top_m,bottom_m,rey_ppm\nA,0,0,1,5\n", r"line 1: column 'y_km' is missing; .*mean 'x_km'"),
        (GLOBE.replace("longitude_deg", "lon"), r"line 1: column 'longitude_deg' is missing"),
        ("core_id,top_m,bottom_m,rey_ppm\n", r"column 'x_km' is missing; .*latitude_deg and longitude_deg"),
        (PLANE.replace(",", ";"), r"line 1: columns are parted by ';'; the separator must be a comma"),
        (PLANE.replace(",", "\t"), r"line 1: columns are parted by a tab"),
        (PLANE.strip() + ",top_m\n", r"line 1: column 'top_m' stands twice"),
        (PLANE, r"no samples found; at least one row"),
        ("", r"line 1: nothing found, the file is empty or begins with an empty line; .*core_id, .*; add it$"),
        ("\n" + PLANE + GOOD, r"line 1: nothing found"),
        (PLANE + "A,0,0,0,50,500\n", r"line 2: core 'A': column 'bottom_m': 50 found; .* 10 m \(.*mud_thickness_m\)"),
        (PLANE + "A,0,0,0,9,500\nA,0,0,9,10.1,500\n", r"line 3: .* 10.1 found; .*; remove the sample, or state a"),
        (PLANE + "A,0,0,0,0.5,high\n", r"line 2: column 'rey_ppm': 'high' found; a number is needed"),
        (PLANE + "A,0,0,0,0.5,nan\n", r"line 2: column 'rey_ppm': 'nan' found; a number is needed"),
        (PLANE + "A,0,0,0,0.5\n", r"line 2: column 'rey_ppm': '' found; a number is needed"),
        (PLANE + "A,0,0,0,0,5,480\n", r"line 2: column 'rey_ppm': 7 cells found; .*decimal mark is a point"),
        (PLANE + ",0,0,0,0.5,480\n", r"line 2: column 'core_id': nothing found"),
        (PLANE + "A,0,0,0,0.5,0.2\n", r"rey_ppm': 0.2 found; 1 to 30000 is possible; .*not per cent"),
        (PLANE + "A,0,0,-1,0.5,480\n", r"top_m': -1 found; 0 to 1000"),
        (PLANE + "A,0,0,1.0,0.5,480\n", r"line 2: column 'bottom_m': 0.5 found; it lies below top_m 1; exchange"),
        (PLANE + "A,0,0,0.5,0.5,480\n", r"column 'bottom_m': 0.5 found"),
        (PLANE + GOOD + "A,0,0,0.8,1.5,900\n", r"line 5: core 'A': 0.5-1 m and 0.8-1.5 m overlap \(lines 3 and 5\)"),
        (PLANE + GOOD + "A,0,0,0,0.5,480\n", r"core 'A': 0-0.5 m and 0-0.5 m overlap \(lines 2 and 5\)"),
        (PLANE + GOOD + "C,3.5,-2,0,1,800\n", r"line 5: core 'C' stands at the place of core 'B'; .*merge"),
        (PLANE + GOOD + "A,1,0,2,3,800\n", r"line 5: core 'A': 1 km east, 0 km north of the site found, in line 2 0"),
        (PLANE + "A,26,0,0,1,800\n", r"line 2: core 'A': 26 km east, 0 km north .*reaches 25 km each way; .*area_km2"),
        (GLOBE + "A,123.2,154.9,0,1,800\n", r"latitude_deg': 123.2 found; -90 to 90 is possible"),
        (GLOBE + "A,23.2,140,0,1,800\n", r"core 'A': -1523 km east, 0 km north .*enlarge resource.area_km2"),
        (PLANE.strip() + ",dry_density_t_m3\nA,0,0,0,1,800,550\n", r"dry_density_t_m3': 550 found; 0.05 to 2"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_line_value_rule_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CoreError, match=said) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'cores.csv'}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there_or_no_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(CoreError, match=r"none\.csv: no such file; resource\.cores is the path of a CSV file"):
        read_cores(tmp_path / "none.csv", 23.2, 154.9, 25.0, 10.0)
    path = tmp_path / "cores.csv"
    path.write_bytes(b"core_id,x_km,y_km,top_m,bottom_m,rey_ppm\nA\xff,0,0,0,1,500\n")
    with pytest.raises(CoreError, match="cannot be read as CSV"):
        read_cores(path, 23.2, 154.9, 25.0, 10.0)


def test_samples_end_within_the_mud(tmp_path: Path) -> None:
    """Derived: at its lower end is within."""
    assert read(tmp_path, PLANE + "A,0,0,8,10,800\n")[0].bottom_m.tolist() == [10.0]


def test_the_example_of_the_page_can_be_read(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "resource.md").read_text(encoding="utf-8")
    found = read(tmp_path, page.partition("```csv\n")[2].partition("```")[0])
    assert [(core.name, len(core.top_m)) for core in found] == [("MC-01", 6), ("MC-02", 4)]
