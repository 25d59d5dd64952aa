"""A parcel of mud for the plants. Truth: derived by hand from the stated values; rules on bases."""

import pytest

from ops_data.errors import ModelError
from twin.plant_feed import feed
from twin.processing.lot import AT
from twin.scenario import load_scenario


def test_cake_holds_the_water_of_the_island_and_its_sea_salt() -> None:
    """Derived: 45 % water by mass is 45/55 t per dry tonne; salt by the salinity of the bottom water."""
    scenario = load_scenario("pilot-2027")
    fed = feed(scenario, 110.0, "dry", None, None)
    assert (fed.dry_t, fed.slurry, fed.own_grade) == (110.0, False, True)
    assert fed.mud.water_t[0] == pytest.approx(90.0)
    salinity = scenario.quantities["water.bottom_salinity_g_kg"].value
    assert fed.mud.salt_t[0] == pytest.approx(90.0 * salinity / 1_000.0)
    assert fed.dry_ppm == pytest.approx(fed.grade_ppm, rel=1e-12)


def test_washing_on_the_island_takes_salt_out_of_the_cake() -> None:
    plain, washed = (
        feed(load_scenario("pilot-2027", [f"dewater.wash_ratio={ratio}"]), 1.0, "dry", None, None) for ratio in (0, 1)
    )
    assert washed.mud.salt_t[0] < 0.6 * plain.mud.salt_t[0]
    assert washed.mud.water_t[0] == plain.mud.water_t[0]


def test_mud_that_no_island_presses_comes_as_the_slurry_of_the_lift() -> None:
    """Derived: the volume of solids of the slurry, with water around 1.03 t/m3."""
    scenario = load_scenario("connection-test-2026")
    fed = feed(scenario, 100.0, "dry", None, None)
    solids_m3 = 100.0 / scenario.quantities["mud.grain_density_t_m3"].value
    share = scenario.quantities["slurry.solids_volume_fraction"].value
    assert fed.slurry
    assert fed.mud.water_t[0] == pytest.approx(solids_m3 * (1.0 - share) / share * 1.03, rel=0.01)


def test_the_same_mud_told_wet_and_dry_is_one_parcel() -> None:
    """Derived: a grade per in-situ mud is that per dry solids times dry per wet."""
    scenario = load_scenario("pilot-2027")
    dry = feed(scenario, 100.0, "dry", None, None)
    wet_t = float(dry.mud.wet_t[0])
    wet = feed(scenario, wet_t, "wet", None, None)
    told = feed(scenario, wet_t, "wet", dry.grade_ppm * 100.0 / wet_t, "wet")
    assert wet.grade_basis == "wet"
    for other in (wet, told):
        assert other.dry_t == pytest.approx(100.0)
        assert other.mud.total_kg[0, AT["Nd"]] == pytest.approx(dry.mud.total_kg[0, AT["Nd"]])
    assert (wet.own_grade, told.own_grade) == (True, False)


def test_the_grade_of_the_scenario_is_that_of_the_stroke() -> None:
    short = feed(load_scenario("pilot-2027", ["tool.stroke_m=1.0"]), 1.0, "dry", None, None)
    longer = feed(load_scenario("pilot-2027", ["tool.stroke_m=3.0"]), 1.0, "dry", None, None)
    assert longer.dry_ppm > short.dry_ppm


def test_places_that_differ_do_not_change_the_stated_mud() -> None:
    even = feed(load_scenario("pilot-2027", ["resource.model=uniform"]), 1.0, "dry", None, None)
    blocks = feed(load_scenario("pilot-2027", ["resource.model=blocks"]), 1.0, "dry", None, None)
    assert blocks.dry_ppm == even.dry_ppm


@pytest.mark.parametrize(
    ("mass_basis", "grade_ppm", "grade_basis", "said"),
    [
        ("wet", 2_000.0, None, "'grade_basis' is dry and 'mass_basis' is wet: a dry grade times wet tonnes is no mass"),
        (
            "dry",
            2_000.0,
            "wet",
            "'grade_basis' is wet and 'mass_basis' is dry: a wet grade times dry tonnes is no mass",
        ),
        ("wet", None, "dry", "'grade_basis' is dry and 'mass_basis' is wet"),
        ("damp", None, None, "'mass_basis' is 'damp'; wet or dry is needed"),
        ("dry", 30_000.0, "dry", r"'grade_ppm' is 30,000; at most 22,\d+ is needed"),
        ("wet", 12_000.0, "wet", r"'grade_ppm' is 12,000 \(29,\d+ per dry solids\); at most"),
        ("dry", float("nan"), "dry", "'grade_ppm' is nan; 0 to 1e"),
    ],
)
def test_mass_and_grade_on_two_bases_or_beyond_all_mud_are_refused(
    mass_basis: str, grade_ppm: float | None, grade_basis: str | None, said: str
) -> None:
    with pytest.raises(ModelError, match=said):
        feed(load_scenario("pilot-2027"), 10.0, mass_basis, grade_ppm, grade_basis)
