"""An own separation plant: mixed oxide redissolved, cut after cut by solvent extraction, precipitated and calcined."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ops_data.elements import ATOMIC_MASS_G_MOL, ELEMENTS
from ops_data.errors import ModelError
from ops_data.units import GRAMS_PER_KG, KG_PER_TONNE, LITRES_PER_M3, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from twin.models.leaching import CHARGE, MOLAR_KG
from twin.processing.circuit_design import Aim, design, heavy_side
from twin.processing.extraction_circuit import Layout, Run, acid_wanted_mol_l, run
from twin.processing.lot import AT, DISSOLVED, OXIDE_FACTOR, REY, Floats, Lot, Stepped, mix, reagent_stream, share
from twin.processing.oxides import PRODUCTS, oxide_lots, rest
from twin.processing.solvents import DENSITY_KG_L, MOLAR_MASS_KG_MOL, Extractant, extractant, refuse_extrapolated

# cut, what it is fed with, what its raffinate and its extract are; a name of PRODUCTS is sold
CUTS: Final = (
    ("Nd/Sm", "feed", "light", "middle"),
    ("Ce/Pr", "light", "LaCe", "didymium"),
    ("Pr/Nd", "didymium", "Pr", "Nd"),
    ("Gd/Tb", "middle", "SEG", "terbium"),
    ("Tb/Dy", "terbium", "Tb", "dysprosium"),
    ("Dy/Ho", "dysprosium", "Dy", "holmium"),
    ("Ho/Y", "holmium", "heavy", "yttrium"),
    ("Y/Er", "yttrium", "Y", "heavy"),
)
MASS_KG_MOL: Final = np.array([ATOMIC_MASS_G_MOL[element] for element in ELEMENTS]) / GRAMS_PER_KG
HCL_KG_MOL: Final = (ATOMIC_MASS_G_MOL["H"] + ATOMIC_MASS_G_MOL["Cl"]) / GRAMS_PER_KG
NAOH_KG_MOL: Final = sum(ATOMIC_MASS_G_MOL[atom] for atom in ("Na", "O", "H")) / GRAMS_PER_KG
OXALIC_KG_MOL: Final = sum(n * ATOMIC_MASS_G_MOL[a] for a, n in (("C", 2), ("H", 6), ("O", 6))) / GRAMS_PER_KG
EVAPORATION_KWH_L: Final = 2.257 / 3.6 / 0.85  # heat of evaporation of water, 85 % of the fuel's heat
WITH_LIGHT: Final = ("Ca",)  # tracers past cleaning that stay in the liquor and are precipitated with La and Ce
WITH_HEAVY: Final = ("Fe", "U", "Th")  # those that acidic extractants take before any rare earth


@dataclass(frozen=True, eq=False)
class Plant:
    """An own plant.

    Attributes
    ----------
    solvent, aim, layout : extractant, what each cut aims at, how circuits are run.
    extrapolate : whether elements without a published coefficient may be in the feed.
    ndpr_split_share : of Pr and Nd, what goes on to be separated [1].
    dissolution_share : of the rare earths, what the acid takes up again [1].
    cleaning_share : of each tracer, what is removed before extraction [1].
    finish_share : of what a circuit gives, what ends as oxide [1].
    feed_acid_mol_l : free acid in the feed of each circuit [mol/L].
    oxalic_excess : oxalic acid per stoichiometric [1].
    heat_kwh_kg : fuel per oxide [kWh/kg].
    solvent_loss_l_m3 : solvent lost with liquor [L/m3].
    mixer_kw_m3, mixing_min : power per mixer volume, time in a mixer.
    """

    solvent: Extractant
    aim: Aim
    layout: Layout
    extrapolate: bool
    ndpr_split_share: float
    dissolution_share: float
    cleaning_share: float
    finish_share: float
    feed_acid_mol_l: float
    oxalic_excess: float
    heat_kwh_kg: float
    solvent_loss_l_m3: float
    mixer_kw_m3: float
    mixing_min: float


@dataclass(frozen=True, eq=False)
class Worked:
    """A circuit at work on one batch.

    Attributes
    ----------
    run : per mol fed.
    fed_mol, acid_mol : rare earths fed to it, and acid added to its feed [mol].
    evaporated_l : water evaporated from its strip liquor [L].
    """

    run: Run
    fed_mol: float
    acid_mol: float
    evaporated_l: float


@dataclass(frozen=True, eq=False)
class Stream:
    """Liquor between circuits: rare earths [mol], shape (15,), volume [L] and free acid [mol]."""

    earths_mol: Floats
    volume_l: float
    acid_mol: float


def plant(values: Mapping[str, float], name: str, extrapolate: bool) -> Plant:
    """Return an own plant from a scenario's quantities; ModelError names what is out of range."""

    def part(key: str) -> float:
        return float(share(key, values[key]))

    def above(key: str, least: float = 0.0) -> float:
        if not values[key] > least:
            raise ModelError(f"'{key}' is {values[key]:g}; it must exceed {least:g}; raise it")
        return values[key]

    aims = {key: part(key) for key in ("circuit.purity", "circuit.recovery")}
    for key, value in aims.items():
        if not 0.5 <= value < 1.0:
            raise ModelError(f"'{key}' is {value:g}; 0.5 to below 1 is needed; no circuit separates wholly")
    aim = Aim(
        aims["circuit.purity"],
        aims["circuit.recovery"],
        above("circuit.least_beta", 1.0),
        above("circuit.wash_factor", 1.0),
        int(above("circuit.most_stages", 2.0)),
    )
    layout = Layout(
        above("circuit.extractant_mol_l"),
        part("circuit.saponified_share"),
        above("circuit.liquor_mol_l"),
        above("circuit.most_acid_mol_l"),
        int(above("circuit.strip_stages")),
        part("circuit.stage_efficiency"),
    )
    return Plant(
        extractant(name, above("circuit.selectivity"), values["circuit.heavy_decade"]),
        aim,
        layout,
        extrapolate,
        part("separation.ndpr_split_share"),
        part("circuit.dissolution_share"),
        part("circuit.cleaning_share"),
        part("circuit.finish_share"),
        above("circuit.feed_acid_mol_l"),
        above("circuit.oxalic_excess"),
        above("calcine.heat_kwh_kg", -1.0),
        above("circuit.solvent_loss_l_m3"),
        above("circuit.mixer_kw_m3"),
        above("circuit.mixing_min"),
    )


