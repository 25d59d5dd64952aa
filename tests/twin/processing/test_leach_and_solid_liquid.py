"""Leach and solid-liquid separation as steps: balances over random lots, and what moves when parameters move.

Truth: derived (conservation, limits, hand-made lots). Levels are in tests/published/test_leaching.py.
"""

from collections.abc import Callable

import numpy as np
import pytest

from ops_data.elements import CONSTITUENTS
from ops_data.errors import ModelError
from ops_data.reference import parameters as rows
from twin.models.composition import element_shares
from twin.models.leaching import MOLAR_KG, PROTONS, protons_of
from twin.processing import leach, received, solid_liquid
from twin.processing.lot import AT, CLOSED, DISSOLVED, PHASES, REY, Lot, Stepped, balance_error, empty, lot, mix, take

Step = Callable[[Lot], Stepped]
N = 60


def stated() -> dict[str, float]:
    return {key: row.value for key, row in rows().items()}


def drawn(rng: np.random.Generator, name: str) -> dict[str, float]:
    """Return stated values, those of a step drawn over their allowed range (over 0 to 100 where that is wide)."""
    values = stated()
    for key, row in rows().items():
        if key.startswith((f"{name}.", "host.")):
            most = min(row.maximum, max(10.0 * row.high, 1.0))
            values[key] = float(rng.uniform(row.minimum, most))
    return values


def random_lots(rng: np.random.Generator, n: int = N) -> Lot:
    """Return random lots, among them empty, tiny, dry, all-water and one-phase ones."""
    scale = rng.lognormal(0.0, 3.0, n)
    content = rng.lognormal(0.0, 3.0, (n, len(PHASES), len(CONSTITUENTS))) * scale[:, np.newaxis, np.newaxis]
    dry, water = scale * rng.uniform(0.5, 5.0, n), scale * rng.uniform(0.0, 50.0, n)
    salt = water * 0.035
    content[0], dry[0], water[0], salt[0] = 0.0, 0.0, 0.0, 0.0
    content[1], dry[1], water[1], salt[1] = content[1] * 1e-12, 1e-15, 1e-14, 1e-16
    water[2], salt[2], content[2, DISSOLVED] = 0.0, 0.0, 0.0
    dry[3], content[3, :DISSOLVED] = 0.0, 0.0
    for place in range(len(PHASES)):
        content[4 + place, [other for other in range(len(PHASES)) if other != place]] = 0.0
    content[10:30] *= 1e-3 * dry[10:30, np.newaxis, np.newaxis] / content[10:30].max(axis=(1, 2), keepdims=True)
    return lot(2.5 * dry, dry, water, salt, content)


def leaching(values: dict[str, float], acid: str = "hydrochloric", reductant: str = "none") -> Step:
    plant = leach.parameters(values, acid, reductant)
    return lambda batch: leach.leach(batch, plant)


def separating(values: dict[str, float], washing: str = "stated") -> Step:
    plant = solid_liquid.parameters(values, washing)
    return lambda batch: solid_liquid.solid_liquid(batch, plant)


def random_steps(rng: np.random.Generator) -> list[Step]:
    made = [leaching(drawn(rng, "leach"), acid, with_) for acid in PROTONS for with_ in leach.REDUCTANTS]
    return made + [separating(drawn(rng, "wash"), washing) for washing in solid_liquid.WASHINGS]


def every_part(done: Stepped) -> list[Lot]:
    return [*done.products.values(), *done.losses.values()]


def test_both_steps_conserve_everything_whatever_the_lots_and_parameters() -> None:
    rng = np.random.default_rng(8)
    for _ in range(25):
        lots = random_lots(rng)
        for step in random_steps(rng):
            done = step(lots)
            assert balance_error(lots, done) <= CLOSED
            for part in every_part(done):
                for name in ("wet_t", "dry_t", "dissolved_t", "water_t", "salt_t", "content_kg"):
                    assert np.all(getattr(part, name) >= 0.0), name
            for name, amount in done.utilities.items():
                assert np.all(np.isfinite(amount) & (amount >= 0.0)), name


def test_a_batch_gives_what_its_lots_give_one_by_one() -> None:
    rng = np.random.default_rng(9)
    lots = random_lots(rng, 12)
    for step in random_steps(rng):
        whole = step(lots)
        for i in range(len(lots)):
            one = step(take(lots, np.array([i])))
            for part, other in zip(every_part(whole), every_part(one), strict=True):
                least = 1e-14 * lots.content_kg[i].max()  # a difference of two near numbers keeps no more digits
                np.testing.assert_allclose(part.content_kg[i], other.content_kg[0], rtol=1e-12, atol=least)
                np.testing.assert_allclose(part.water_t[i], other.water_t[0], rtol=1e-12)
            for name, amount in whole.utilities.items():
                np.testing.assert_allclose(amount[i], one.utilities[name][0], rtol=1e-12)


