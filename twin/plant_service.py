"""The plants in service: what they make of a parcel of a scenario's mud, step by step, and what the choices cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ops_data.elements import ELEMENTS
from ops_data.units import KG_PER_TONNE, SECONDS_PER_DAY
from twin.plant_feed import Feed
from twin.processing import own_circuit
from twin.processing.accounts import STEP_PLACES, plain, recovered_kg, sold_kg
from twin.processing.circuit_design import Design
from twin.processing.ledger import AIRBORNE, Entry, activity, entries, fluoride_released_kg, oxide_value_usd
from twin.processing.lot import AT, OXIDE_FACTOR, REY, Floats
from twin.processing.oxides import purity
from twin.processing.refinery import Refined, Values, refine
from twin.processing.valuation import payable_share
from twin.scenario import Scenario
from twin.settings import STEPS, Processing, Step

WATCHED: Final = ("Nd", "Dy")
NOTHING: Final = 1e-9  # of what was fed: a loss of less is none


@dataclass(frozen=True, eq=False)
class StepDone:
    """What one step did; masses, money and gases per tonne of dry solids fed to the chain.

    Attributes
    ----------
    step : its name.
    recovery : of each rare earth fed to the step [1], shape (15,), nan where nothing was; recovery_all : of all.
    solids_kg_t : solids that go on, all products of separation together.
    ledger : rows of the ledger for the whole parcel.
    cost_usd_t, co2e_kg_t : their sums per tonne.
    """

    step: Step
    recovery: Floats
    recovery_all: float
    solids_kg_t: float
    ledger: Sequence[Entry]
    cost_usd_t: float
    co2e_kg_t: float


@dataclass(frozen=True)
class Product:
    """An oxide sold: its mass with all impurities, its purity (none without mass) and what is paid for it."""

    name: str
    mass_kg: float
    purity: float | None
    value_usd: float


@dataclass(frozen=True)
class Loss:
    """Where rare earths are lost, as a share of what was fed to the chain [1] by watched element."""

    place: str
    stream: str
    share: Mapping[str, float]


@dataclass(frozen=True)
class Heap:
    """Solids of a kind: their mass, the activity of U-238 and Th-232 in them, and whether each is at most 1 Bq/g."""

    name: str
    dry_t: float
    activity_bq_g: float
    exempt: bool


@dataclass(frozen=True)
class Circuit:
    """A circuit of an own plant: its design, built stages (extraction, scrub, strip), pH, feed, pH of the data."""

    design: Design
    stages: tuple[int, int, int]
    ph_low: float
    ph_high: float
    feed_share: float
    ph_of_data: tuple[float, float]

    @property
    def beyond_data(self) -> bool:
        """Whether it works at a pH at which the distribution coefficients were not measured."""
        return self.ph_low < self.ph_of_data[0] or self.ph_high > self.ph_of_data[1]


def made_of(scenario: Scenario, fed: Feed) -> Refined:
    """Return what the plants make of a parcel that comes at time 0, at stated values."""
    values = {key: quantity.value for key, quantity in scenario.quantities.items()}
    return refine(np.zeros(1, dtype=np.int64), fed.mud, values, scenario.processing)


def value_usd(refined: Refined, values: Values, separation: str) -> float:
    """Return what the oxides of a parcel sell for [USD]."""
    return sum(product.value_usd for product in products(refined, values, separation))


def toggled(scenario: Scenario) -> Scenario:
    """Return the scenario with beneficiation taken out of its chain, or put in ahead of the leach."""
    steps = scenario.processing.steps
    changed = tuple(step for step in STEPS if (step in steps) != (step == "beneficiate"))
    return scenario.model_copy(update={"processing": scenario.processing.model_copy(update={"steps": changed})})


def days(refined: Refined) -> tuple[float | None, float | None]:
    """Return after how many days the last step before separation and separation are done; None for what is not."""
    plan, made = refined.plan, refined.batches
    return (
        None if plan is None else float(plan.done_s.max()) / SECONDS_PER_DAY,
        None if made is None else float(made.date_s.max()) / SECONDS_PER_DAY,
    )


def steps_done(refined: Refined, values: Values) -> list[StepDone]:
    """Return what each step did, in order."""
    dry_t = float(refined.received.dry_t.sum())
    found = []
    for done in refined.done:
        fed_kg, kept_kg = recovered_kg(done)
        ledger = entries(done.step, done.made, values)
        going_on = done.made.products.values() if done.step == "separate" else [done.made.product]
        found.append(
            StepDone(
                step=done.step,
                recovery=part(kept_kg, fed_kg),
                recovery_all=float(part(kept_kg.sum(), fed_kg.sum())),
                solids_kg_t=sum(float(lots.dry_t.sum()) for lots in going_on) * KG_PER_TONNE / dry_t,
                ledger=ledger,
                cost_usd_t=sum(float(row.cost_usd.sum()) for row in ledger) / dry_t,
                co2e_kg_t=sum(float(row.co2e_kg.sum()) for row in ledger) / dry_t,
            )
        )
    return found


def part(some: ArrayLike, whole: ArrayLike) -> Floats:
    """Return some as a share of the whole, nan of nothing.

    Examples
    --------
    >>> part([1.0, 0.0], [4.0, 0.0]).tolist()
    [0.25, nan]
    """
    of = np.asarray(whole, np.float64)
    return np.asarray(np.divide(some, of, out=np.full_like(of, np.nan), where=of > 0.0))


def chain_recovery(refined: Refined) -> Floats:
    """Return the share of each rare earth received that the last step recovers [1], shape (15,), nan of nothing."""
    received_kg = refined.received.total_kg[:, REY].sum(axis=0)
    return part(recovered_kg(refined.done[-1])[1], received_kg) if refined.done else np.ones(len(ELEMENTS))


def products(refined: Refined, values: Values, separation: str) -> list[Product]:
    """Return the oxides sold, in the order of the plants; nothing without separation."""
    if refined.separation is None:
        return []
    made = refined.separation.made.products
    value = oxide_value_usd(made, values, payable_share(values, separation))
    found = []
    for name, lots in made.items():
        mass_kg = float((lots.total_kg @ OXIDE_FACTOR).sum())
        found.append(Product(name, mass_kg, float(purity(name, lots)[0]) if mass_kg else None, float(value[name][0])))
    return found


def oxide_kg(refined: Refined) -> Floats:
    """Return the oxide of each element in products named after it [kg], shape (15,); zeros without separation."""
    made = refined.separation
    return np.zeros(len(ELEMENTS)) if made is None else sold_kg(made.made.products).sum(axis=0)


def losses(refined: Refined) -> list[Loss]:
    """Return where rare earths are lost, those of most neodymium and dysprosium first.

    Notes
    -----
    Shares of what was received; with the recovery of a chain that goes beyond the leach they add up to one. What is
    solid and what is dissolved of one loss are told apart; what ends in the oxide of another element is a loss too.
    """
    received_kg = refined.received.total_kg[:, REY].sum(axis=0)
    found = []
    for done in refined.done:
        for name, lots in done.made.losses.items():
            solid, dissolved = lots.solid_kg[:, REY].sum(axis=0), lots.dissolved_kg[:, REY].sum(axis=0)
            found += [
                _loss(done.step, f"{plain(name)}, {form}", mass_kg, received_kg)
                for form, mass_kg in (("solid", solid), ("dissolved", dissolved))
            ]
        if done.step == "separate":
            fouling_kg = sum(lots.total_kg[:, REY].sum(axis=0) for lots in done.made.products.values())
            fouling_kg = fouling_kg - recovered_kg(done)[1]
            found.append(_loss(done.step, "in oxides of other elements", fouling_kg, received_kg))
    kept = [loss for loss in found if max(loss.share.values()) > NOTHING]
    return sorted(kept, key=lambda loss: -sum(loss.share.values()))


def _loss(step: Step, stream: str, mass_kg: Floats, received_kg: Floats) -> Loss:
    share = np.nan_to_num(part(mass_kg, received_kg))
    return Loss(STEP_PLACES[step], stream, watched(share))


def watched(of_elements: Floats) -> dict[str, float]:
    """Return values of the watched elements out of those of all, shape (15,) or more."""
    return {name: float(of_elements[AT[name]]) for name in WATCHED}


def heaps(refined: Refined) -> list[Heap]:
    """Return what solids the plants leave or make, by the radioactivity of their uranium and thorium."""
    named = [(name, lots) for done in refined.done for name, lots in done.made.losses.items() if name not in AIRBORNE]
    if any(done.step == "calcine" for done in refined.steps):
        named.append(("mixed_oxide", refined.last))
    found = []
    for name, lots in named:
        if float(lots.dry_t[0]) > 0.0:
            bq_g, free = activity(lots)
            found.append(Heap(plain(name), float(lots.dry_t[0]), float(bq_g[0]), bool(free[0])))
    return found


def fluoride_kg(refined: Refined) -> dict[Step, float]:
    """Return the hydrogen fluoride that each step lets go as gas [kg]; steps that let none go are left out."""
    found = {done.step: float(fluoride_released_kg(done.made)[0]) for done in refined.done}
    return {step: mass for step, mass in found.items() if mass > 0.0}


def circuits(refined: Refined, values: Values, words: Processing) -> list[Circuit]:
    """Return the circuits of an own plant on the mixed oxide of the parcel; nothing of a toll plant or without one."""
    if refined.separation is None or words.separation == "toll":
        return []
    owned = own_circuit.plant(values, words.extractant, words.extrapolate)
    total = refined.separation.fed.total_kg[0, REY]
    mol = total / own_circuit.MASS_KG_MOL * owned.dissolution_share
    _, worked = own_circuit.cascade(mol, owned)
    window, all_mol = owned.solvent.ph_window, float(mol.sum())
    return [
        Circuit(one.run.design, one.run.stages, one.run.ph_low, one.run.ph_high, one.fed_mol / all_mol, window)
        for one in worked
    ]