def cascade(
    feed_mol: Floats, owned: Plant, start: Mapping[str, Run] | None = None
) -> tuple[dict[str, Floats], list[Worked]]:
    """Return what the circuits make of one batch of rare earths.

    Parameters
    ----------
    feed_mol : dissolved rare earths [mol], shape (15,).
    owned : the plant.
    start : runs of an earlier batch by cut, to begin the search from; changes the time taken only.

    Returns
    -------
    Rare earths in each product [mol], and the circuits at work, in order.

    Notes
    -----
    A raffinate goes on as it is. A strip liquor thinner than the liquor aimed at is evaporated to it. The free acid of
    both is neutralised, or acid added, to what the next circuit wants (`extraction_circuit.acid_wanted_mol_l`, at least
    ``feed_acid_mol_l``). A cut that `circuit_design.design` builds no circuit for is left out: all goes to the side
    that has more.
    """
    none = Stream(np.zeros(len(ELEMENTS)), 0.0, 0.0)
    volume = float(feed_mol.sum()) / owned.layout.liquor_mol_l
    streams = {"feed": Stream(feed_mol, volume, 0.0)}
    worked: list[Worked] = []
    for cut, source, raffinate, extract in CUTS:
        fed = streams.pop(source, none)
        if source == "didymium":
            mixed, fed = _shared(fed, 1.0 - owned.ndpr_split_share)
            streams["NdPr"] = mixed
        ends, work = _cut(cut, fed, owned, (start or {}).get(cut))
        worked += [work] if work is not None else []
        for name, stream in zip((raffinate, extract), ends, strict=True):
            streams[name] = _joined(streams.get(name, none), stream)
    return {name: streams[name].earths_mol for name in PRODUCTS}, worked


