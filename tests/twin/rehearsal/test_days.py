"""Files of the days of a rehearsal, taken in and read back (truth: the rows and series they were made of)."""

from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ops_data.errors import UsageError
from ops_data.ingest.buffer import closing, open_buffer
from ops_data.ingest.drop_folder import DropFolder
from ops_data.ingest.ingesting import FileReport, Setting, ingest_file
from ops_data.ingest.log_book import entries, intervals
from ops_data.ingest.log_ingest import LogReport, ingest_log, is_shift_log
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.sealing import all_readings
from ops_data.reference.sensor_rows import sensors
from twin.campaign_log import CampaignLog
from twin.logged import campaign_log
from twin.operations import codes as c
from twin.rehearsal.days import Habit, begin_of, days_of, told_of
from twin.rehearsal.playing import EVERY_D, IMPERFECTIONS, comes, write_day
from twin.rehearsal.truth import Truth, known
from twin.scenario import load_scenario

SOURCE = Mapping_(source="rehearsal")
DAY_S, DELIVERED_S = 86_400, 3_600
Reports = list[FileReport | LogReport]
Row = tuple[object, ...]  # words, hole, begin, end, dry solids [g]


@cache
def truth_of(name: str, *sets: str) -> Truth:
    return Truth.drawn(load_scenario(name, sets), 1)


def play(
    truth: Truth, days: list[date], store: Path, folder: Path, imperfections: Collection[str] = (),
    habit: Habit = "whole",
) -> dict[date, Reports]:  # fmt: skip
    """Write each day's files and take them in an hour after its end."""
    reports: dict[date, Reports] = {}
    with closing(open_buffer(store)) as buffer:
        for day in days:
            received_s = begin_of(day) + DAY_S + DELIVERED_S
            reports[day] = []
            for path in write_day(truth, day, folder, imperfections, habit):
                if is_shift_log(path, SOURCE):
                    reports[day].append(ingest_log(store, path, SOURCE, received_s))
                else:
                    reports[day].append(ingest_file(buffer, path, Setting(SOURCE, sensors(), received_s)))
    return reports


def assert_nothing_refused(reports: dict[date, Reports]) -> None:
    for one in (report for day in reports.values() for report in day):
        assert one.state == "done", one
        if isinstance(one, LogReport):
            assert (one.recorded.refused, one.recorded.findings, one.recorded.overlaps) == (0, (), ())
            assert one.recorded.future == 0
        else:
            assert one.counts.refused == 0 and one.counts.accepted == one.counts.read


def rows_read(store: Path, truth: Truth, until_s: int, as_of_s: int | None = None) -> dict[str, list[Row]]:
    """Return what the log book has of each asset."""
    found: dict[str, list[Row]] = {}
    for row in intervals(store, truth.scenario.start_s, until_s, as_of_s).table.to_pylist():
        lifted = row["activity"] in ("lift", "disconnect")  # of others it was handed over
        dry_g = round(row["dry_t"] * 1e6) if lifted else 0
        words = (row["activity"], row["state"], row["cause"], row["hole"])
        found.setdefault(row["asset"], []).append(
            (*words, row["start_utc"], row["start_utc"] + row["duration_s"], dry_g)
        )
    return found


