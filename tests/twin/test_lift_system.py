"""From a scenario to its circuit: which way things move, that every draw works, what is refused."""

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ops_data.errors import ModelError
from twin.lift_system import circuit
from twin.models.lift_point import OperatingPoint
from twin.models.lift_search import ROUNDING
from twin.scenario import Scenario, draw_parameters, load_scenario
from twin.settings import Lift

PILOT = load_scenario("pilot-2027")
STATED = {key: quantity.value for key, quantity in PILOT.quantities.items()}
SECTIONS = {"surface_pumps": "pump", "subsea_pump": "subsea_pump", "air_lift": "airlift"}
EXTREMES = (
    "riser.bore_m",
    "riser.flow_m3_h",
    "slurry.coarse_diameter_mm",
    "slurry.coarse_density_t_m3",
    "slurry.solids_volume_fraction",
    "slurry.yield_coefficient_pa",
    "mud.grain_density_t_m3",
)
PRECISION = 5e-3  # of tonnes per hour where the search binds, several times what was found


def lift_of(**choices: str) -> Lift:
    """Return the pilot's lift settings with other choices."""
    return Lift.model_validate(PILOT.lift.model_dump() | choices)


def point(values: Mapping[str, float], lift: Lift = PILOT.lift) -> OperatingPoint:
    """Return the operating point at the pilot's site."""
    return circuit(values, lift, PILOT.site.latitude_deg).operating_point()


@st.composite
def tight_systems(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, str]]:
    """Draw changes to the pilot's values and settings that make a system of pumps whose limits often bind."""
    system = draw(st.sampled_from(["surface_pumps", "subsea_pump"]))
    section = SECTIONS[system]
    ranges = {
        "riser.bore_m": (0.15, 0.28),
        "riser.flow_m3_h": (80.0, 250.0),
        "slurry.solids_volume_fraction": (0.02, 0.12),
        "slurry.yield_coefficient_pa": (1e3, 1e5),
        f"{section}.pressure_limit_mpa": (3.5, 12.0),
        f"{section}.power_limit_mw": (0.1, 1.2),
        f"{section}.shutoff_mpa": (4.0, 14.0),
    }
    changes = {key: draw(st.floats(*ends)) for key, ends in ranges.items()}
    return changes, {"system": system, "turbulence": draw(st.sampled_from(["wilson_thomas", "darby_melson"]))}


@settings(max_examples=60)
@given(tight_systems(), st.floats(1.02, 1.5), st.data())
def test_a_wider_limit_or_a_wider_bore_never_lowers_what_is_lifted(
    system: tuple[dict[str, float], dict[str, str]], factor: float, data: st.DataObject
) -> None:
    """Derived: physics; a wider bore only while the least velocity does not ask for more flow (it grows with area)."""
    values, lift = STATED | system[0], lift_of(**system[1])
    section = SECTIONS[lift.system]
    limits = (f"{section}.pressure_limit_mpa", f"{section}.power_limit_mw", f"{section}.shutoff_mpa")
    key = data.draw(st.sampled_from([*limits, "riser.flow_m3_h", "riser.bore_m"]))
    before = point(values, lift)
    try:
        after = point(values | {key: values[key] * factor}, lift)
    except ModelError:
        assert key == "riser.bore_m"
        return
    assume(key != "riser.bore_m" or after.use["minimum velocity"] < 0.95)
    assert after.dry_t_h >= before.dry_t_h * (1.0 - PRECISION)


@settings(max_examples=40)
@given(tight_systems(), st.floats(1.1, 4.0))
def test_a_stiffer_mud_does_not_raise_what_is_lifted(
    system: tuple[dict[str, float], dict[str, str]], factor: float
) -> None:
    """Derived: physics, up to 8 % for four times the yield stress: it can calm turbulence (Wilson and Thomas 1985)."""
    values, lift = STATED | system[0], lift_of(**system[1])
    before = point(values, lift)
    after = point(values | {"slurry.yield_coefficient_pa": values["slurry.yield_coefficient_pa"] * factor}, lift)
    assert after.dry_t_h <= before.dry_t_h * 1.08


def test_a_stiffer_mud_lifts_less_where_flow_is_laminar_and_pressure_binds() -> None:
    """Derived: wall stress is above the yield stress, and the pump has no more to give."""
    weak = STATED | {"pump.pressure_limit_mpa": 5.0, "slurry.solids_volume_fraction": 0.08}
    lifted = [point(weak | {"slurry.yield_coefficient_pa": a}).dry_t_h for a in (2e4, 6e4, 2e5, 6e5)]
    assert all(after < before for before, after in pairwise(lifted))


@settings(max_examples=30)
@given(tight_systems())
def test_no_limit_is_exceeded_and_the_binding_one_is_used_up(system: tuple[dict[str, float], dict[str, str]]) -> None:
    one = point(STATED | system[0], lift_of(**system[1]))
    assert max(one.use.values()) <= ROUNDING
    assert one.use[one.binding] == pytest.approx(1.0, abs=5e-3)


