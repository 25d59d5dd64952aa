"""Maps as NetCDF-4 files after CF-1.11 and ACDD-1.3: the same input gives the same bytes.

East and north count in metres from a site, on the azimuthal equidistant projection around it (WGS 84); beside them
stand the latitude and longitude of every cell.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import StoreError
from ops_data.files import told
from ops_data.grid_frame import HORIZONTAL, ZLIB_LEVEL, About, Floats, Site, write_frame

if TYPE_CHECKING:
    import netCDF4
    import xarray as xr

__all__ = ["About", "Axis", "Floats", "GridVariable", "Site", "read_grid", "write_grid"]


@dataclass(frozen=True, eq=False)
class Axis:
    """A dimension besides y and x, and its coordinate variable of shape (n,)."""

    name: str
    values: NDArray[Any]
    units: str
    long_name: str
    standard_name: str | None = None
    attrs: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class GridVariable:
    """One variable of a file.

    Attributes
    ----------
    name : name in the file.
    dims : names of axes; a map ends in ``("y", "x")``, row 0 in the south.
    values : array of the shape of ``dims``, its type is kept; or its slices along the first dimension, one after the
        other (anything with a length and numbered items), which then need not be in memory together.
    units : unit in the words of UDUNITS; ``1`` for none.
    long_name : meaning, with the words a reader needs beside the number.
    standard_name : name in the CF table; None when the table has none.
    attrs : further attributes, e.g. ``cell_methods`` or ``comment``.
    """

    name: str
    dims: tuple[str, ...]
    values: NDArray[Any] | Sequence[NDArray[Any]]
    units: str
    long_name: str
    standard_name: str | None = None
    attrs: Mapping[str, str | float] = field(default_factory=dict)


def write_grid(
    path: Path,
    about: About,
    site: Site,
    x_m: Floats,
    y_m: Floats,
    axes: Sequence[Axis],
    variables: Sequence[GridVariable],
) -> str:
    """Write maps to a file that gets its name when it is whole.

    Parameters
    ----------
    path : final name, ending in ``.nc``.
    about, site : what the file says about itself, and where.
    x_m, y_m : centres of columns and rows east and north of the site [m], evenly spaced, at least two each.
    axes : further dimensions.
    variables : what is written, in this order.

    Returns
    -------
    SHA-256 of the file, in hexadecimal digits.

    Raises
    ------
    StoreError
        Axes and values do not fit each other, or the disk refuses.
    """
    import netCDF4

    sizes = {"y": len(y_m), "x": len(x_m)} | {axis.name: len(axis.values) for axis in axes}
    for variable in variables:
        _check(path, variable, sizes)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with told(path, "write the grid"):
            temporary.touch()  # says what is wrong with the folder, which the library does not
            with netCDF4.Dataset(str(temporary), "w", format="NETCDF4") as file:
                write_frame(file, about, site, x_m, y_m)
                for axis in axes:
                    _write_axis(file, axis)
                for variable in variables:
                    _write_variable(file, variable)
            return _named(temporary, path)
    except RuntimeError as error:  # what the library raises when the disk is full
        raise StoreError(f"{path}: cannot write the grid: {error}; check the disk and repeat the command") from error
    finally:
        temporary.unlink(missing_ok=True)


def read_grid(path: Path) -> "xr.Dataset":
    """Return all that is in a file, loaded and the file closed; StoreError when it cannot be read."""
    import xarray as xr

    try:
        with told(path, "read the grid"), xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as file:
            return file.load()
    except (ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise StoreError(f"{path}: the grid cannot be read: {reason}; restore it from a copy") from error


def at_edge(path: Path, name: str, level: float) -> list[bool]:
    """Tell for each member of a file whether a map is above a level in any outermost cell."""
    import xarray as xr

    with told(path, "read the grid"), xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as file:
        held = file[name]
        sides = [held.isel(y=0), held.isel(y=-1), held.isel(x=0), held.isel(x=-1)]
        found = np.any([side.to_numpy().astype(np.float64).max(axis=1) > level for side in sides], axis=0)
        return [bool(one) for one in found]


def _check(path: Path, variable: GridVariable, sizes: Mapping[str, int]) -> None:
    unknown = [name for name in variable.dims if name not in sizes]
    if unknown:
        raise StoreError(f"{path}: variable '{variable.name}' has dimension '{unknown[0]}'; give an axis of that name")
    wanted = tuple(sizes[name] for name in variable.dims)
    found: tuple[int, ...] = np.shape(variable.values) if isinstance(variable.values, np.ndarray) else ()
    if not isinstance(variable.values, np.ndarray):
        found = (len(variable.values), *(np.shape(variable.values[0]) if len(variable.values) else wanted[1:]))
    if found != wanted:
        raise StoreError(f"{path}: variable '{variable.name}' has shape {found}, its dimensions say {wanted}")


def _named(temporary: Path, path: Path) -> str:
    """Flush a finished file to the disk, give it its name and return its hash."""
    with temporary.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    temporary.replace(path)
    return digest


def _write_axis(file: "netCDF4.Dataset", axis: Axis) -> None:
    file.createDimension(axis.name, len(axis.values))
    variable = file.createVariable(axis.name, np.asarray(axis.values).dtype, (axis.name,))
    named = {"standard_name": axis.standard_name} if axis.standard_name else {}
    variable.setncatts({**named, "long_name": axis.long_name, "units": axis.units, **axis.attrs})
    variable[:] = axis.values


def _write_variable(file: "netCDF4.Dataset", variable: GridVariable) -> None:
    values, dims = variable.values, variable.dims
    kind = values.dtype if isinstance(values, np.ndarray) else np.asarray(values[0]).dtype
    on_map = dims[-2:] == HORIZONTAL
    pieces = tuple(file.dimensions[name].size if name in HORIZONTAL else 1 for name in dims)
    written = file.createVariable(
        variable.name,
        kind,
        dims,
        zlib=on_map,
        complevel=ZLIB_LEVEL,
        chunksizes=pieces if on_map else None,
        fill_value=kind.type(np.nan) if kind.kind == "f" else False,
    )
    named = {"standard_name": variable.standard_name} if variable.standard_name else {}
    placed = {"grid_mapping": "crs", "coordinates": "depth latitude longitude"} if on_map else {}
    content = {"coverage_content_type": "modelResult"}
    written.setncatts(
        {**named, "long_name": variable.long_name, "units": variable.units, **placed, **content, **variable.attrs}
    )
    if isinstance(values, np.ndarray):
        written[...] = values
        return
    for number in range(len(values)):
        written[number] = values[number]