def rows_known(truth: Truth, until_s: int) -> dict[str, list[Row]]:
    return {
        asset: [
            (
                c.ACTIVITIES[row[c.R_CODE] % c.STATE_UNIT],
                c.STATES[row[c.R_CODE] % c.CAUSE_UNIT // c.STATE_UNIT],
                c.CAUSES[row[c.R_CODE] // c.CAUSE_UNIT],
                *(int(row[field]) for field in (c.R_HOLE, c.R_START, c.R_END, c.R_DRY_G)),
            )
            for row in rows
        ]
        for asset, rows in known(truth, until_s).rows.items()
    }


def assert_readings_are(store: Path, truth: Truth, until_s: int) -> None:
    table = all_readings(store, None, truth.scenario.start_s, until_s)
    tags, times, values, quality = (
        np.array(table.column(name).to_pylist()) for name in ("tag", "time_utc", "value", "quality")
    )
    assert set(np.unique(quality)) <= {"good", "stuck"}
    told = known(truth, until_s).measured
    assert len(tags) == sum(len(one.time_s) for one in told.values())
    for tag, one in told.items():
        assert (times[tags == tag] == one.time_s).all() and (values[tags == tag] == one.value).all(), tag


def parcels(log: CampaignLog) -> list[Row]:
    """Return what was handed over, litres and grams; what goes with filtrate is not weighed, water never is."""
    weighed = {"product": 1, "loss": 0}
    return sorted((*lot[1:7], lot.dry_g * weighed[lot.kind]) for lot in log.lots)


@pytest.mark.parametrize(("name", "habit"), [("storm-season", "whole"), ("calm", "whole"), ("calm", "cut")])
def test_the_loop_reads_from_the_store_what_was_known(name: str, habit: Habit, tmp_path: Path) -> None:
    truth = truth_of(name)
    days = days_of(truth)[:60]
    assert_nothing_refused(play(truth, days, tmp_path / "store", tmp_path, habit=habit))
    until_s = begin_of(days[-1]) + DAY_S
    kept = entries(tmp_path / "store", truth.scenario.start_s, until_s)
    readings = all_readings(tmp_path / "store", None, truth.scenario.start_s, until_s).to_pandas()
    logged, told = campaign_log(truth.scenario, kept, readings, until_s), known(truth, until_s)
    assert logged.log.until_s == until_s and set(logged.log.measured) == set(told.measured)
    assert len(told.lots) > 20
    assert parcels(logged.log) == parcels(told)
    if habit == "whole":
        for asset, rows in told.rows.items():
            fields = [c.R_CODE, c.R_START, c.R_END, c.R_HOLE]
            assert (logged.log.rows[asset][:, fields] == rows[:, fields]).all()
            own = np.isin(rows[:, c.R_CODE] % c.STATE_UNIT, [c.ACTIVITY["lift"], c.ACTIVITY["disconnect"]])
            assert (logged.log.rows[asset][own, c.R_DRY_G] == rows[own, c.R_DRY_G]).all()


@pytest.mark.parametrize(("name", "first", "last"), [("connection-test-2026", 0, 36), ("pilot-2027", 18, 38)])
def test_the_files_of_the_days_come_back_as_the_truth(name: str, first: int, last: int, tmp_path: Path) -> None:
    truth = truth_of(name)
    days = days_of(truth)[:last]
    reports = play(truth, days, tmp_path / "store", tmp_path)
    assert_nothing_refused(reports)
    for number in {first, (first + last) // 2, last - 1}:
        until_s = begin_of(days[number]) + DAY_S
        assert rows_read(tmp_path / "store", truth, until_s, until_s + DELIVERED_S) == rows_known(truth, until_s)
    assert_readings_are(tmp_path / "store", truth, begin_of(days[-1]) + DAY_S)


def test_every_parcel_is_named_by_an_entry_of_its_giver(tmp_path: Path) -> None:
    truth = truth_of("calm")
    days = days_of(truth)[:45]
    assert_nothing_refused(play(truth, days, tmp_path / "store", tmp_path))
    until_s = begin_of(days[-1]) + DAY_S
    kept = entries(tmp_path / "store", truth.scenario.start_s, until_s)
    by_end = {(one.entry.asset, one.entry.end_utc): one.entry for one in kept}
    lots = known(truth, until_s).lots
    assert {lot.stage for lot in lots} >= {"transfer", "island", "cake", "filtrate"}
    for lot in lots:
        entry = by_end[lot.from_asset, lot.time_s]
        if lot.kind == "product":
            assert entry.dry_t == pytest.approx(lot.dry_g / 1e6, abs=1e-9)
        if lot.volume_l:
            assert entry.slurry_m3 == pytest.approx(lot.volume_l / 1e3, abs=1e-9)
    ends = {(lot.from_asset, lot.time_s) for lot in lots}
    for entry in by_end.values():
        if entry.activity not in ("lift", "disconnect") and (entry.asset, entry.end_utc) not in ends:
            assert entry.dry_t is None and entry.slurry_m3 is None


def test_a_log_that_is_cut_at_midnight_tiles_the_time_and_names_each_mass_once(tmp_path: Path) -> None:
    truth = truth_of("calm")
    days = days_of(truth)[:30]
    assert_nothing_refused(play(truth, days, tmp_path / "store", tmp_path, habit="cut"))
    until_s = begin_of(days[-1]) + DAY_S
    found, true = rows_read(tmp_path / "store", truth, until_s), rows_known(truth, until_s)
    midnights = {begin_of(day) for day in days}
    for asset, rows in true.items():
        edges = {row[4] for row in rows} | {row[5] for row in rows}
        cut = {row[4] for row in found[asset]} - edges
        assert cut <= midnights
        assert len(found[asset]) == len(rows) + len(cut)
        assert sum(int(str(row[6])) for row in found[asset]) == sum(int(str(row[6])) for row in rows)
    remarks = {one.entry.remark for one in entries(tmp_path / "store", 0, until_s)}
    assert remarks == {"", "continued"}


@pytest.fixture(scope="module")
def imperfect(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, Path, dict[date, Reports]]:
    """Return a rehearsal of a month in which everything goes wrong that can, its store and what was said."""
    truth, folder = truth_of("calm"), tmp_path_factory.mktemp("imperfect")
    return truth, folder / "store", play(truth, days_of(truth)[:40], folder / "store", folder, IMPERFECTIONS)


def affected(reports: dict[date, Reports], name: str, after_d: int = 0) -> list[Reports]:
    """Return what was said on the days on which an imperfection shows."""
    said = list(reports.values())
    return [said[n + after_d] for n in range(len(said) - after_d) if comes(name, n)]


def test_of_each_imperfection_the_loop_says_what_it_should(
    imperfect: tuple[Truth, Path, dict[date, Reports]],
) -> None:
    _, _, reports = imperfect
    assert set(IMPERFECTIONS) == {"duplicate", "late", "spike", "gap", "clock", "correction"}
    for day in affected(reports, "duplicate"):
        assert [one.state for one in day].count("known") == 2
    for day in affected(reports, "late", 3):
        assert any(isinstance(one, FileReport) and one.counts.late for one in day)
    for day in affected(reports, "spike"):
        assert sum(one.counts.flags.get("out_of_range", 0) for one in day if isinstance(one, FileReport)) == 1
    for day in affected(reports, "gap"):
        gaps = [tag.gaps for one in day if isinstance(one, FileReport) for tag in one.tags if tag.tag == "site.sea.hs"]
        assert sum(gaps) >= 1
    logs = [[one for one in day if isinstance(one, LogReport)] for day in affected(reports, "clock", 1)]
    assert any(one.recorded.overlaps for day in logs for one in day)
    corrected = affected(reports, "correction", 1)
    assert any(one.recorded.superseding > 5 for day in corrected for one in day if isinstance(one, LogReport))


def test_after_all_imperfections_the_masses_and_the_series_are_those_of_the_truth(
    imperfect: tuple[Truth, Path, dict[date, Reports]],
) -> None:
    truth, store, reports = imperfect
    until_s = begin_of(list(reports)[-1]) + DAY_S
    found, true = rows_read(store, truth, until_s), rows_known(truth, until_s)
    total_g = [sum(int(str(row[6])) for row in rows["chikyu"]) for rows in (found, true)]
    assert total_g[0] == pytest.approx(total_g[1], rel=0.01)
    assert found["island"] == true["island"]
    table = all_readings(store, ["chikyu.lift.flow"], truth.scenario.start_s, until_s)
    assert table.num_rows == pytest.approx(len(known(truth, until_s).measured["chikyu.lift.flow"].time_s), abs=3 * 288)


def test_imperfections_are_off_by_default_and_come_the_same_way_again(tmp_path: Path) -> None:
    truth = truth_of("calm")
    day = days_of(truth)[EVERY_D * 5 + 2]
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    plain = write_day(truth, day, folders[0])
    assert [path.name.split("_2")[0] for path in plain] == ["shift_log", "sensors", "sea"]
    for folder in folders[1:]:
        write_day(truth, day, folder, ["spike"])
    read = [(folder / f"sea_{day}.csv").read_bytes() for folder in folders]
    assert read[1] == read[2] != read[0]
    assert told_of(truth, day).entries == told_of(Truth.drawn(truth.scenario, 1), day).entries


def test_a_wrong_word_or_day_is_told(tmp_path: Path) -> None:
    truth = truth_of("calm")
    with pytest.raises(UsageError, match=r"imperfection 'spikes': not known; did you mean 'spike'\?"):
        write_day(truth, days_of(truth)[0], tmp_path, ["spikes"])
    with pytest.raises(UsageError, match="day 2020-01-01: the campaign lasts from 2027-01-08 to"):
        write_day(truth, date(2020, 1, 1), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_watched_folder_takes_each_file_and_leaves_none(tmp_path: Path) -> None:
    truth = truth_of("calm")
    folder = tmp_path / "drop"
    folder.mkdir()
    seen: list[str] = []

    def take(path: Path) -> str:
        seen.append(path.name)
        return ""

    drop = DropFolder(folder, take, settle_s=0.0)
    for day in days_of(truth)[:2]:
        write_day(truth, day, folder)
        assert all(one.reason == "" for one in drop.sweep())
    assert len(seen) == 6 and [path.name for path in folder.iterdir()] == ["done"]
