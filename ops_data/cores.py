"""Read a person's own sediment cores from CSV and say in one line what is wrong with them.

One row per sample. Columns, in any order: ``core_id``; the place as ``x_km`` and ``y_km`` (east and north of the site)
or as ``latitude_deg`` and ``longitude_deg``; ``top_m`` and ``bottom_m`` below the sea bed; ``rey_ppm`` (ΣREY per dry
solids). ``dry_density_t_m3`` is read where it is there; other columns are not.
"""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import CoreError, did_you_mean
from ops_data.units import EARTH_RADIUS_KM

NEEDED: Final = ("core_id", "top_m", "bottom_m", "rey_ppm")
PLANE: Final = ("x_km", "y_km")
GLOBE: Final = ("latitude_deg", "longitude_deg")
DENSITY: Final = "dry_density_t_m3"
RICHEST_PPM: Final = 30_000.0  # pure fish-bone phosphate has about 22,000
DENSEST_T_M3: Final = 2.0
NEAREST_KM: Final = 0.001  # two cores nearer than this stand at one place
SAME_DEPTH_M: Final = 1e-6


@dataclass(frozen=True)
class Sample:
    """One line of the file, as numbers."""

    line: int
    core: str
    x_km: float
    y_km: float
    top_m: float
    bottom_m: float
    rey_ppm: float
    dry_density_t_m3: float | None


@dataclass(frozen=True, eq=False)
class Core:
    """One core: its place from the site, and its samples from the top down."""

    name: str
    x_km: float
    y_km: float
    top_m: NDArray[np.float64]
    bottom_m: NDArray[np.float64]
    rey_ppm: NDArray[np.float64]
    dry_density_t_m3: float | None


def east_north_km(
    latitude_deg: float, longitude_deg: float, site_latitude_deg: float, site_longitude_deg: float
) -> tuple[float, float]:
    """Return how far east and north of the site a place lies [km], on a plane that touches the globe at the site.

    Examples
    --------
    A minute of latitude is 1.85 km:

    >>> tuple(round(value, 3) for value in east_north_km(23.2 + 1 / 60, 154.9, 23.2, 154.9))
    (0.0, 1.853)
    """
    turn = (longitude_deg - site_longitude_deg + 180.0) % 360.0 - 180.0
    east = EARTH_RADIUS_KM * math.cos(math.radians(site_latitude_deg)) * math.radians(turn)
    return east, EARTH_RADIUS_KM * math.radians(latitude_deg - site_latitude_deg)


def read_cores(
    path: Path, site_latitude_deg: float, site_longitude_deg: float, half_side_km: float, mud_thickness_m: float
) -> tuple[Core, ...]:
    """Read and check a file of cores.

    Parameters
    ----------
    path : a CSV file.
    site_latitude_deg, site_longitude_deg : centre of the area.
    half_side_km : half the side of the square area; every core lies in it.
    mud_thickness_m : depth to which the mud is described [m]; no sample reaches below it.

    Returns
    -------
    The cores in the order in which the file names them.

    Raises
    ------
    CoreError
        No file, a missing column, not a number, a core outside the area or at the place of another, a core in two
        places, samples upside down, overlapping or below the mud, an impossible grade or density.
    """
    samples: dict[str, list[Sample]] = {}
    for sample in _samples(path, site_latitude_deg, site_longitude_deg):
        _check_place(path, sample, samples.get(sample.core), half_side_km)
        _check_depth(path, sample, mud_thickness_m)
        samples.setdefault(sample.core, []).append(sample)
    if not samples:
        raise CoreError(f"{path}: no samples found; at least one row is needed; add it below the heading")
    cores: list[Core] = []
    for rows in samples.values():
        for other in cores:
            if math.hypot(rows[0].x_km - other.x_km, rows[0].y_km - other.y_km) < NEAREST_KM:
                raise CoreError(
                    f"{path}: line {rows[0].line}: core '{rows[0].core}' stands at the place of core '{other.name}'; "
                    "cores have places of their own, at least 1 m apart; merge the two or correct one"
                )
        cores.append(_core(path, rows))
    return tuple(cores)


def _samples(path: Path, latitude_deg: float, longitude_deg: float) -> Iterator[Sample]:
    if not path.is_file():
        raise CoreError(f"{path}: no such file; resource.cores is the path of a CSV file; check it")
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.reader(file)
        try:
            header = [cell.strip().lower() for cell in next(lines, [])]
            place = _check_header(path, header)
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    yield _sample(_Line(path, lines.line_num, header, cells), place, latitude_deg, longitude_deg)
        except (UnicodeDecodeError, csv.Error) as error:
            raise CoreError(f"{path}: cannot be read as CSV ({error}); save it as CSV in UTF-8") from error


def _check_header(path: Path, header: Sequence[str]) -> tuple[str, str]:
    """Return the names of the two columns that give the place."""
    if not any(header):
        raise CoreError(
            f"{path}: line 1: nothing found, the file is empty or begins with an empty line; the heading is needed "
            f"there: {', '.join(NEEDED)}, with {' and '.join(PLANE)} or {' and '.join(GLOBE)}; add it"
        )
    if len(header) == 1 and (mark := next((m for m in ";\t" if m in header[0]), "")):
        name = "a tab" if mark == "\t" else f"'{mark}'"
        raise CoreError(
            f"{path}: line 1: columns are parted by {name}; the separator must be a comma (and the decimal mark a "
            "point); export it again so"
        )
    for column in header:
        if header.count(column) > 1 and column:
            raise CoreError(f"{path}: line 1: column '{column}' stands twice; each column once; delete one")
    place = GLOBE if set(GLOBE) & set(header) and not set(PLANE) & set(header) else PLANE
    missing = [column for column in (*NEEDED, *place) if column not in header]
    if missing:
        raise CoreError(
            f"{path}: line 1: column '{missing[0]}' is missing; {', '.join(NEEDED)} are needed, with "
            f"{' and '.join(PLANE)} or {' and '.join(GLOBE)}; {did_you_mean(missing[0], header)}"
        )
    return place


