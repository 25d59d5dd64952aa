"""The plants on the mainland: received mud goes through the steps of the scenario and becomes oxides with a date."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ops_data.errors import ModelError
from twin.processing import beneficiate, calcine, dewater, leach, plants, purify, separate, solid_liquid
from twin.processing.lot import CLOSED, Ints, Lot, Stepped, balance_error, pool
from twin.processing.oxides import reo_kg
from twin.settings import Processing, Step

Values: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Done:
    """One step done on a batch of lots: its name, what was fed and what was made of it."""

    step: Step
    fed: Lot
    made: Stepped


@dataclass(frozen=True, eq=False)
class Refined:
    """What the plants made of the mud they received.

    Attributes
    ----------
    received : n lots of mud, as they came.
    plan : when the plant works on each lot; None when no step is named.
    steps : what each step but separation made of the n lots, in order.
    batches : which lots are separated together, and when; None when the chain ends before.
    separation : what separation made of the batches; None when the chain ends before.
    """

    received: Lot
    plan: plants.Plan | None
    steps: tuple[Done, ...]
    batches: plants.Batches | None
    separation: Done | None

    @property
    def last(self) -> Lot:
        """What the last step before separation made of each lot; the mud itself when there is none."""
        return self.steps[-1].made.product if self.steps else self.received

    @property
    def done(self) -> tuple[Done, ...]:
        """All steps done, separation included."""
        return (*self.steps, self.separation) if self.separation else self.steps


def _dewater(batch: Lot, values: Values, _words: Processing) -> Stepped:
    return dewater.dewater(batch, dewater.parameters(values))


def _beneficiate(batch: Lot, values: Values, words: Processing) -> Stepped:
    return beneficiate.beneficiate(batch, beneficiate.parameters(values, words.classifier))


def _leach(batch: Lot, values: Values, words: Processing) -> Stepped:
    return leach.leach(batch, leach.parameters(values, acid=words.acid, reductant=words.reductant))


def _solid_liquid(batch: Lot, values: Values, words: Processing) -> Stepped:
    return solid_liquid.solid_liquid(batch, solid_liquid.parameters(values, words.washing))


def _purify(batch: Lot, values: Values, words: Processing) -> Stepped:
    return purify.purify(batch, purify.parameters(values, acid=words.acid, purification=words.purification))


def _calcine(batch: Lot, values: Values, _words: Processing) -> Stepped:
    return calcine.calcine(batch, calcine.parameters(values))


def _separate(batch: Lot, values: Values, words: Processing) -> Stepped:
    plan = separate.parameters(
        values, separation=words.separation, extractant=words.extractant, extrapolate=words.extrapolate
    )
    return separate.separate(batch, plan)


STEPS: Final[Mapping[Step, Callable[[Lot, Values, Processing], Stepped]]] = {
    "dewater": _dewater,
    "beneficiate": _beneficiate,
    "leach": _leach,
    "solid_liquid": _solid_liquid,
    "purify": _purify,
    "calcine": _calcine,
    "separate": _separate,
}


def do_step(step: Step, batch: Lot, values: Values, words: Processing) -> Done:
    """Return a step done on a batch of lots.

    Parameters
    ----------
    step : its name.
    batch : the lots fed.
    values, words : the scenario's quantity values by key, and its settings of processing.

    Raises
    ------
    ModelError : a parameter is out of its range, a step does not converge, or its balance does not close to 1e-9.
    """
    made = STEPS[step](batch, values, words)
    if (error := balance_error(batch, made)) > CLOSED:
        raise ModelError(
            f"step '{step}': its balance is open by {error:.1e} of what passes; {CLOSED:g} is allowed; "
            "report it with the scenario"
        )
    return Done(step, batch, made)


def done_steps(names: Sequence[Step], batch: Lot, values: Values, words: Processing) -> tuple[Done, ...]:
    """Return steps done one after the other, each on the first product of the one before."""
    found: list[Done] = []
    for name in names:
        found.append(do_step(name, found[-1].made.product if found else batch, values, words))
    return tuple(found)


def refine(arrive_s: Ints, received: Lot, values: Values, words: Processing) -> Refined:
    """Return what the plants make of lots of mud.

    Parameters
    ----------
    arrive_s : when each lot is at the plant, Unix UTC seconds, shape (n,).
    received : the n lots.
    values, words : the scenario's quantity values by key, and its settings of processing.

    Notes
    -----
    Lots go through all steps but separation one by one (first in, first out); mixed oxide is separated in batches of
    several lots, mixed. The plant's capacity is that of its leach: solids that beneficiation leaves out take none. What
    is made may be dated long after the last ship is home.
    """
    if not words.steps:
        return Refined(received, None, (), None, None)
    names = [name for name in words.steps if name != "separate"]
    steps = done_steps(names, received, values, words)
    leached_t = next((done.fed.dry_t for done in steps if done.step == "leach"), received.dry_t)
    plan = plants.hydromet(arrive_s, leached_t, values)
    if "separate" not in words.steps:
        return Refined(received, plan, steps, None, None)
    mixed_oxide = steps[-1].made.product
    batches = plants.separation(plan.done_s, reo_kg(mixed_oxide), values, words.separation)
    fed = pool(mixed_oxide, batches.group, len(batches))
    return Refined(received, plan, steps, batches, do_step("separate", fed, values, words))
