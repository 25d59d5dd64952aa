"""Maps of an environmental study: of every member, and over all of them, as variables of CF files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.grids import Axis, GridVariable
from ops_data.units import KG_M3_PER_MG_L, METRES_PER_MM
from twin.environment_rows import AFAR
from twin.models.plume import Field
from twin.scenario import Scenario

Arrays = NDArray[Any]
MapOf = Callable[[int], Arrays]  # number of a member, counted from 0 → its map
CONCENTRATION: Final = "mass_concentration_of_suspended_matter_in_sea_water"
NOT_A_RULE: Final = "screening level, not a rule"
LEVEL, THICKNESS, MEMBER = "concentration_level", "deposit_level", "member"
PLACE: Final = ("y", "x")
BED_WORDS: Final = "in the layer at the sea bed"
AFAR_WORDS: Final = "in the layer of return water far above the bed"


@dataclass(frozen=True)
class Slices(Sequence[Arrays]):
    """The maps of one name, member by member, read when they are asked for."""

    read: MapOf
    members: int

    def __len__(self) -> int:
        """Return the number of members."""
        return self.members

    def __getitem__(self, number: int) -> Arrays:  # type: ignore[override]  # whole slices are not asked for
        """Return the map of a member; IndexError beyond the last."""
        if not 0 <= number < self.members:
            raise IndexError(number)
        return self.read(number)


def axes(scenario: Scenario, replicates: Sequence[int] = ()) -> list[Axis]:
    """Return levels, and members if there are any, as dimensions."""
    chosen = scenario.environment
    levels = np.array(chosen.concentration_levels_mg_l) * KG_M3_PER_MG_L
    thick = np.array(chosen.deposit_levels_mm) * METRES_PER_MM
    told = [
        Axis(LEVEL, levels, "kg m-3", f"level of suspended matter above background: {NOT_A_RULE}"),
        Axis(THICKNESS, thick, "m", f"level of deposit thickness: {NOT_A_RULE}"),
    ]
    if len(replicates):
        numbers = np.array(replicates, dtype=np.int32)
        told.insert(0, Axis(MEMBER, numbers, "1", "replicate of the run", "realization"))
    return told


def layer_words(prefix: str) -> str:
    """Return which layer the maps of a prefix are about."""
    return AFAR_WORDS if prefix == AFAR else BED_WORDS


def member_variables(names: Mapping[str, MapOf], members: int) -> list[GridVariable]:
    """Return the variables of the file of members.

    Parameters
    ----------
    names : name of each map → how to read a member's.
    members : how many there are.
    """
    found = []
    for name, read in names.items():
        prefix = AFAR if name.startswith(AFAR) else ""
        dims, units, words, standard = _meaning(name.removeprefix(prefix))
        where = f" {layer_words(prefix)}" if units != "m" else ""
        comments = {
            "kg m-3": "above background; rounded to 1e-6 kg m-3",
            "m": "rounded to 1e-9 m; its mass is near-field and plume deposit of the table closure but for that",
        }
        attrs = {"comment": comments[units]} if units in comments else {}
        found.append(
            GridVariable(name, (MEMBER, *dims, *PLACE), Slices(read, members), units, words + where, standard, attrs)
        )
    return found


def _meaning(name: str) -> tuple[tuple[str, ...], str, str, str | None]:
    return {
        "max_concentration": ((), "kg m-3", "highest concentration of suspended matter at any time", CONCENTRATION),
        "mean_concentration": (
            (),
            "kg m-3",
            "mean concentration of suspended matter, first release to end of study",
            CONCENTRATION,
        ),
        "above_time": ((LEVEL,), "s", "time above the level", None),
        "longest_time": ((LEVEL,), "s", "longest unbroken time above the level", None),
        "deposit_thickness": ((), "m", "thickness of the fresh deposit", None),
    }[name]


def ensemble_variables(scenario: Scenario, names: Mapping[str, MapOf], members: int) -> list[GridVariable]:
    """Return the maps over all members: spread, means and the share of members above each level.

    Parameters
    ----------
    scenario : with the settings of the study.
    names : name of each map → how to read a member's.
    members : how many there are, 1 or more.

    Notes
    -----
    One kind of map is held in memory at a time. Percentiles are linear between order statistics. A probability is the
    share of members in which the highest concentration of the cell, or its deposit, is strictly above the level.
    """
    levels = np.array(scenario.environment.concentration_levels_mg_l) * KG_M3_PER_MG_L
    thick = np.array(scenario.environment.deposit_levels_mm) * METRES_PER_MM
    found: list[GridVariable] = []
    for prefix in [AFAR, ""] if f"{AFAR}max_concentration" in names else [""]:
        words = layer_words(prefix)
        found += _spread(names, f"{prefix}max_concentration", members, "kg m-3", f"highest concentration {words}")
        found.append(_share(names, f"{prefix}max_concentration", members, levels, f"{prefix}exceedance_probability"))
        found.append(_mean(names, f"{prefix}mean_concentration", members, (), "kg m-3", f"mean concentration {words}"))
        found.append(_mean(names, f"{prefix}above_time", members, (LEVEL,), "s", f"mean time above the level {words}"))
    found += _spread(names, "deposit_thickness", members, "m", "thickness of the fresh deposit")
    found.append(_share(names, "deposit_thickness", members, thick, "deposit_probability"))
    return found


def _stack(names: Mapping[str, MapOf], name: str, members: int) -> NDArray[np.float32]:
    return np.stack([np.asarray(names[name](number), dtype=np.float32) for number in range(members)])


def _spread(names: Mapping[str, MapOf], name: str, members: int, units: str, words: str) -> list[GridVariable]:
    stack = _stack(names, name, members)
    standard = CONCENTRATION if units == "kg m-3" else None
    middle, high = np.percentile(stack, [50.0, 90.0], axis=0)
    told = [
        ("p50", middle, "median over members"),
        ("p90", high, "exceeded in one member of ten"),
        ("mean", stack.mean(axis=0, dtype=np.float64), "mean over members"),
        ("highest", stack.max(axis=0), "highest of all members"),
    ]
    return [
        GridVariable(f"{name}_{key}", PLACE, values.astype(np.float32), units, f"{words}, {text}", standard)
        for key, values, text in told
    ]


def _mean(
    names: Mapping[str, MapOf], name: str, members: int, dims: tuple[str, ...], units: str, words: str
) -> GridVariable:
    total = np.zeros(np.shape(names[name](0)))
    for number in range(members):
        total += names[name](number)
    standard = CONCENTRATION if units == "kg m-3" else None
    values = (total / members).astype(np.float32)
    return GridVariable(f"{name}_mean", (*dims, *PLACE), values, units, f"{words}, mean over members", standard)


def _share(
    names: Mapping[str, MapOf], name: str, members: int, levels: NDArray[np.float64], called: str
) -> GridVariable:
    count = np.zeros((len(levels), *np.shape(names[name](0))))
    for number in range(members):
        one = np.asarray(names[name](number), dtype=np.float64)
        count += one > levels[:, np.newaxis, np.newaxis]
    dims = (THICKNESS if called.startswith("deposit") else LEVEL, *PLACE)
    words = f"share of members in which {name.replace('_', ' ')} is above the level ({NOT_A_RULE})"
    return GridVariable(called, dims, (count / members).astype(np.float32), "1", words)


def closed_form_variables(field: Field, density_kg_m3: float, replicate: int) -> list[GridVariable]:
    """Return the maps of the closed form for one member: mean concentration and deposit of its passive plumes."""
    comment = {"comment": f"closed form over the rose of the current of replicate {replicate}; it has no maxima"}
    return [
        GridVariable(
            "closed_form_mean_concentration", PLACE, field.mean_kg_m3.astype(np.float32), "kg m-3",
            f"mean concentration {BED_WORDS}, closed form", CONCENTRATION, comment,
        ),
        GridVariable(
            "closed_form_deposit_thickness", PLACE, (field.deposit_kg_m2 / density_kg_m3).astype(np.float32), "m",
            "thickness of the fresh deposit of passive plumes, closed form", None, comment,
        ),
    ]  # fmt: skip