@dataclass(frozen=True)
class _Line:
    """One line of the file on the way to a sample: typed cells, and errors that name file, line and column."""

    path: Path
    number: int
    header: Sequence[str]
    cells: Sequence[str]

    def fail(self, column: str, found: str, rule: str, remedy: str) -> CoreError:
        return CoreError(f"{self.path}: line {self.number}: column '{column}': {found} found; {rule}; {remedy}")

    def text(self, column: str) -> str:
        at = self.header.index(column)
        return self.cells[at].strip() if at < len(self.cells) else ""

    def value(self, column: str, low: float, high: float, remedy: str) -> float:
        text = self.text(column)
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.fail(column, f"'{text}'", "a number is needed", "fill it, or remove the row")
        if not low <= number <= high:
            raise self.fail(column, text, f"{low:g} to {high:g} is possible", remedy)
        return number


def _sample(line: _Line, place: tuple[str, str], latitude_deg: float, longitude_deg: float) -> Sample:
    if len(line.cells) > len(line.header):
        found, rule = f"{len(line.cells)} cells", f"the heading has {len(line.header)}"
        raise line.fail(line.header[-1], found, rule, "quote cells that hold commas; the decimal mark is a point")
    name = line.text("core_id")
    if not name:
        raise line.fail("core_id", "nothing", "every sample belongs to a core", "name it")
    if place == PLANE:
        x, y = (line.value(column, -1e5, 1e5, "give km from the site") for column in PLANE)
    else:
        north = line.value(GLOBE[0], -90.0, 90.0, "give decimal degrees, north positive")
        east = line.value(GLOBE[1], -180.0, 360.0, "give decimal degrees, east positive")
        x, y = east_north_km(north, east, latitude_deg, longitude_deg)
    top = line.value("top_m", 0.0, 1e3, "give metres below the sea bed")
    bottom = line.value("bottom_m", 0.0, 1e3, "give metres below the sea bed")
    if bottom <= top:
        raise line.fail("bottom_m", f"{bottom:g}", f"it lies below top_m {top:g}", "exchange or correct the two")
    grade = line.value("rey_ppm", 1.0, RICHEST_PPM, "give ΣREY as element mass in ppm of dry solids, not per cent")
    density = None
    if DENSITY in line.header and line.text(DENSITY):
        density = line.value(DENSITY, 0.05, DENSEST_T_M3, "give dry solids in t per m3 of mud in place")
    return Sample(line.number, name, x, y, top, bottom, grade, density)


def _check_place(path: Path, sample: Sample, before: Sequence[Sample] | None, half_side_km: float) -> None:
    where = f"{path}: line {sample.line}: core '{sample.core}'"
    if max(abs(sample.x_km), abs(sample.y_km)) > half_side_km:
        raise CoreError(
            f"{where}: {sample.x_km:.4g} km east, {sample.y_km:.4g} km north of the site found; the area reaches "
            f"{half_side_km:.4g} km each way; remove the core, or enlarge resource.area_km2"
        )
    if before and math.hypot(sample.x_km - before[0].x_km, sample.y_km - before[0].y_km) >= NEAREST_KM:
        raise CoreError(
            f"{where}: {sample.x_km:.4g} km east, {sample.y_km:.4g} km north of the site found, in line "
            f"{before[0].line} {before[0].x_km:.4g} and {before[0].y_km:.4g}; a core has one place; correct it"
        )


def _check_depth(path: Path, sample: Sample, mud_thickness_m: float) -> None:
    if sample.bottom_m > mud_thickness_m + SAME_DEPTH_M:
        raise CoreError(
            f"{path}: line {sample.line}: core '{sample.core}': column 'bottom_m': {sample.bottom_m:g} found; the mud "
            f"is described to {mud_thickness_m:g} m (resource.mud_thickness_m), and samples lie within it; remove the "
            "sample, or state a thicker mud"
        )


def _core(path: Path, rows: Sequence[Sample]) -> Core:
    down = sorted(rows, key=lambda row: (row.top_m, row.bottom_m))
    for upper, lower in pairwise(down):
        if lower.top_m < upper.bottom_m - SAME_DEPTH_M:
            line = max(upper.line, lower.line)
            raise CoreError(
                f"{path}: line {line}: core '{lower.core}': {upper.top_m:g}-{upper.bottom_m:g} m and "
                f"{lower.top_m:g}-{lower.bottom_m:g} m overlap (lines {upper.line} and {lower.line}); samples of a "
                "core follow one another; correct the depths or remove one"
            )
    dense = [(row.dry_density_t_m3, row.bottom_m - row.top_m) for row in down if row.dry_density_t_m3 is not None]
    weight = sum(length for _, length in dense)
    return Core(
        name=down[0].core,
        x_km=down[0].x_km,
        y_km=down[0].y_km,
        top_m=np.array([row.top_m for row in down]),
        bottom_m=np.array([row.bottom_m for row in down]),
        rey_ppm=np.array([row.rey_ppm for row in down]),
        dry_density_t_m3=sum(value * length for value, length in dense) / weight if weight else None,
    )
