"""What a solvent-extraction circuit is made of: metals and their law, streams, stages; and how it is put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from ops_data.errors import ModelError
from twin.models.distribution import Floats, Law
from twin.models.limits import not_negative, positive, refuse_where


@dataclass(frozen=True, eq=False)
class Chemistry:
    """The metals of a circuit and how they share themselves.

    Attributes
    ----------
    names : elements, K of them.
    charge : protons that one mol sets free when extracted [mol/mol], above 0: 3 for a rare earth, 1 for sodium; (K,).
    extractant : extractant that one mol binds [mol/mol], 0 or more, in the unit of the law: 3 dimers; (K,).
    law : distribution law of the K elements.
    bisulfate_mol_l : dissociation constant of HSO4- [mol/L]; matters only where there is sulfate.
    """

    names: tuple[str, ...]
    charge: Floats
    extractant: Floats
    law: Law
    bisulfate_mol_l: float = 10**-1.99


@dataclass(frozen=True, eq=False)
class Liquor:
    """An aqueous stream that is fed to a stage.

    Attributes
    ----------
    flow_l_h : volume flow [L/h], 0 or more.
    metals_mol_l : metals [mol/L], 0 or more, shape (K,).
    acid_mol_l : [H+] + [HSO4-] - [OH-] [mol/L]; negative is a base.
    sulfate_mol_l : [SO4--] + [HSO4-] [mol/L], 0 or more.
    """

    flow_l_h: float
    metals_mol_l: Floats
    acid_mol_l: float
    sulfate_mol_l: float = 0.0


@dataclass(frozen=True, eq=False)
class Solvent:
    """The organic stream that enters stage 1.

    Attributes
    ----------
    flow_l_h : volume flow [L/h], above 0.
    extractant_mol_l : extractant, free and bound, in the unit of the law [mol/L], above 0.
    metals_mol_l : metals it brings, sodium of a saponified one included [mol/L], 0 or more, shape (K,).
    """

    flow_l_h: float
    extractant_mol_l: float
    metals_mol_l: Floats


@dataclass(frozen=True, eq=False)
class Circuit:
    """A train of stages and what is fed to it.

    Attributes
    ----------
    chemistry : elements and law.
    solvent : enters stage 1 and leaves the last stage.
    feeds : number of a stage, from 1, to the liquor that enters there.
    stages : N, 1 or more.
    drawn : number of a stage to the share of the liquor leaving it that is taken out [1], 0 to 1; the rest flows to the
        next lower stage. All of it leaves stage 1.
    efficiency : Murphree efficiency of the solvent phase [1], above 0 to 1, scalar or (N,).
    """

    chemistry: Chemistry
    solvent: Solvent
    feeds: Mapping[int, Liquor]
    stages: int
    drawn: Mapping[int, float] = field(default_factory=dict)
    efficiency: ArrayLike = 1.0


def saponified(solvent: Solvent, sodium: int, share: float) -> Solvent:
    """Return a solvent with a share of its extractant as sodium salt.

    Parameters
    ----------
    solvent : before the base is added.
    sodium : place of sodium among the elements.
    share : sodium per extractant, both in the unit of the law [mol/mol], 0 to below 1.

    Examples
    --------
    >>> saponified(Solvent(10.0, 0.5, np.zeros(2)), 1, 0.4).metals_mol_l.tolist()
    [0.0, 0.2]
    """
    if not 0.0 <= share < 1.0:
        raise ModelError(f"saponification: 'share' is {share:g}; it lies from 0 to below 1; add less base")
    metals = np.array(solvent.metals_mol_l, np.float64)
    metals[sodium] += share * solvent.extractant_mol_l
    return replace(solvent, metals_mol_l=metals)


def extraction(
    chemistry: Chemistry, solvent: Solvent, feed: Liquor, stages: int, efficiency: ArrayLike = 1.0
) -> Circuit:
    """Return a train that extracts only: solvent and feed enter at opposite ends."""
    return Circuit(chemistry, solvent, {stages: feed}, stages, efficiency=efficiency)


def extraction_scrub(
    chemistry: Chemistry,
    solvent: Solvent,
    feed: Liquor,
    scrub: Liquor,
    extraction_stages: int,
    scrub_stages: int,
    efficiency: ArrayLike = 1.0,
) -> Circuit:
    """Return a train with the feed at stage E and the scrub liquor at stage E + S; the loaded solvent leaves there."""
    stages = extraction_stages + scrub_stages
    feeds = {extraction_stages: feed, stages: scrub}
    return Circuit(chemistry, solvent, feeds, stages, efficiency=efficiency)


def extraction_scrub_strip(
    chemistry: Chemistry,
    solvent: Solvent,
    feed: Liquor,
    scrub: Liquor | None,
    strip: Liquor,
    extraction_stages: int,
    scrub_stages: int,
    strip_stages: int,
    reflux: float = 0.0,
    efficiency: ArrayLike = 1.0,
) -> Circuit:
    """Return a train whose solvent is stripped in its last stages.

    Parameters
    ----------
    chemistry, solvent, feed, strip : what is fed; the strip acid enters the last stage.
    scrub : liquor that enters the last scrub stage E + S; None if reflux alone scrubs.
    extraction_stages, scrub_stages, strip_stages : E, S and T, 1 or more; S = 0 with neither scrub nor reflux.
    reflux : share of the strip liquor, which leaves stage E + S + 1, that flows on into the scrub [1], 0 to 1.
    efficiency : Murphree efficiency [1], scalar or one per stage.

    Notes
    -----
    The product is what is drawn at stage E + S + 1.
    """
    top = extraction_stages + scrub_stages
    feeds = {extraction_stages: feed, top + strip_stages: strip}
    if scrub is not None:
        feeds[top] = scrub
    return Circuit(chemistry, solvent, feeds, top + strip_stages, {top + 1: 1.0 - reflux}, efficiency)


def molar(given: ArrayLike) -> Floats:
    """Return concentrations of metals as an array, shape (K,)."""
    return np.atleast_1d(np.asarray(given, np.float64))


def check(circuit: Circuit, where: str) -> None:
    """Raise the error of the first input that breaks its rule."""
    chemistry, solvent, elements = circuit.chemistry, circuit.solvent, len(circuit.chemistry.names)
    if circuit.stages < 1:
        raise ModelError(f"{where}: 'stages' is {circuit.stages}; a circuit has 1 or more; give the number of stages")
    positive(where, "charge [mol/mol]", chemistry.charge, "3 for a rare earth")
    not_negative(where, "extractant per metal [mol/mol]", chemistry.extractant, "3 dimers for a rare earth")
    positive(where, "solvent flow [L/h]", solvent.flow_l_h, "it enters stage 1")
    positive(where, "extractant [mol/L]", solvent.extractant_mol_l, "free and bound")
    streams = {"solvent": solvent.metals_mol_l} | {
        f"liquor fed to stage {number}": liquor.metals_mol_l for number, liquor in circuit.feeds.items()
    }
    for name, metals in streams.items():
        if molar(metals).shape != (elements,):
            raise ModelError(
                f"{where}: metals of the {name} have shape {molar(metals).shape}; ({elements},) is needed; "
                "give one concentration per element of the chemistry"
            )
        not_negative(where, f"metals of the {name} [mol/L]", metals, "none is 0")
    bound = float(chemistry.extractant @ molar(solvent.metals_mol_l))
    if bound >= solvent.extractant_mol_l:
        raise ModelError(
            f"{where}: the solvent brings metals that bind {bound:g} mol/L of extractant; it has "
            f"{solvent.extractant_mol_l:g}; strip it better or saponify less"
        )
    for number in [*circuit.feeds, *circuit.drawn]:
        if not 1 <= number <= circuit.stages:
            raise ModelError(f"{where}: stage {number} does not exist; there are 1 to {circuit.stages}; correct it")
    for number, liquor in circuit.feeds.items():
        not_negative(where, f"liquor flow to stage {number} [L/h]", liquor.flow_l_h, "none is 0")
        not_negative(where, f"sulfate fed to stage {number} [mol/L]", liquor.sulfate_mol_l, "none is 0")
        if not np.isfinite(liquor.acid_mol_l):
            raise ModelError(
                f"{where}: acid fed to stage {number} is {liquor.acid_mol_l}; it must be finite; correct it"
            )
    drawn = np.array([0.0, *circuit.drawn.values()])
    refuse_where(~((drawn >= 0.0) & (drawn <= 1.0)), where, "share drawn [1]", drawn, "must be from 0 to 1", "a share")
    efficiency = positive(where, "stage efficiency [1]", circuit.efficiency, "1 is an ideal stage")
    refuse_where(efficiency > 1.0, where, "stage efficiency [1]", efficiency, "must be at most 1", "1 is ideal")
    if efficiency.shape not in ((), (circuit.stages,)):
        raise ModelError(f"{where}: 'efficiency' has shape {efficiency.shape}; give one value or one per stage")