def cake(grade_ppm: float | list[float] = 2_652.0, salt: bool = True) -> tuple[Lot, dict[str, float]]:
    """Return cakes of 100 t of dry solids by grade, and the stated value of every quantity."""
    values = stated()
    hosts = received.hosts(values)
    grades = np.atleast_1d(np.asarray(grade_ppm, np.float64))
    dry, water = np.full(len(grades), 100.0), np.full(len(grades), 82.0)
    content = received.solids_kg(dry, grades, element_shares(1_000.0), hosts)
    sea = received.sea_salt_t(water, values) * float(salt)
    return received.received(2.4 * dry, dry, water, sea, content, hosts), values


def test_the_dose_of_half_a_mole_and_ten_litres_is_182_kg_per_t_dry() -> None:
    """Derived: 5 mol times 36.46 g per kg; fresh water is what the cake does not bring."""
    mud, values = cake()
    used = leaching(values)(mud).utilities
    assert used["hcl_kg"][0] / 100.0 == pytest.approx(182.3, abs=0.05)
    assert used["fresh_water_t"][0] == pytest.approx(1_000.0 - 82.0)
    assert used["heat_kwh"][0] == 0.0


def test_a_quarter_mole_of_sulfuric_acid_is_245_kg_per_t_dry() -> None:
    """Derived: 2.5 mol times 98.07 g per kg."""
    mud, values = cake()
    assert leaching(values, "sulfuric")(mud).utilities["h2so4_kg"][0] / 100.0 == pytest.approx(245.2, abs=0.1)


def test_heating_by_35_degrees_burns_48_kwh_per_t_of_liquid() -> None:
    """Derived: 35 K of 1.163 kWh/(t K) at 85 %."""
    mud, values = cake()
    hot = leaching(values | {"leach.temperature_c": 60.0})(mud).utilities["heat_kwh"][0]
    assert hot / 1_000.0 == pytest.approx(35 * 1.163 / 0.85)


@pytest.mark.parametrize("acid", list(PROTONS))
def test_acid_used_is_at_most_acid_fed_and_short_acid_leaves_all_shares_in_proportion(acid: str) -> None:
    """Derived: protons in the liquor afterwards are those fed less those the dissolved cations took."""
    mud, values = cake([1_000.0, 5_000.0, 9_000.0])
    fixed = values | {
        "leach.acid_most_ratio": 1.0,
        "leach.acid_mol_l": 0.3,
        "leach.sulfuric_mol_l": 0.15,
        "leach.sulfuric_time_min": 15.0,
    }
    done = leaching(fixed | {"leach.hf_release_share": 0.0}, acid)(mud)
    key = leach.ACID_UTILITY[acid]
    fed_mol = done.utilities[key] / leach.ACID_KG_MOL[acid] * protons_of(acid)
    left = leach.free_protons_mol(done.product)
    assert left[0] > 0.0
    phosphate = mud.content_kg[:, 0, AT["P"]]
    extent = 1.0 - done.product.content_kg[:, 0, AT["P"]] / phosphate
    assert extent[0] == pytest.approx(values["leach.extent_apatite"], rel=0.01)
    assert extent[0] > extent[1] > extent[2]
    iron = 1.0 - done.product.content_kg[:, 2, AT["Fe"]] / mud.content_kg[:, 2, AT["Fe"]]
    np.testing.assert_allclose(iron / iron[0], extent / extent[0], rtol=1e-9)
    charge = np.array([3.0, 2.0, 3.0, 2.0, 1.0, 2.0, 4.0])
    cations = ["Fe", "Ca", "Al", "Mn", "Na", "U", "Th"]
    gone = (mud.content_kg - done.product.content_kg)[:, :3]
    taken = sum(
        gone[:, :, AT[name]].sum(axis=1) / MOLAR_KG[AT[name]] * z for name, z in zip(cations, charge, strict=True)
    )
    taken = taken + 3.0 * (gone[:, :, REY] / MOLAR_KG[REY]).sum(axis=(1, 2))
    taken = taken - 2.0 * gone[:, :, AT["S"]].sum(axis=1) / MOLAR_KG[AT["S"]]
    assert np.all(taken <= fed_mol * (1.0 + 1e-9))
    np.testing.assert_allclose(taken[1:], fed_mol[1:], rtol=1e-6)