def _cut(cut: str, fed: Stream, owned: Plant, start: Run | None) -> tuple[tuple[Stream, Stream], Worked | None]:
    """Return raffinate and extract of one cut and the circuit; without one, all goes to one side."""
    none = Stream(np.zeros(len(ELEMENTS)), 0.0, 0.0)
    plan = design(cut, fed.earths_mol, owned.solvent.a, owned.aim)
    if plan is None:
        heavier = float(fed.earths_mol @ heavy_side(cut)) > 0.5 * float(fed.earths_mol.sum())
        return ((none, fed) if heavier else (fed, none)), None
    total = float(fed.earths_mol.sum())
    feed_l, each = fed.volume_l / total, fed.earths_mol / total
    wanted = acid_wanted_mol_l(plan, each, feed_l, owned.solvent, owned.layout)
    acid = max(owned.feed_acid_mol_l, wanted) * feed_l
    done = run(plan, each, feed_l, acid, owned.solvent, owned.layout, start)
    raffinate = Stream(done.raffinate_mol * total, done.raffinate_l * total, done.raffinate_acid_mol * total)
    strip_l = min(done.strip_l, float(done.extract_mol.sum()) / owned.layout.liquor_mol_l)
    extract = Stream(done.extract_mol * total, strip_l * total, done.strip_acid_mol * total)
    added_mol, evaporated_l = max(acid * total - fed.acid_mol, 0.0), (done.strip_l - strip_l) * total
    return (raffinate, extract), Worked(done, total, added_mol, evaporated_l)


def _shared(stream: Stream, part: float) -> tuple[Stream, Stream]:
    first = Stream(stream.earths_mol * part, stream.volume_l * part, stream.acid_mol * part)
    second = Stream(
        stream.earths_mol - first.earths_mol, stream.volume_l - first.volume_l, stream.acid_mol - first.acid_mol
    )
    return first, second


def _joined(one: Stream, other: Stream) -> Stream:
    return Stream(one.earths_mol + other.earths_mol, one.volume_l + other.volume_l, one.acid_mol + other.acid_mol)


def own_circuit(batch: Lot, owned: Plant) -> Stepped:
    """Return the oxides an own plant makes of separation batches, its losses and what it used.

    Parameters
    ----------
    batch : n lots of mixed rare-earth oxide; each is one batch, its circuits are solved for it.
    owned : the plant.

    Returns
    -------
    Products by name (see ``PRODUCTS``); losses ``circuit_residue`` (not dissolved, and tracers removed) and
    ``circuit_effluent`` (water, salt of reagents, what was not precipitated); reagents, water, power and heat.

    Raises
    ------
    ModelError : a circuit does not converge, or an element without published coefficient is there and extrapolation is
        off; the message names cut or element.

    Notes
    -----
    Three mol HCl per mol redissolve the oxide, and what tracers in it take by their charge. All acid used ends
    neutralised: oxalic acid sets free the acid that the rare earths held, so that NaOH in all, with that of
    saponification, is as many mol as HCl in all and excess oxalic acid. Tracers are no
    part of the stage model: a share is removed ahead of it; of the rest calcium ends with La and Ce, iron, uranium and
    thorium with the heavy remainder, all others in the effluent. Every batch has its own design: a plant that is built
    once has the stages of its hardest batch.
    """
    if not owned.extrapolate:
        refuse_extrapolated(owned.solvent.name, batch.total_kg[:, REY].sum(axis=0) > 0.0)
    masses = {name: np.zeros((len(batch), len(AT))) for name in PRODUCTS}
    used: list[dict[str, float]] = []
    before: dict[str, Run] = {}
    for row in range(len(batch)):
        total = batch.total_kg[row]
        dissolved = total[REY] / MASS_KG_MOL * owned.dissolution_share
        products, worked = cascade(dissolved, owned, before)
        before |= {one.run.design.cut: one.run for one in worked}
        for name, mol in products.items():
            masses[name][row, REY] = np.minimum(mol * MASS_KG_MOL, total[REY]) * owned.finish_share
        _slipped(masses, row, total, owned)
        tracers_mol = float((np.maximum(CHARGE, 0.0) * total / MOLAR_KG)[REY.stop :].sum()) * owned.dissolution_share
        used.append(_used(dissolved, tracers_mol, products, worked, owned))
    utilities = {name: np.array([one[name] for one in used]) for name in used[0]} if used else {}
    lots = {name: oxide_lots(mass, batch) for name, mass in masses.items()}
    left = rest(batch, lots.values())
    residue, effluent = _losses(batch.total_kg, left, owned)
    effluent = mix([effluent, reagent_stream(utilities, len(batch))])
    return Stepped(lots, {"circuit_residue": residue, "circuit_effluent": effluent}, utilities)


