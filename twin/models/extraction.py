"""Counter-current solvent extraction, scrub and strip: every element, stage by stage, with acidity and free extractant.

Stages are numbered along the solvent, which enters stage 1; liquor flows the other way and leaves stage 1 as raffinate.
Flows may be per any time; every stage mixes and settles at one volume ratio, volumes do not change.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ops_data.errors import ModelError
from twin.models.distribution import Floats, Law, LawValue
from twin.models.extraction_newton import WATER_PRODUCT, Ints, Train
from twin.models.extraction_start import converge
from twin.models.extraction_streams import (
    Chemistry,
    Circuit,
    Liquor,
    Solvent,
    check,
    extraction,
    extraction_scrub,
    extraction_scrub_strip,
    molar,
    saponified,
)

__all__ = [
    "Chemistry",
    "Circuit",
    "Liquor",
    "Solved",
    "Solvent",
    "extraction",
    "extraction_scrub",
    "extraction_scrub_strip",
    "saponified",
    "solve",
]

TRACE: Final = 1e-100  # mol/L in place of none, so that every logarithm is one
CLOSED: Final = 1e-9  # relative error of fed = taken out, by element


@dataclass(frozen=True, eq=False)
class Solved:
    """The steady state of a circuit of N stages and K elements.

    Attributes
    ----------
    ph, free_mol_l, acid_mol_l : -log10 [H+], free extractant, [H+] + [HSO4-] - [OH-] of each stage, shape (N,).
    aqueous_mol_l, organic_mol_l : metals in the liquor and in the solvent that leave a stage [mol/L], shape (N, K).
    liquor_l_h, drawn_l_h : liquor that leaves a stage, and what of it is taken out [L/h], shape (N,).
    drawn_mol_h : metals taken out with liquor [mol/h], shape (N, K); the first row is the raffinate.
    solvent_out_mol_h : metals that leave with the solvent [mol/h], shape (K,).
    closure : largest relative difference of fed and taken out over the elements.
    steps : Newton's steps, all told; ``path`` says how they were led: "newton", "apart" or "time steps".
    state : the solution in logarithms, to begin another like it with.
    """

    ph: Floats
    free_mol_l: Floats
    acid_mol_l: Floats
    aqueous_mol_l: Floats
    organic_mol_l: Floats
    liquor_l_h: Floats
    drawn_l_h: Floats
    drawn_mol_h: Floats
    solvent_out_mol_h: Floats
    closure: float
    steps: int
    path: str
    state: Floats


def solve(circuit: Circuit, where: str = "circuit", start: Solved | None = None) -> Solved:
    """Return the steady state of a circuit.

    Parameters
    ----------
    circuit : stages, elements and feeds.
    where : what an error message calls it.
    start : solution of a circuit like it, to begin with; changes the time taken only.

    Raises
    ------
    ModelError : an input breaks its rule, or no steady state was reached: the message names stage, balance and reason.

    Notes
    -----
    For stage j of N and element k, with liquor flow L, solvent flow V, c in liquor and y in solvent:
    L_j c_j + V y_j = P_j c_(j+1) + V y_(j-1) + fed; y_j = η D_k(H_j, C_j) c_j + (1 - η) y_(j-1);
    [H+] + [HSO4-] - [OH-] + Σ z c is the charge that liquor brought (an ion extracted sets free its charge in
    protons, anions stay); C + Σ ν y is the extractant. Solved in logarithms by Newton's method on the banded system,
    from a train whose metals are alike or, where that fails, by implicit time steps of one that is started up. A result
    satisfies every stage balance to 1e-11 and fed = taken out to 1e-9. Whether the pH is within the window of the
    law is not checked here: compare ``ph`` with it.

    References
    ----------
    Derived here; Turgeon et al. (2023), Minerals 13, 714, solve stage equations of the same kind.

    Examples
    --------
    Ten stages at constant D: what is left of a feed is Kremser's.

    >>> from twin.models.distribution import linear_law
    >>> metals = Chemistry(("Nd",), np.array([3.0]), np.array([0.0]), linear_law([0.0], [0.0]))
    >>> feed = Liquor(100.0, np.array([0.01]), 0.1)
    >>> found = solve(extraction(metals, Solvent(100.0, 0.5, np.zeros(1)), feed, 10))
    >>> round(float(found.aqueous_mol_l[0, 0] / 0.01), 7)
    0.0909091
    """
    check(circuit, where)
    solvent = circuit.solvent
    fed = [solvent.flow_l_h * molar(solvent.metals_mol_l)]
    fed += [liquor.flow_l_h * molar(liquor.metals_mol_l) for liquor in circuit.feeds.values()]
    present = np.sum(fed, axis=0) > 0.0
    flows = _flows(circuit)
    dry = np.flatnonzero(flows.leaving <= 0.0)
    if dry.size:
        raise ModelError(
            f"{where}: no liquor reaches stage {dry[-1] + 1}; every stage needs some: feed it or draw less"
        )
    if not present.any():
        raise ModelError(f"{where}: no metal is fed; a circuit separates at least one; give feed or solvent some")
    train = _train(circuit, flows, present)
    names = tuple(name for name, is_there in zip(circuit.chemistry.names, present, strict=True) if is_there)
    reached = converge(train, names, where, None if start is None else start.state)
    return _solved(circuit, flows, train, reached, present, where)


@dataclass(frozen=True, eq=False)
class Flows:
    """Liquor of a stage, shape (N,): flow leaving, passed on to it, taken out; charge and sulfate it brought."""

    leaving: Floats
    passed: Floats
    drawn: Floats
    charge_mol_l: Floats
    sulfate_mol_l: Floats


def _flows(circuit: Circuit) -> Flows:
    stages = circuit.stages
    leaving, passed, drawn, charge, sulfate = (np.zeros(stages) for _ in range(5))
    above = np.zeros(3)  # flow, charge and sulfate that come down from the stage above
    for j in range(stages - 1, -1, -1):
        passed[j] = above[0]
        liquor = circuit.feeds.get(j + 1)
        fed = np.zeros(3)
        if liquor is not None:
            bound = float(circuit.chemistry.charge @ molar(liquor.metals_mol_l))
            fed = liquor.flow_l_h * np.array([1.0, liquor.acid_mol_l + bound, liquor.sulfate_mol_l])
        leaving[j], in_charge, in_sulfate = above + fed
        if leaving[j] > 0.0:
            charge[j], sulfate[j] = in_charge / leaving[j], in_sulfate / leaving[j]
        share = 1.0 if j == 0 else circuit.drawn.get(j + 1, 0.0)
        drawn[j] = share * leaving[j]
        above = (1.0 - share) * leaving[j] * np.array([1.0, charge[j], sulfate[j]])
    return Flows(leaving, passed, drawn, charge, sulfate)


def _train(circuit: Circuit, flows: Flows, present: NDArray[np.bool_]) -> Train:
    chemistry, solvent = circuit.chemistry, circuit.solvent
    amounts = np.zeros((circuit.stages, int(present.sum())))
    for number, liquor in circuit.feeds.items():
        amounts[number - 1] += liquor.flow_l_h * molar(liquor.metals_mol_l)[present]
    efficiency = np.broadcast_to(np.asarray(circuit.efficiency, np.float64), (circuit.stages,))
    trace = TRACE * (flows.leaving.max() + solvent.flow_l_h)
    with np.errstate(divide="ignore"):
        return Train(
            law=partial(_of_present, chemistry.law, np.flatnonzero(present)),
            charge=np.log(chemistry.charge[present]),
            extractant=np.log(chemistry.extractant[present]),
            liquor=np.log(flows.leaving)[:, np.newaxis],
            passed=np.log(flows.passed)[:, np.newaxis],
            fed=np.log(np.maximum(amounts, trace)),
            solvent=float(np.log(solvent.flow_l_h)),
            solvent_fed=np.log(np.maximum(solvent.flow_l_h * molar(solvent.metals_mol_l)[present], trace)),
            total=float(np.log(solvent.extractant_mol_l)),
            positive=np.log(np.maximum(flows.charge_mol_l, 0.0)),
            negative=np.log(np.maximum(-flows.charge_mol_l, 0.0)),
            sulfate=np.log(flows.sulfate_mol_l),
            bisulfate=float(np.log(chemistry.bisulfate_mol_l)),
            reached=np.log(efficiency)[:, np.newaxis],
            missed=np.log1p(-efficiency)[:, np.newaxis],
        )


def _of_present(law: Law, present: Ints, ph: ArrayLike, free_mol_l: ArrayLike) -> LawValue:
    log_d, by_ph, by_free = law(ph, free_mol_l)
    return log_d[..., present], by_ph[..., present], by_free[..., present]


def _solved(
    circuit: Circuit,
    flows: Flows,
    train: Train,
    reached: tuple[Floats, int, str],
    present: NDArray[np.bool_],
    where: str,
) -> Solved:
    state, steps, path = reached
    stages, elements = train.fed.shape
    liquor, solvent = np.zeros((stages, len(present))), np.zeros((stages, len(present)))
    liquor[:, present], solvent[:, present] = np.exp(state[:, :elements]), np.exp(state[:, elements + 2 :])
    proton = np.exp(state[:, elements])
    constant = circuit.chemistry.bisulfate_mol_l
    drawn = flows.drawn[:, np.newaxis] * liquor
    leaves = circuit.solvent.flow_l_h * solvent[-1]
    fed = np.exp(np.logaddexp(np.logaddexp.reduce(train.fed, axis=0), train.solvent_fed))
    error = np.abs((drawn.sum(axis=0) + leaves)[present] / fed - 1.0)
    closure = float(error.max(initial=0.0))
    if closure > CLOSED:
        worst = int(np.flatnonzero(present)[np.argmax(error)])
        raise ModelError(
            f"{where}: {circuit.chemistry.names[worst]} taken out differs from what was fed by {closure:.2g}; at most "
            f"{CLOSED:g} is allowed: this metal is caught between the ends; change scrub or strip so that it leaves"
        )
    return Solved(
        ph=-np.log10(proton),
        free_mol_l=np.exp(state[:, elements + 1]),
        acid_mol_l=proton + flows.sulfate_mol_l * proton / (proton + constant) - np.exp(WATER_PRODUCT) / proton,
        aqueous_mol_l=liquor,
        organic_mol_l=solvent,
        liquor_l_h=flows.leaving,
        drawn_l_h=flows.drawn,
        drawn_mol_h=drawn,
        solvent_out_mol_h=leaves,
        closure=closure,
        steps=steps,
        path=path,
        state=state,
    )