def test_rich_mud_is_given_enough_acid_to_keep_the_free_acid_asked_for() -> None:
    mud, values = cake([1_000.0, 5_000.0, 8_000.0])
    for acid in PROTONS:
        done = leaching(values, acid)(mud)
        free = leach.free_acid_mol_l(done.product, acid) * protons_of(acid)
        assert np.all(free >= values["leach.free_proton_mol_l"] * (1.0 - 1e-9))
        key = leach.ACID_UTILITY[acid]
        assert done.utilities[key][0] < done.utilities[key][1] < done.utilities[key][2]


def test_sea_salt_alone_is_no_free_acid_and_hydrochloric_acid_is_all_of_it() -> None:
    """Derived: sea water is neutral; 0.3 mol of chlorine per litre beside it is 0.3 mol/L of acid."""
    sea = empty(1)
    salted = lot([0.0], [0.0], [1.0], [0.035], sea.content_kg + 0.0)
    salted.content_kg[:, DISSOLVED] = received.salt_kg(salted.salt_t)
    assert leach.free_acid_mol_l(salted, "hydrochloric")[0] == pytest.approx(0.0, abs=1e-9)
    salted.content_kg[:, DISSOLVED, AT["Cl"]] += 300.0 * MOLAR_KG[AT["Cl"]]
    assert leach.free_acid_mol_l(salted, "hydrochloric")[0] == pytest.approx(0.3, rel=1e-9)
    assert leach.free_acid_mol_l(salted, "sulfuric")[0] == pytest.approx(0.15, rel=1e-9)
    assert leach.free_acid_mol_l(sea, "hydrochloric")[0] == 0.0


def test_salt_costs_neodymium_in_sulfuric_but_not_in_hydrochloric_acid() -> None:
    """Derived: sodium of the cake's brine grows the double sulfate; chloride is harmless."""
    (brine, values), (washed, _) = cake(salt=True), cake(salt=False)
    liquor = {
        acid: [leaching(values, acid)(mud).product.dissolved_kg[0, AT["Nd"]] for mud in (brine, washed)]
        for acid in PROTONS
    }
    assert liquor["sulfuric"][0] < 0.95 * liquor["sulfuric"][1]
    assert liquor["hydrochloric"][0] == pytest.approx(liquor["hydrochloric"][1], rel=1e-9)


def test_peroxide_opens_manganese_oxide_and_frees_cerium() -> None:
    """Derived: one mole of peroxide per mole of manganese, times the excess."""
    mud, values = cake()
    cold, reduced = (leaching(values, reductant=word)(mud) for word in leach.REDUCTANTS)
    assert reduced.product.dissolved_kg[0, AT["Ce"]] > 2.5 * cold.product.dissolved_kg[0, AT["Ce"]]
    assert reduced.product.dissolved_kg[0, AT["Nd"]] == pytest.approx(cold.product.dissolved_kg[0, AT["Nd"]], rel=2e-3)
    mn_mol = reduced.product.dissolved_kg[0, AT["Mn"]] / MOLAR_KG[AT["Mn"]]
    peroxide_mol = reduced.utilities["hydrogen_peroxide_kg"][0] / 0.034014
    assert peroxide_mol / mn_mol == pytest.approx(values["leach.peroxide_excess"], rel=1e-4)
    assert "hydrogen_peroxide_kg" not in cold.utilities


def test_hydrogen_fluoride_leaves_by_its_share() -> None:
    mud, values = cake()
    done = leaching(values)(mud)
    gas, dissolved = done.losses["off_gas"].total_kg[0], done.product.dissolved_kg[0, AT["F"]]
    assert gas[AT["F"]] / (gas[AT["F"]] + dissolved) == pytest.approx(values["leach.hf_release_share"])
    assert gas.sum() == gas[AT["F"]]


def test_sulfuric_acid_leaves_calcium_behind_as_gypsum_and_its_weight_is_told() -> None:
    """Derived: SO3 and two waters per CaO; the dry solids count the calcium only."""
    mud, values = cake()
    done = leaching(values, "sulfuric")(mud)
    assert done.product.dissolved_kg[0, AT["Ca"]] / MOLAR_KG[AT["Ca"]] / 1e6 == pytest.approx(0.02, rel=1e-9)
    gypsum_mol = done.product.content_kg[0, PHASES.index("precipitate"), AT["Ca"]] / MOLAR_KG[AT["Ca"]]
    assert done.utilities["residue_t"][0] == pytest.approx(gypsum_mol * (80.06 + 36.03) / 1e6, rel=0.02)
    assert "residue_t" not in leaching(values)(mud).utilities