def corners(scenario: Scenario, section: str) -> Iterator[dict[str, float]]:
    """Yield every corner of the ranges that ask most of a drive, with the drive itself at its weakest."""
    stated = {key: quantity.value for key, quantity in scenario.quantities.items()}
    drawn = [quantity for quantity in scenario.quantities.values() if quantity.law != "fixed"]
    weakest = {quantity.key: quantity.low for quantity in drawn if quantity.key.startswith(f"{section}.")}
    wide = [scenario.quantities[key] for key in EXTREMES]
    ends = [(q.value,) if q.law == "fixed" else (q.low, q.high) for q in wide]
    for combination in product(*ends):
        yield stated | weakest | dict(zip(EXTREMES, combination, strict=True))


@pytest.mark.parametrize("system", list(SECTIONS))
def test_at_every_corner_of_the_pilot_ranges_some_flow_is_allowed(system: str) -> None:
    """Derived: else a run would end at a draw; the ranges of the reference rows are made so."""
    lift = lift_of(system=system)
    for values in corners(PILOT, SECTIONS[system]):
        assert point(values, lift).dry_t_h > 0.0


def test_at_every_corner_of_the_scaled_up_ranges_some_flow_is_allowed() -> None:
    scaled = load_scenario("scale-up-3500")
    for values in corners(scaled, "pump"):
        assert point(values, scaled.lift).dry_t_h > 0.0


@pytest.mark.parametrize("name", ["pilot-2027", "dry-basis", "storm-season", "annual-pilot", "connection-test-2026"])
def test_draws_of_packaged_scenarios_have_an_operating_point(name: str) -> None:
    scenario = load_scenario(name)
    for replicate in range(30):
        values = draw_parameters(scenario, 1, replicate, "drawn")
        one = circuit(values, scenario.lift, scenario.site.latitude_deg).operating_point()
        assert 0.2 <= one.blockage_factor <= 5.0


def test_the_pilot_works_at_its_flow_with_half_of_its_pressure_to_spare() -> None:
    """Recorded: the default point, for a change of it to be seen."""
    one = point(STATED)
    assert (one.binding, round(one.flow_m3_h, 6), one.solids_fraction) == ("flow", 105.0, 0.05)
    assert one.pressure_mpa == pytest.approx(5.2, abs=0.1)
    assert one.power_mw == pytest.approx(0.25, abs=0.01)
    assert one.circulation_mw == pytest.approx(0.051, abs=0.001)
    assert one.restart_mpa == pytest.approx(5.08, abs=0.01)
    assert one.blockage_factor == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("changes", [{"airlift.power_limit_mw": 0.3}, {"airlift.capacity_m3_h": 1500.0}])
def test_an_air_lift_that_is_short_of_power_or_air_exceeds_no_limit(changes: dict[str, float]) -> None:
    one = point(STATED | changes, lift_of(system="air_lift"))
    assert one.binding in {"power", "pump curve"}
    assert 0.99 < max(one.use.values()) <= ROUNDING


def test_the_scaled_up_fleet_works_at_its_flow_with_half_of_its_pressure_to_spare() -> None:
    """Recorded: 553 m3/h at 8 % in 0.40 m, 110.6 t/h dry."""
    scaled = load_scenario("scale-up-3500")
    one = point({key: quantity.value for key, quantity in scaled.quantities.items()}, scaled.lift)
    assert (one.binding, round(one.dry_t_h, 6)) == ("flow", 110.6)
    assert one.use["pressure"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("rheology", ["herschel_bulkley", "power_law"])
@pytest.mark.parametrize("turbulence", ["wilson_thomas", "darby_melson"])
@pytest.mark.parametrize("system", list(SECTIONS))
def test_every_choice_of_models_and_drive_lifts(system: str, turbulence: str, rheology: str) -> None:
    one = point(STATED, lift_of(system=system, turbulence=turbulence, rheology=rheology))
    assert one.dry_t_h == pytest.approx(13.125)
    assert 0.1 < one.friction_up_mpa < 1.0


def test_a_stated_lift_has_no_circuit() -> None:
    with pytest.raises(ModelError, match=r'^lift system: lift.system is "stated".*choose surface_pumps, subsea_pump'):
        circuit(STATED, lift_of(system="stated"), 23.2)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("slurry.solids_volume_fraction", 0.25, "it must be above 0 and below slurry.packing_fraction 0.22"),
        ("slurry.max_solids_fraction", 0.22, "it must be above 0 and below slurry.packing_fraction 0.22"),
        ("slurry.solids_volume_fraction", 0.0, "it must be above 0"),
        ("slurry.yield_coefficient_pa", -1.0, "yield coefficient"),
        ("riser.bore_m", 0.0, "riser.bore_m"),
        ("riser.flow_m3_h", 0.0, "riser.flow_m3_h"),
        ("riser.flow_m3_h", 10.0, "coarse grains need"),
        ("riser.outer_bore_ratio", 1.1, "raise riser.outer_bore_ratio"),
        ("pump.shutoff_mpa", 0.2, "what pump.shutoff_mpa allows"),
    ],
)
def test_values_no_circuit_can_have_are_refused_in_one_line(key: str, value: float, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        point(STATED | {key: value})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
