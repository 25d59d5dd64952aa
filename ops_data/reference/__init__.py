"""Every number of the project with its range, unit, source and confidence: rows of three CSV files.

A number is either sourced (a full citation) or says ``assumption: <reason>``. ``parameters.csv`` holds quantities,
``vessels.csv`` ships, ``components.csv`` what fails on them. Reading validates every row; a broken row is an error
that names the file, the line, the key and the rule.
"""

from functools import cache
from pathlib import Path

from ops_data.reference.rows import ComponentRow, Parameter, VesselRow, read_components, read_parameters, read_vessels

FOLDER = Path(__file__).parent

__all__ = ["FOLDER", "ComponentRow", "Parameter", "VesselRow", "components", "parameters", "vessels"]


@cache
def parameters() -> dict[str, Parameter]:
    """Return the packaged parameter rows by key, in file order; treat the dictionary as read-only."""
    return read_parameters(FOLDER / "parameters.csv")


@cache
def vessels() -> dict[str, VesselRow]:
    """Return the packaged vessel rows by name, in file order; treat the dictionary as read-only."""
    return read_vessels(FOLDER / "vessels.csv")


@cache
def components() -> dict[str, ComponentRow]:
    """Return the packaged component rows by name, in file order; treat the dictionary as read-only."""
    return read_components(FOLDER / "components.csv")
