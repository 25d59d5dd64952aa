"""What a study is, and what is kept of its members (truth: derived; the rows that were played)."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ops_data.columns import Coded, ColumnData
from ops_data.manifest import Manifest
from ops_data.schemas import TABLES
from ops_data.store import open_store
from twin.__main__ import main
from twin.commands.environment_job import members_job
from twin.environment.zone_check import PlacedZone
from twin.environment_choices import with_choices
from twin.environment_rows import (
    CONCENTRATION_STEP_KG_M3,
    THICKNESS_STEP_M,
    MemberRows,
    in_every_layer,
    member_maps,
    member_rows,
)
from twin.environment_study import MembersJob, identity
from twin.scenario import Scenario, load_scenario

VOYAGE, MEMBERS = "connection-test-2026", 3
SMALL = ["environment.grid_km=4", "environment.cell_m=200", "plume.follow_d=2"]
PLAN = load_scenario(VOYAGE, SMALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the manifest of a run of three replicates."""
    return open_store(str(sealed(tmp_path_factory))).open("latest").manifest


def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seal a run of three replicates in a store of its own."""
    place = tmp_path_factory.mktemp("store")
    assert main(["run", VOYAGE, "--replicates", str(MEMBERS), "--workers", "1", "--store", str(place)]) == 0
    return place


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> MembersJob:
    """Return what the members of the run are played from, with a zone that covers the maps' north."""
    cells = np.zeros((20, 20), dtype=np.bool_)
    cells[10:] = True
    zone = PlacedZone("north", "IRZ", (), cells)
    one = open_store(str(sealed(tmp_path_factory))).open("latest")
    return members_job(one, PLAN, range(MEMBERS), (zone,))[0]


def words(values: ColumnData) -> list[Any]:
    """Return a column as plain values."""
    return values.words() if isinstance(values, Coded) else list(np.asarray(values).tolist())


def same(one: MemberRows, other: MemberRows) -> bool:
    """Tell whether two members have the same maps and rows, to the last bit."""
    maps = {name: (values.dtype.str, values.tobytes()) for name, values in one.maps.items()}
    found = {name: (values.dtype.str, values.tobytes()) for name, values in other.maps.items()}
    tables = [
        {name: {column: words(values) for column, values in table.items()} for name, table in each.tables.items()}
        for each in (one, other)
    ]
    return maps == found and tables[0] == tables[1] and one.replicate == other.replicate


def test_a_member_depends_on_its_number_only(job: MembersJob) -> None:
    whole = job.play(0, MEMBERS - 1)
    assert [one.replicate for one in whole] == [0, 1, 2]
    (last,) = job.part(range(2, 3)).play(2, 2)
    assert same(last, whole[2])
    assert not same(whole[0], whole[1])


def test_a_part_of_the_job_carries_only_its_own_rows_to_a_worker(job: MembersJob) -> None:
    part = pickle.loads(pickle.dumps(job.part(range(1, 2))))
    assert list(part.rows) == [1]
    assert same(part.play(1, 1)[0], job.play(1, 1)[0])


def test_maps_are_kept_in_whole_steps_and_times_in_whole_seconds(job: MembersJob) -> None:
    """Rounding to 0.001 mg/L and 0.00001 mm moves no value by more than half a step, but for single precision."""
    for number in range(MEMBERS):
        one = job.member(number)
        kept = member_maps(one)
        for name, step, exact in (
            ("max_concentration", CONCENTRATION_STEP_KG_M3, one.bed.max_kg_m3),
            ("mean_concentration", CONCENTRATION_STEP_KG_M3, one.bed.mean_kg_m3),
            ("deposit_thickness", THICKNESS_STEP_M, one.deposit_kg_m2 / one.values["plume.deposit_density_kg_m3"]),
        ):
            assert kept[name].dtype == np.float32
            found = kept[name].astype(np.float64)
            assert np.abs(found - exact).max() <= 0.5 * step + 1e-7 * exact.max()
        assert kept["above_time"].dtype == np.int32
        assert kept["above_time"] == pytest.approx(one.bed.above_s, abs=0.5)


