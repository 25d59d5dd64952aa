"""Making an environmental study: reads a sealed run and a person's own files, plays the members, seals the artefact."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops_data.errors import FailedError, UsageError
from twin.commands.environment_job import median_member, members_job
from twin.commands.output import note
from twin.commands.progress import begin_stage, progress
from twin.commands.run import asked_to_stop
from twin.commands.summary import replicate_count

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ops_data.artefacts import Artefact
    from ops_data.grid_parts import MapWriter
    from ops_data.grids import About, GridVariable
    from ops_data.manifest import Manifest
    from ops_data.parts import PartWriter
    from ops_data.sealed import Run
    from twin.environment.member import Member
    from twin.environment_rows import MemberRows
    from twin.environment_study import MembersJob
    from twin.scenario import Scenario

OUTCOMES = "outcomes"
TABLES = ("releases", "currents", "closure", "drawn", "contacts", OUTCOMES)
ROWS, MAPS = "rows", "maps"  # working folders of the parts that workers write


class InterruptedStudyError(Exception):
    """A stop was asked for before all members were played."""


@dataclass(frozen=True)
class MemberWriter:
    """What workers write members with: rows as parts, maps as files; it can be pickled."""

    rows: "PartWriter"
    maps: "MapWriter"

    def __call__(self, first: int, last: int, played: "list[MemberRows]", /) -> None:
        """Write some successive members, whole or not at all."""
        from twin.run import joined

        for one in played:
            self.maps.write(one.replicate, one.maps)
        self.rows.write(first, last, {name: joined([one.tables[name] for one in played]) for name in TABLES})


def study_of(
    store: Path, run: "Run", sets: Sequence[str], members: int | None, workers: int, quiet: bool
) -> "Artefact | None":
    """Return the environmental study of a sealed run, made now if there is none yet; None when a stop was asked for.

    Parameters
    ----------
    store : folder of the store.
    run : the sealed run.
    sets : ``key=value`` texts of environmental settings and plume quantities.
    members : how many replicates, from the first on; None: all, up to 200.
    workers, quiet : how it is played.

    Raises
    ------
    FailedError
        The run kept no interval log, or an older version made it.
    UsageError
        More members than the run has replicates.
    """
    from ops_data.artefacts import find, make
    from twin.environment_choices import with_choices
    from twin.environment_study import MOST_MEMBERS, identity

    who = run.manifest.identity
    scenario = with_choices(run.manifest.scenario, run.run_id, sets)
    if "intervals" not in run.manifest.tables:
        raise FailedError(
            f"run '{run.run_id}': it kept no interval log (detail 'daily'), and releases come from intervals; make the "
            'run again with --set campaign.detail="intervals"'
        )
    total = replicate_count(who)
    if members is not None and members > total:
        raise UsageError(f"--members {members}: run '{run.run_id}' has {total} replicates; ask for {total} or fewer")
    count = min(total, MOST_MEMBERS) if members is None else members
    chosen = identity(run.manifest, scenario, count)
    found = find(store, chosen)
    if found is not None:
        note(f"study {found.artefact_id} was sealed before and is used again")
        return found
    with asked_to_stop() as stop:
        making = Making(run, scenario, count, workers, quiet, stop)
        try:
            sealed = make(store, chosen, scenario.model_dump(mode="json"), making.fill)
        except InterruptedStudyError:
            note("interrupted: nothing of the study is kept; repeat the command")
            return None
        if stop():
            note(f"interrupted: study {sealed.artefact_id} is sealed and kept")
            return None
        return sealed


@dataclass(frozen=True)
class Making:
    """A study being made.

    Parameters
    ----------
    run, scenario : the sealed run, and its scenario with the settings of the study.
    members : how many replicates, from the first on.
    workers, quiet, stop : how it is played.
    """

    run: "Run"
    scenario: "Scenario"
    members: int
    workers: int
    quiet: bool
    stop: Callable[[], bool]

    @property
    def replicates(self) -> list[int]:
        """Numbers of the members in the run."""
        first = self.run.manifest.identity.first_replicate
        return list(range(first, first + self.members))

    def fill(self, folder: Path) -> tuple[str, ...]:
        """Write tables and maps into a folder; return what a reader must know of a person's own files."""
        from ops_data.files import remove_tree
        from ops_data.grid_parts import MapWriter
        from ops_data.parts import PartWriter
        from twin.ensemble import play_ensemble

        job, notes = self._job(folder)
        write = MemberWriter(PartWriter(folder / ROWS), MapWriter(folder / MAPS))
        (folder / ROWS).mkdir()
        with progress(0, self.members, self.quiet, "members") as on_done:
            play_ensemble(job, self.replicates, write, workers=self.workers, on_done=on_done, stop=self.stop)
        if self.stop():
            raise InterruptedStudyError
        begin_stage("sealing")
        self._write_tables(folder)
        self._write_grids(folder, write.maps, job)
        for parts in (ROWS, MAPS):
            remove_tree(folder / parts)
        return notes

    def _job(self, folder: Path) -> "tuple[MembersJob, tuple[str, ...]]":
        from ops_data.grids import Site
        from ops_data.vectors import Features, write_geoparquet
        from ops_data.zones import read_zones
        from twin.environment.water import grid_of
        from twin.environment.zone_check import place_zones

        chosen, site = self.scenario.environment, self.scenario.site
        zones = read_zones(Path(chosen.zones).expanduser()) if chosen.zones else ()
        placed = place_zones(zones, grid_of(self.scenario), site.latitude_deg, site.longitude_deg)
        if zones:
            told: dict[str, list[str]] = {"name": [zone.name for zone in zones], "kind": [zone.kind for zone in zones]}
            where = Site(site.latitude_deg, site.longitude_deg, self.scenario.quantities["site.water_depth_m"].value)
            write_geoparquet(
                folder / "zones.parquet",
                Features("zones", "MultiPolygon", [zone.area for zone in zones], told, True),
                where,
            )
        job, notes = members_job(self.run, self.scenario, self.replicates, placed)
        return job, tuple(notes)

    def _write_tables(self, folder: Path) -> None:
        from ops_data.artefacts import write_rows
        from ops_data.parts import coverage, read_part, sound_parts
        from ops_data.tables import write_parquet
        from twin.environment_rows import in_every_layer
        from twin.indicators.summary import PLUME, indicator_columns, summarise
        from twin.review_numbers import columns_of

        parts = folder / ROWS
        stretches, _ = coverage(sound_parts(parts), self.replicates[0], self.replicates[-1])
        for name in TABLES:
            if name != OUTCOMES:
                rows = (read_part(parts, part, name) for part, _, _ in stretches)
                write_parquet(folder / f"{name}.parquet", name, rows)
        played = _frame(read_part(parts, part, OUTCOMES) for part, _, _ in stretches)
        outcomes = in_every_layer(played, self.replicates)
        write_rows(folder, OUTCOMES, [columns_of(outcomes)])
        write_rows(folder, "indicators", [indicator_columns(summarise(outcomes, self.members, study=PLUME))])

    def _write_grids(self, folder: Path, maps: "MapWriter", job: "MembersJob") -> None:
        from ops_data.grids import Site, write_grid
        from twin.environment.water import grid_of
        from twin.environment_grids import axes, ensemble_variables, member_variables

        grid, site = grid_of(self.scenario), self.scenario.site
        where = Site(site.latitude_deg, site.longitude_deg, self.scenario.quantities["site.water_depth_m"].value)
        names = _readers(maps, self.replicates)
        about, members = self.about(), self.members
        levels = axes(self.scenario)
        own = axes(self.scenario, self.replicates)
        study = folder.name.removeprefix(".").removesuffix(".partial")
        told = [*ensemble_variables(self.scenario, names, members), *self._closed_form(folder, job)]
        for name, dims, variables in (("members", own, member_variables(names, members)), ("maps", levels, told)):
            one = replace(about, part=f"{study}/{name}")
            write_grid(folder / f"{name}.nc", one, where, grid.x_m, grid.y_m, dims, variables)

    def about(self) -> "About":
        """Return what the grids say about themselves; their time is the sealing time of the run."""
        from ops_data.grids import About

        run, span = self.run.manifest, self.scenario
        starts, ends = (datetime.fromtimestamp(second, UTC) for second in (span.start_s, span.end_s))
        follow = timedelta(days=span.quantities["plume.follow_d"].value)
        return About(
            title=f"{span.title}: sediment plumes and deposit",
            summary=(
                "Suspended matter above background near the sea bed and thickness of the fresh deposit, from the "
                f"simulated operations of {self.members} replicates. Levels are screening levels, not a rule."
            ),
            run_id=run.run_id,
            code_version=run.identity.code_version,
            seed=run.identity.seed,
            created=sealing_time(run),
            starts=_second(starts),
            ends=_second(ends + follow),
        )

    def _closed_form(self, folder: Path, job: "MembersJob") -> "list[GridVariable]":
        """Return the closed form for the member whose releases are the median; nothing where nothing is released."""
        import pyarrow.parquet as pq

        from twin.environment.closed_form import closed_form
        from twin.environment_grids import closed_form_variables

        table = pq.read_table(folder / "closure.parquet", columns=["replicate", "released_t"]).to_pandas()
        number = median_member(table)
        if number is None:
            return []
        one: Member = job.member(number)
        density = one.values["plume.deposit_density_kg_m3"]
        return closed_form_variables(closed_form(self.scenario, one), density, number)


def sealing_time(run: "Manifest") -> str:
    """Return when a run was sealed, to the second: the time that everything derived from it bears."""
    return _second(datetime.fromisoformat(run.created))


def _second(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _frame(tables: Iterable[Any]) -> "pd.DataFrame":
    import pyarrow as pa

    frame: pd.DataFrame = pa.concat_tables(list(tables)).unify_dictionaries().to_pandas()
    return frame


def _readers(maps: "MapWriter", replicates: Sequence[int]) -> "dict[str, Callable[[int], NDArray[Any]]]":
    """Return, for every name of a map that any member has, how to read a member's; zeros where it has none."""
    import numpy as np

    shapes = {name: held for number in replicates for name, held in maps.shapes(number).items()}

    def reader(name: str) -> "Callable[[int], NDArray[Any]]":
        shape, kind = shapes[name]

        def read(place: int) -> "NDArray[Any]":
            found = maps.read(replicates[place], name)
            return np.zeros(shape, dtype=kind) if found is None else found

        return read

    return {name: reader(name) for name in sorted(shapes)}
