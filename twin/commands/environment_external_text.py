"""What ``twin environment --external`` prints: our particle model and another one side by side."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import twin.models.plume_metrics as metrics
from ops_data.units import KG_PER_TONNE, METRES_PER_MM, SECONDS_PER_DAY
from twin.commands.environment_external import Compared
from twin.commands.output import console, paragraph, plain_table
from twin.indicators.words import number
from twin.models.plume import Floats

if TYPE_CHECKING:
    from twin.environment_view import StudyView

OURS: Final = "this project"
FEW: Final = 10  # particles on top of each other below which a thickness is luck


@dataclass(frozen=True)
class Side:
    """What one model found.

    Attributes
    ----------
    name, version : of the model.
    released_t, deposited_t, beyond_t, afloat_t : dry solids; the first is the sum of the others.
    within : distance in km → share of the released mass on the bed within it.
    furthest_km : thickness in mm → distance of the furthest thicker cell from the nearest release; 0 without one.
    thickest_mm : thickness of the thickest cell.
    wall_s : how long it took, its start included.
    """

    name: str
    version: str
    released_t: float
    deposited_t: float
    beyond_t: float
    afloat_t: float
    within: dict[float, float]
    furthest_km: dict[float, float]
    thickest_mm: float
    wall_s: float

    @property
    def unaccounted(self) -> float:
        """Share of the released mass that was not found again [1]."""
        return abs(self.released_t - self.deposited_t - self.beyond_t - self.afloat_t) / self.released_t


def sides(view: "StudyView", found: Compared) -> tuple[Side, Side]:
    """Return what the two models found, ours first."""
    ours, theirs = found.ours, found.theirs
    mine = (ours.released_kg, ours.deposited_kg, ours.beyond_kg, ours.afloat_kg)
    other = (theirs.released_kg, theirs.deposited_kg, theirs.beyond_kg, theirs.afloat_kg)
    code = view.artefact.identity.code_version
    return (
        _side(view, found, (OURS, code, found.ours_s), mine, ours.deposit_kg_m2),
        _side(view, found, (theirs.program, theirs.version, theirs.wall_s), other, theirs.deposit_kg_m2),
    )


def _side(
    view: "StudyView",
    found: Compared,
    who: tuple[str, str, float],
    masses_kg: tuple[float, float, float, float],
    deposit_kg_m2: Floats,
) -> Side:
    chosen, case = view.scenario.environment, found.case
    east, north = case.releases.x_m, case.releases.y_m
    away_m = metrics.nearest_m(case.grid, east, north)
    thickness_mm = deposit_kg_m2 / (found.density_kg_m3 * METRES_PER_MM)
    name, version, wall_s = who
    released_t, deposited_t, beyond_t, afloat_t = (mass_kg / KG_PER_TONNE for mass_kg in masses_kg)
    return Side(
        name, version, released_t, deposited_t, beyond_t, afloat_t,
        within={
            distance: metrics.share_within(deposit_kg_m2, case.grid, away_m, distance, masses_kg[0])
            for distance in chosen.within_km
        },
        furthest_km={
            level: metrics.furthest_km(thickness_mm > level, case.grid, east, north)
            for level in chosen.deposit_levels_mm
        },
        thickest_mm=float(thickness_mm.max()),
        wall_s=wall_s,
    )  # fmt: skip


def particle_mm(found: Compared) -> float:
    """Return how thick the heaviest of their particles lies when it is alone in a cell [mm]."""
    return float(found.theirs.mass_kg.max()) / (found.case.grid.cell_m2 * found.density_kg_m3 * METRES_PER_MM)


def as_document(view: "StudyView", replicate: int, found: Compared) -> dict[str, object]:
    """Return the comparison for JSON."""
    case = found.case
    return {
        "run_id": view.artefact.identity.run_id,
        "study_id": view.artefact.artefact_id,
        "replicate": replicate,
        "releases": len(case.releases.start_s),
        "releases_left_out": found.left_out,
        "from_utc": _utc(int(case.current.time_s[0])),
        "until_utc": _utc(case.until_s),
        "step_s": case.step_s,
        "particles": len(found.theirs.mass_kg),
        "particle_mm": particle_mm(found),
        "models": [
            {
                "name": one.name,
                "version": one.version,
                "released_t": one.released_t,
                "deposited_t": one.deposited_t,
                "beyond_t": one.beyond_t,
                "afloat_t": one.afloat_t,
                "unaccounted": one.unaccounted,
                "deposited_share": {f"within {distance:g} km": share for distance, share in one.within.items()},
                "furthest_km": {f"{level:g} mm": furthest for level, furthest in one.furthest_km.items()},
                "thickest_mm": one.thickest_mm,
                "wall_s": one.wall_s,
            }
            for one in sides(view, found)
        ],
    }


def print_comparison(view: "StudyView", replicate: int, found: Compared) -> None:
    """Print the comparison in plain words."""
    out, case = console(), found.case
    ours, theirs = sides(view, found)
    days = (case.until_s - int(case.current.time_s[0])) / SECONDS_PER_DAY
    out.print(f"{view.scenario.title}: {view.artefact.identity.run_id}", style="bold")
    paragraph(
        out,
        f"Replicate {replicate}: {len(case.releases.start_s)} releases near the sea bed, {number(ours.released_t)} t "
        f"of dry solids that drift, {number(days)} days of current, by two models.",
    )
    table = plain_table("", OURS, theirs.name, right=(OURS, theirs.name))
    table.add_row("version", ours.version.partition("+")[0], theirs.version)
    for title, mine, other in _rows(ours, theirs, FEW * particle_mm(found)):
        table.add_row(title, mine, other)
    out.print()
    out.print(table)
    for line in _remarks(found, theirs):
        paragraph(out, line)


def _rows(ours: Side, theirs: Side, least_mm: float) -> list[tuple[str, str, str]]:
    """Return title and both values of each line; a thickness below the least that particles can tell is marked."""

    def row(title: str, mine: float, other: float) -> tuple[str, str, str]:
        return title, number(mine), number(other)

    def share(title: str, mine: float, other: float) -> tuple[str, str, str]:
        return title, f"{mine:.1%}".replace("%", " %"), f"{other:.1%}".replace("%", " %")

    return [
        *(share(f"deposited within {far:g} km", ours.within[far], theirs.within[far]) for far in ours.within),
        *(
            row(
                f"furthest above {level:g} mm, km{' *' if level < least_mm else ''}",
                ours.furthest_km[level],
                theirs.furthest_km[level],
            )
            for level in ours.furthest_km
        ),
        row("thickest, mm", ours.thickest_mm, theirs.thickest_mm),
        row("deposited, t", ours.deposited_t, theirs.deposited_t),
        row("gone beyond the map, t", ours.beyond_t, theirs.beyond_t),
        row("still afloat, t", ours.afloat_t, theirs.afloat_t),
        ("not found again", f"{ours.unaccounted:.0e}", f"{theirs.unaccounted:.0e}"),
        row("wall time with start, s", ours.wall_s, theirs.wall_s),
    ]


def _remarks(found: Compared, theirs: Side) -> list[str]:
    count, step_s = len(found.theirs.mass_kg), found.case.step_s
    lines = [
        "Both have the same releases, settling classes, mixing and current; what settles near the holes before it "
        f"drifts is in neither. {theirs.name} walks {count:,} particles in steps of {step_s:g} s; here the horizontal "
        "is exact."
    ]
    thin_mm = particle_mm(found)
    if min(theirs.furthest_km) < FEW * thin_mm:
        lines.append(
            f"* One particle alone in a cell lies up to {number(thin_mm)} mm thick: {theirs.name} meets such a level "
            "by luck too; give it more --particles."
        )
    if found.left_out:
        lines.append(f"{found.left_out} releases of return water far above the bed are in neither.")
    return lines


def _utc(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"