def test_rows_have_the_columns_that_are_declared(job: MembersJob) -> None:
    (one,) = job.play(0, 0)
    for name, table in one.tables.items():
        assert list(table) == [column.name for column in TABLES[name].columns], name
        assert len({len(words(values)) for values in table.values()}) == 1, name
        assert set(words(table["replicate"])) <= {0}, name


def test_what_a_member_was_calculated_with_is_told(job: MembersJob) -> None:
    one = job.member(1)
    table = member_rows(PLAN, one, ()).tables["drawn"]
    told = dict(zip(words(table["key"]), words(table["value"]), strict=True))
    assert told["current.mean_m_s"] == one.values["current.mean_m_s"]
    assert told["seabed.loss_share"] == one.values["seabed.loss_share"]
    shares = [told[f"plume.share_{number}"] for number in range(1, 5)]
    assert shares == one.shares.tolist()
    assert not [key for key in told if str(key).startswith("mining.")]


def test_the_current_told_is_the_one_that_carried_the_plumes(job: MembersJob) -> None:
    one = job.member(0)
    assert one.current is not None
    table = job.play(0, 0)[0].tables["currents"]
    assert words(table["east_m_s"]) == one.current.u_m_s.tolist()
    releases = one.passive.releases
    assert one.current.time_s[0] <= releases.start_s.min()
    assert one.current.time_s[-1] >= (releases.start_s + releases.duration_s).max() + 2.0 * 86_400


def test_the_most_that_reached_a_zone_is_the_highest_of_its_cells(job: MembersJob) -> None:
    (one,) = job.play(2, 2)
    contacts = one.tables["contacts"]
    rows = dict(zip(words(contacts["quantity"]), words(contacts["highest"]), strict=True))
    assert rows["deposit"] == pytest.approx(one.maps["deposit_thickness"][10:].max() * 1e3)
    assert rows["concentration"] == pytest.approx(one.maps["max_concentration"][10:].max() * 1e3)
    assert set(words(contacts["zone"])) == {"north"}


def test_a_member_that_returns_no_water_counts_as_zero_and_not_as_never() -> None:
    """By hand: member 1 returned water, members 0 and 2 did not; what lies at the bed is left alone."""
    table = pd.DataFrame(
        [
            (0, "plume_area_km2", "0.1 mg/L", "", 3.0),
            (1, "plume_area_km2", "0.1 mg/L", "", 4.0),
            (1, "plume_area_km2", "return water 0.1 mg/L", "", 5.0),
            (1, "plume_highest_mg_l", "return water", "", 6.0),
        ],
        columns=["replicate", "name", "item", "period", "value"],
    )
    found = in_every_layer(table, [0, 1, 2])
    assert list(found.columns) == list(table.columns)
    assert found["replicate"].is_monotonic_increasing
    told = found.set_index(["replicate", "name", "item"])["value"].to_dict()
    assert told[1, "plume_area_km2", "return water 0.1 mg/L"] == 5.0
    for replicate in (0, 2):
        assert told[replicate, "plume_area_km2", "return water 0.1 mg/L"] == 0.0
        assert told[replicate, "plume_highest_mg_l", "return water"] == 0.0
    assert (2, "plume_area_km2", "0.1 mg/L") not in told
    assert len(found) == 8


def chosen(*sets: str) -> Scenario:
    """Return the plan with other environmental settings."""
    return with_choices(PLAN.model_dump(mode="json"), "a-run", sets)


def test_a_study_is_its_run_its_settings_its_members_and_the_content_of_its_files(
    run: Manifest, tmp_path: Path
) -> None:
    path = tmp_path / "zones.geojson"
    path.write_text("one")
    with_zones = chosen(f'environment.zones="{path}"')
    ids = [
        identity(run, PLAN, 3).artefact_id,
        identity(run, PLAN, 2).artefact_id,
        identity(run, chosen("environment.bed_layer_m=6"), 3).artefact_id,
        identity(run, with_zones, 3).artefact_id,
    ]
    path.write_text("two")
    ids.append(identity(run, with_zones, 3).artefact_id)
    assert len(set(ids)) == 5
    assert identity(run, PLAN, 3).artefact_id == ids[0]
    assert all(one.startswith(f"{run.run_id}-environment-") for one in ids)
    assert identity(run, PLAN, 3).run_sha256 == run.sha256
