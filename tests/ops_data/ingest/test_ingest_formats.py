"""Files of every format into the buffer (truth: derived by hand; units by their definitions)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops_data.ingest.buffer import Buffer, closing, open_buffer
from ops_data.ingest.drop_folder import DropFolder
from ops_data.ingest.ingesting import FileReport, Setting, ingest_file
from ops_data.ingest.iso19848 import Outgoing, package
from ops_data.ingest.kept import QUALITIES
from ops_data.ingest.mapping import Mapping_, Target, read_mapping
from ops_data.reference.sensor_rows import sensors

NOW_UTC = 1_801_400_000
RIG = """
source = "rig"
format = "wits"
time.zone = "Asia/Tokyo"
[tags]
0108 = "chikyu.string.depth"
0121 = "chikyu.lift.pressure"
0130 = "chikyu.lift.flow"
1115 = "chikyu.hold.volume"
[reader]
units = "{units}"
"""


def ingested(buffer: Buffer, path: Path, mapping: Mapping_) -> FileReport:
    return ingest_file(buffer, path, Setting(mapping, sensors(), NOW_UTC))


def kept(buffer: Buffer) -> dict[tuple[str, int], tuple[float, str]]:
    """Return tag and time → value and quality of all buffered readings."""
    rows = buffer.rows(0, 4_000_000_000)
    columns = (rows.pair.tolist(), rows.time_utc.tolist(), rows.value.tolist(), rows.quality.tolist())
    return {
        (rows.pairs[pair][0], time_utc): (value, QUALITIES[quality])
        for pair, time_utc, value, quality in zip(*columns, strict=True)
    }


@pytest.mark.parametrize(
    ("units", "values"),
    [
        ("metric", {"string.depth": 5600.0, "lift.pressure": 12.0, "lift.flow": 180.0, "hold.volume": 1000.0}),
        # 0.3048 m/ft; 0.0689475729 bar/psi; 3.785411784 L/gal; 0.158987294928 m3/bbl
        (
            "fps",
            {"string.depth": 1706.88, "lift.pressure": 82.737087, "lift.flow": 681.374121, "hold.volume": 158.987295},
        ),
    ],
)
def test_a_wits_stream_is_kept_in_the_units_of_the_register(
    tmp_path: Path, units: str, values: dict[str, float]
) -> None:
    (tmp_path / "rig.toml").write_text(RIG.format(units=units))
    path = tmp_path / "rig.wits"
    packet = "&&\r\n0105270131\r\n0106120000\r\n01085600\r\n01211200\r\n01303000\r\n0199x\r\n!!\r\n"
    path.write_text(f"{packet}&&\r\n1105270131\r\n1106120000\r\n11151000\r\n!!\r\n&&\r\n01085")
    with closing(open_buffer(tmp_path)) as buffer:
        report = ingested(buffer, path, read_mapping(tmp_path / "rig.toml"))
        assert (report.state, report.source, report.counts.accepted, report.counts.refused) == ("cut off", "rig", 4, 1)
        noon_utc = int(datetime(2027, 1, 31, 3, tzinfo=UTC).timestamp())
        found = kept(buffer)
        assert found.keys() == {(f"chikyu.{name}", noon_utc) for name in values}
        for name, value in values.items():
            assert found[f"chikyu.{name}", noon_utc][0] == pytest.approx(value, rel=1e-8)


def test_readings_sent_as_a_package_arrive_the_same_in_another_store(tmp_path: Path) -> None:
    begin = NOW_UTC - 3_600
    outgoing = [
        Outgoing("site.sea.hs", [begin, begin + 1800], [0, 0], [1.5, 2.25], ["good", "uncertain"]),
        Outgoing("chikyu.lift.pressure", [begin], [250_000], [11.1], ["bad"]),
    ]
    path = tmp_path / "ship.json"
    path.write_bytes(package("IMO1234567", NOW_UTC, outgoing, sensors()))
    with closing(open_buffer(tmp_path)) as buffer:
        report = ingested(buffer, path, Mapping_())
        assert (report.state, report.format, report.counts.accepted, report.counts.refused) == (
            "done",
            "iso19848",
            3,
            0,
        )
        assert kept(buffer) == {
            ("site.sea.hs", begin): (1.5, "good"),
            ("site.sea.hs", begin + 1800): (2.25, "uncertain"),
            ("chikyu.lift.pressure", begin): (11.1, "bad"),
        }


def test_a_sea_file_with_knots_is_kept_in_metres_a_second(tmp_path: Path) -> None:
    path = tmp_path / "buoy.csv"
    start = datetime(2027, 1, 30, tzinfo=UTC)
    lines = [f"{(start + timedelta(hours=hour)).isoformat()},2.5,36" for hour in range(3)]
    path.write_text("\n".join(["time_utc,hs_m,wind_kn", *lines, ""]))
    with closing(open_buffer(tmp_path)) as buffer:
        report = ingested(buffer, path, Mapping_(format="sea"))
        assert (report.state, report.counts.accepted) == ("done", 6)
        values = kept(buffer)
        assert values["site.wind.speed", int(start.timestamp())][0] == pytest.approx(18.52)


def test_files_without_a_unit_are_refused_until_it_is_declared(tmp_path: Path) -> None:
    path = tmp_path / "buoy.csv"
    path.write_text("time_utc,swh\n2027-01-30T00:00Z,2.5\n")
    with closing(open_buffer(tmp_path)) as buffer:
        assert ingested(buffer, path, Mapping_(format="sea")).counts.refused == 1
        declared = Mapping_(format="sea", tags={"swh": Target("site.sea.hs", "cm")})
        assert ingested(buffer, path, declared).counts.accepted == 1
        assert list(kept(buffer).values()) == [(0.025, "good")]


def test_a_dropped_file_is_ingested_and_put_away(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    good, bad = tmp_path / "in" / "rig.wits", tmp_path / "in" / "rig.json"
    good.write_text("&&\n0105270131\n0106120000\n01085600\n!!\n")
    bad.write_text("{")
    with closing(open_buffer(tmp_path)) as buffer:
        mapping = Mapping_(time_zone="UTC", tags={"0108": Target("chikyu.string.depth")}, reader={"units": "metric"})

        def ingest(path: Path) -> str:
            return ingested(buffer, path, mapping if path.suffix == ".wits" else Mapping_()).error

        found = list(DropFolder(tmp_path / "in", ingest, settle_s=0.0).sweep())
        assert [(one.name, one.path and one.path.parent.name) for one in found] == [
            ("rig.json", "failed"),
            ("rig.wits", "done"),
        ]
        assert "not JSON" in found[0].reason and len(kept(buffer)) == 1
