"""A parcel of a scenario's mud as the plants receive it: so much, of such a grade, both on one basis."""

from dataclasses import dataclass

import numpy as np

from ops_data.errors import ModelError
from ops_data.units import KG_PER_TONNE, PPM
from twin.lift_system import Values, stated_pore_water_t_m3
from twin.models.dewatering import wash_residual
from twin.models.mud import stroke
from twin.processing.lot import APATITE, REY, Lot, oxides_t, rare_earths_kg
from twin.processing.received import hosts, received, sea_salt_t, solids_kg
from twin.resource import hole_grades, reference_shares
from twin.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Feed:
    """A parcel of mud as it comes to the plants, and how it was asked for.

    Attributes
    ----------
    mass_t, mass_basis : mud [t], and whether in-situ mud or dry solids are meant.
    grade_ppm, grade_basis : ΣREY per mass on the same basis [mass ppm].
    own_grade : whether the grade is the scenario's.
    slurry : whether it comes as slurry, for no island presses it.
    mud : the parcel, one lot.
    """

    mass_t: float
    mass_basis: str
    grade_ppm: float
    grade_basis: str
    own_grade: bool
    slurry: bool
    mud: Lot

    @property
    def dry_t(self) -> float:
        """Dry solids [t]."""
        return float(self.mud.dry_t[0])

    @property
    def dry_ppm(self) -> float:
        """ΣREY per dry solids [mass ppm]."""
        return float(self.mud.total_kg[0, REY].sum()) / (self.dry_t * KG_PER_TONNE) / PPM

    @property
    def apatite_share(self) -> float:
        """Fish-bone phosphate per dry solids [1], its mass as oxides."""
        return float(oxides_t(self.mud.content_kg[0, APATITE])) / self.dry_t


def feed(scenario: Scenario, mass_t: float, mass_basis: str, grade_ppm: float | None, grade_basis: str | None) -> Feed:
    """Return a parcel of the scenario's mud as the plants receive it, at stated values.

    Parameters
    ----------
    scenario : the campaign.
    mass_t : in-situ mud or dry solids [t], above 0.
    mass_basis : which of the two, "wet" or "dry".
    grade_ppm : ΣREY [mass ppm]; None: that of the stated profile over the tool's stroke.
    grade_basis : "wet" or "dry"; None: dry for a stated grade, that of the mass for the scenario's own.

    Raises
    ------
    ModelError : mass and grade are not on one basis, or the grade is more than the scenario's phosphate can hold.

    Notes
    -----
    Cake of the island, with the water and the salt that its press leaves; where nothing is transferred, the slurry that
    the ship brings home.
    """
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    even = scenario.model_copy(update={"resource": scenario.resource.model_copy(update={"model": "uniform"})})
    own = float(hole_grades(even, values, 0, 0, 1)[0])
    one = stroke(
        values["tool.bore_m"], values["tool.stroke_m"], 1.0, values["mud.dry_bulk_density_t_m3"],
        values["mud.grain_density_t_m3"], stated_pore_water_t_m3(values), values["slurry.solids_volume_fraction"],
    )  # fmt: skip
    wet_per_dry = float(one.wet_t / one.dry_t)
    basis = grade_basis or (mass_basis if grade_ppm is None else "dry")
    per_basis = {"wet": wet_per_dry, "dry": 1.0}
    grade = own / per_basis.get(basis, 1.0) if grade_ppm is None else grade_ppm
    earths_kg = float(rare_earths_kg(mass_t, mass_basis, grade, basis))
    dry = np.array([mass_t / per_basis[mass_basis]])
    dry_ppm = earths_kg / (dry * KG_PER_TONNE) / PPM
    _check_grade(grade, basis, float(dry_ppm[0]), values)
    slurry = scenario.transfer.method == "none"
    if slurry:
        water, washed = dry * float(one.water_t / one.dry_t), 1.0
    else:
        fraction = values["island.cake_water_fraction"]
        water = dry * fraction / (1.0 - fraction)
        washed = float(wash_residual(values["dewater.wash_ratio"], values["dewater.wash_cells"]))
    where = hosts(values)
    content = solids_kg(dry, dry_ppm, reference_shares(values), where)
    mud = received(dry * wet_per_dry, dry, water, sea_salt_t(water, values) * washed, content, where)
    return Feed(mass_t, mass_basis, grade, basis, grade_ppm is None, slurry, mud)


def _check_grade(grade_ppm: float, basis: str, dry_ppm: float, values: Values) -> None:
    """Raise ModelError if mud that is all phosphate would still be poorer."""
    most = values["host.apatite_rey_ppm"] / values["host.ree_apatite_share"]
    if dry_ppm > most:
        dry = "" if basis == "dry" else f" ({dry_ppm:,.0f} per dry solids)"
        raise ModelError(
            f"'grade_ppm' is {grade_ppm:,.0f}{dry}; at most {most:,.0f} is needed, mud of nothing but phosphate grains "
            "of host.apatite_rey_ppm; give the grade of mud, or raise that"
        )