def test_mud_richer_in_phosphate_hosts_gives_up_more_neodymium() -> None:
    """Derived: what the matrix holds gives up less than phosphate does, so an upgraded feed leaches better."""
    mud, values = cake()
    upgraded = lot(
        mud.wet_t, mud.dry_t, mud.water_t, mud.salt_t, mud.content_kg * [[[1.0], [0.5], [0.5], [1.0], [1.0]]]
    )
    plain, rich = (leaching(values)(one).product.dissolved_kg[0] / one.total_kg[0] for one in (mud, upgraded))
    assert rich[AT["Nd"]] > plain[AT["Nd"]] + 0.01


def test_the_liquor_has_no_solids_and_the_residue_loses_the_stated_share_of_all_that_is_dissolved() -> None:
    mud, values = cake()
    slurry = leaching(values)(mud).product
    done = separating(values | {"wash.soluble_loss": 0.08})(slurry)
    liquor, residue = done.product, done.losses["residue"]
    assert liquor.dry_t[0] == liquor.wet_t[0] == liquor.solid_kg.sum() == 0.0
    np.testing.assert_allclose(residue.dissolved_kg, 0.08 * slurry.dissolved_kg, rtol=1e-12)
    assert residue.water_t[0] / (residue.water_t[0] + residue.dry_t[0]) == pytest.approx(0.45, rel=1e-9)
    assert done.utilities["fresh_water_t"][0] == pytest.approx(1.5 * residue.water_t[0])
    assert leach.free_protons_mol(mix([liquor, residue]))[0] == pytest.approx(
        leach.free_protons_mol(slurry)[0], rel=1e-9
    )


def test_modelled_washing_loses_less_with_more_water_and_all_the_held_liquor_without_any() -> None:
    mud, values = cake()
    slurry = leaching(values)(mud).product
    for washing in ("displacement", "counter_current"):
        lost = []
        for ratio in (0.0, 1.0, 3.0):
            done = separating(values | {"wash.ratio": ratio}, washing)(slurry)
            lost.append(done.losses["residue"].dissolved_kg[0, AT["Nd"]] / slurry.dissolved_kg[0, AT["Nd"]])
        assert lost[0] > lost[1] > lost[2]
        held = separating(values, washing)(slurry).losses["residue"].water_t[0]
        if washing == "displacement":
            assert lost[0] == pytest.approx(held / slurry.water_t[0], rel=1e-9)


def test_a_slurry_that_its_solids_can_hold_leaves_no_liquor_without_wash() -> None:
    """Derived: no liquor, so all that is dissolved stays with the residue."""
    few = lot([2.0], [1.0], [0.5], [0.0], np.ones((1, len(PHASES), len(CONSTITUENTS))))
    done = separating(stated() | {"wash.ratio": 0.0})(few)
    assert done.product.water_t[0] == done.product.total_kg.sum() == 0.0


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("leach.extent_apatite", 1.2, "'leach.extent_apatite' is 1.2"),
        ("leach.recovery_heavy", -0.1, "'leach.recovery_heavy' is -0.1"),
        ("leach.liquid_solid_l_kg", 0.0, "'leach.liquid_solid_l_kg' is 0"),
        ("leach.hf_release_share", float("nan"), "'leach.hf_release_share' is nan"),
        ("leach.acid_most_ratio", 0.5, "'leach.acid_most_ratio' less 1 is -0.5"),
        ("wash.soluble_loss", 1.5, "'wash.soluble_loss' is 1.5"),
        ("wash.residue_water_fraction", 1.0, r"water fraction \[1\] is 1"),
        ("wash.ratio", -1.0, "'wash.ratio' is -1"),
    ],
)
def test_a_parameter_out_of_range_is_named_with_its_value(key: str, value: float, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        (leaching if key.startswith("leach") else separating)(stated() | {key: value})


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(ModelError, match="'acid' is 'nitric'"):
        leach.parameters(stated(), "nitric")
    with pytest.raises(ModelError, match="'reductant' is 'sugar'"):
        leach.parameters(stated(), reductant="sugar")
    with pytest.raises(ModelError, match="'washing' is 'rain'"):
        solid_liquid.parameters(stated(), "rain")