def _slipped(masses: Mapping[str, Floats], row: int, total_kg: Floats, owned: Plant) -> None:
    """Add to products what cleaning leaves of the tracers and what precipitates or extracts with the rare earths."""
    left = (1.0 - owned.cleaning_share) * owned.finish_share
    for name, tracers in (("LaCe", WITH_LIGHT), ("heavy", WITH_HEAVY)):
        if masses[name][row].any():
            for tracer in tracers:
                masses[name][row, AT[tracer]] = total_kg[AT[tracer]] * left


def _used(
    dissolved_mol: Floats, tracers_mol: float, products: Mapping[str, Floats], worked: list[Worked], owned: Plant
) -> dict[str, float]:
    """Return what one batch uses, by the names of utilities; its tracers take ``tracers_mol`` of acid."""
    mol = float(dissolved_mol.sum())
    feed_l = mol / owned.layout.liquor_mol_l
    hcl = 3.0 * mol + tracers_mol + sum(one.run.hcl_mol * one.fed_mol + one.acid_mol for one in worked)
    water_l = feed_l + sum(one.run.water_l * one.fed_mol for one in worked)
    mixers_m3_h = sum(
        sum(one.run.stages) * (one.run.solvent_l + one.run.raffinate_l) * one.fed_mol for one in worked
    ) * (owned.mixing_min * SECONDS_PER_MINUTE / SECONDS_PER_HOUR / LITRES_PER_M3)
    oxide_kg = sum(float(found @ (MASS_KG_MOL * OXIDE_FACTOR[REY])) for found in products.values())
    extractant_kg, diluent_kg = _solvent_lost(worked, owned)
    return {
        "hcl_kg": hcl * HCL_KG_MOL,
        "naoh_kg": (hcl + 3.0 * (owned.oxalic_excess - 1.0) * mol) * NAOH_KG_MOL,
        "oxalic_acid_kg": 1.5 * owned.oxalic_excess * OXALIC_KG_MOL * mol,
        "extractant_kg": extractant_kg,
        "diluent_kg": diluent_kg,
        "fresh_water_t": water_l / KG_PER_TONNE,
        "power_kwh": owned.mixer_kw_m3 * mixers_m3_h,
        "heat_kwh": owned.heat_kwh_kg * oxide_kg * owned.finish_share
        + EVAPORATION_KWH_L * sum(one.evaporated_l for one in worked),
    }


def _solvent_lost(worked: list[Worked], owned: Plant) -> tuple[float, float]:
    """Return extractant and diluent [kg] that leave with liquor."""
    name, extractant_kg, diluent_kg = owned.solvent.name, 0.0, 0.0
    for one in worked:
        liquor_l = (one.run.raffinate_l + one.run.strip_l) * one.fed_mol
        lost_l = owned.solvent_loss_l_m3 * liquor_l / LITRES_PER_M3
        kg_l = 2.0 * one.run.extractant_mol_l * MOLAR_MASS_KG_MOL[name]
        extractant_kg += lost_l * kg_l
        diluent_kg += lost_l * max(1.0 - kg_l / DENSITY_KG_L[name], 0.0) * DENSITY_KG_L["diluent"]
    return extractant_kg, diluent_kg


def _losses(fed_kg: Floats, left: Lot, owned: Plant) -> tuple[Lot, Lot]:
    """Return the residue of dissolving and cleaning, and the effluent, out of what is not in a product.

    The residue holds what did not dissolve and the tracers removed, as far as they are there; the effluent all else.
    """
    wanted = fed_kg * owned.cleaning_share
    wanted[:, REY] = fed_kg[:, REY] * (1.0 - owned.dissolution_share)
    residue = oxide_lots(np.minimum(wanted, left.total_kg), left)
    spent = rest(left, [residue])
    content = np.zeros_like(spent.content_kg)
    content[:, DISSOLVED] = spent.total_kg
    nothing = np.zeros(len(spent))
    return residue, replace(spent, dry_t=nothing, dissolved_t=spent.solids_t, content_kg=content)
