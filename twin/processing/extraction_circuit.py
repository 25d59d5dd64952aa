"""One circuit at work: the flows that make a design cut where it should, found with the stage model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy.optimize import brentq

from ops_data.elements import ELEMENTS
from ops_data.errors import ModelError
from twin.models.extraction import Circuit, Liquor, Solved, Solvent, extraction_scrub_strip, saponified, solve
from twin.processing.circuit_design import Design, heavy_side
from twin.processing.lot import Floats
from twin.processing.solvents import METALS, Extractant, chemistry

EARTHS: Final = slice(0, len(ELEMENTS))
SODIUM: Final = len(ELEMENTS)
TRIALS: Final = 60  # of the base that makes a circuit extract what it should
BOUNDS: Final = 6  # latest trials that bound the base
LEAST_SLOPE: Final = 1e-3  # extracted per base: less is a plateau
SOUGHT: Final = 6  # trials after which ends as pure as aimed at are good enough
RETREATS: Final = 3  # of a base with which the stage model fails
START_LOWER: Final = 0.98  # first base towards which to retreat, per base wanted
CALM: Final = 0.1  # recycled metals that are not yet steady, per what is extracted too much, with which a trial counts
MOST_CHANGE: Final = 1.06  # factor by which a trial changes the base at most
ON_TARGET: Final = 0.05  # of the smaller impurity aimed at: how near the amount extracted must come
STRIPPABLE: Final = 0.01  # of the extract: what the strip acid is made strong enough for
TRACE: Final = 1e-8  # of the feed: an element with less is not followed through the stages and goes to its own end
THINNEST: Final = 0.1  # mol/L of dimers: solvents are not diluted further
LEFT_FACTOR: Final = 0.5  # extraction factor of it in the strip


@dataclass(frozen=True, slots=True)
class Layout:
    """How circuits are run.

    Attributes
    ----------
    extractant_mol_l : dimers of the extractant in the solvent, at most [mol/L].
    saponified_share : of them, what enters as sodium salt [1].
    liquor_mol_l : rare earths aimed at in scrub and strip liquor [mol/L].
    most_acid_mol_l : strongest acid used [mol/L].
    strip_stages : of each circuit.
    efficiency : Murphree efficiency of a stage [1].
    """

    extractant_mol_l: float
    saponified_share: float
    liquor_mol_l: float
    most_acid_mol_l: float
    strip_stages: int
    efficiency: float


@dataclass(frozen=True, eq=False)
class Run:
    """A circuit at work, per mol of rare earths fed.

    Attributes
    ----------
    design : what it was laid out for.
    stages : built stages: extraction, scrub, strip.
    raffinate_mol, extract_mol : rare earths that leave at both ends [mol/mol], shape (15,).
    raffinate_l, strip_l, solvent_l : volumes [L/mol].
    raffinate_acid_mol, strip_acid_mol : free acid in them [mol/mol].
    hcl_mol, naoh_mol : acid of scrub and strip, base of the solvent [mol/mol].
    water_l : water with that acid and base [L/mol].
    ph_low, ph_high : over extraction and scrub stages.
    extractant_mol_l : dimers in the solvent [mol/L].
    recycled_mol_l : rare earths in the stripped solvent [mol/L], shape (15,).
    solved : its stages.
    """

    design: Design
    stages: tuple[int, int, int]
    raffinate_mol: Floats
    extract_mol: Floats
    raffinate_l: float
    strip_l: float
    solvent_l: float
    raffinate_acid_mol: float
    strip_acid_mol: float
    hcl_mol: float
    naoh_mol: float
    water_l: float
    ph_low: float
    ph_high: float
    extractant_mol_l: float
    recycled_mol_l: Floats
    solved: Solved


@dataclass(frozen=True, eq=False)
class _Plan:
    """Streams of a circuit but the base, and the dimers in its solvent."""

    feed: Liquor
    scrub: Liquor
    strip: Liquor
    stages: tuple[int, int, int]
    base_mol: float
    dimers_mol_l: float


def run(
    plan: Design, share: Floats, feed_l: float, feed_acid_mol: float, solvent: Extractant, layout: Layout,
    start: Run | None = None,
) -> Run:  # fmt: skip
    """Return a circuit at work: the base of its solvent is sought until it cuts as the design says.

    Parameters
    ----------
    plan : the design.
    share : rare earths fed [mol/mol], sum 1, shape (15,).
    feed_l, feed_acid_mol : volume of the feed [L/mol], above 0, and free acid in it [mol/mol].
    solvent : coefficients.
    layout : how it is run.
    start : a run of a like circuit on a like feed, to begin the search from; changes the time taken only.

    Raises
    ------
    ModelError : the stage model or the search does not converge; the message names the cut.

    Notes
    -----
    Charge balance: 3 × extracted = base + acid that leaves with the raffinate - acid fed. The acid that leaves follows
    from the equilibria, so the base is sought by secants (by halves where a secant leaves the bounds found so far).
    The search ends where as much is extracted as the design says; on a plateau, where both ends are as pure as it says.
    Rare earths that the strip leaves in the solvent come back with it: they are set to the amount that is then steady.
    """
    whole, share = share, np.where(share > TRACE, share, 0.0)
    streams = _streams(plan, share, feed_l, feed_acid_mol, solvent, layout)
    base = streams.base_mol if start is None else start.naoh_mol
    recycled = np.zeros(len(ELEMENTS)) if start is None else start.recycled_mol_l
    aim = plan.extracted_mol
    tried: list[tuple[float, float]] = []
    near = ON_TARGET * min(plan.light_in_extract, plan.heavy_in_raffinate)
    found = None if start is None else start.solved
    for _ in range(TRIALS):
        last = tried[-1][0] if tried else START_LOWER * base
        base, circuit, found = _near(
            plan.cut, (base, last), found, partial(_circuit, streams, recycled, solvent, layout)
        )
        off, came_back = _extracted(found) - aim, _steady(found, circuit, share, sum(streams.stages[:2]))
        still = float(np.abs(came_back - recycled).sum()) * circuit.solvent.flow_l_h
        if still <= near and (abs(off) <= near or (len(tried) >= SOUGHT and _clean(plan, found, share))):
            return _run(plan, streams, circuit, found, whole, recycled)
        if still <= max(near, CALM * abs(off)):
            tried.append((base, off))
            base = _next_base(tried)
        recycled = came_back
    raise ModelError(
        f"cut {plan.cut}: extracts {aim + off:.6g} mol per mol fed after {TRIALS} trials, {aim:.6g} is aimed at; "
        "both must agree; lower 'circuit.purity' or change 'circuit.saponified_share'"
    )


def _near(
    cut: str, bases: tuple[float, float], start: Solved | None, built: Callable[[float], Circuit]
) -> tuple[float, Circuit, Solved]:
    """Return the base, its circuit and its steady state; where the stage model fails, of a base nearer to another one.

    Parameters
    ----------
    bases : the one that is wanted, and another one towards which to give way.
    start : steady state to begin with.
    built : the circuit with a base.
    """
    base, other = bases
    for _ in range(RETREATS):
        try:
            return base, (circuit := built(base)), solve(circuit, f"cut {cut}", start)
        except ModelError:
            base = 0.5 * (base + other)
    return base, (circuit := built(base)), solve(circuit, f"cut {cut}", start)


def _next_base(tried: Sequence[tuple[float, float]]) -> float:
    """Return the base to try next from trials so far: base, and what was extracted too much with it.

    More base extracts more: a third of a mol per mol, or less where acid takes part of it, which two trials tell.
    """
    base, off = tried[-1]
    slope = 1.0 / 3.0
    if len(tried) > 1 and base != tried[-2][0]:
        slope = float(np.clip((off - tried[-2][1]) / (base - tried[-2][0]), LEAST_SLOPE, 1.0))
    wanted = float(np.clip(base - off / slope, base / MOST_CHANGE, base * MOST_CHANGE))
    beyond = [other for other, its_off in tried[-BOUNDS:] if its_off * off < 0.0 and (other - base) * off < 0.0]
    if beyond:
        bound = min(beyond, key=lambda other: abs(other - base))
        if abs(wanted - base) >= 0.9 * abs(bound - base):
            wanted = 0.5 * (base + bound)
    return wanted


def _streams(
    plan: Design, share: Floats, feed_l: float, feed_acid_mol: float, solvent: Extractant, layout: Layout
) -> _Plan:
    """Return feed, scrub acid, strip acid, stages and a first guess of the base."""
    dimers, aim = dimers_mol_l(plan, share, solvent, layout), plan.extracted_mol
    heavy = heavy_side(plan.cut)
    top, low = share * heavy, share * (1.0 - heavy)
    solvent_l = 3.0 * (aim + plan.wash_mol) / (layout.saponified_share * dimers)
    carried = aim + plan.wash_mol
    free = max(dimers - 3.0 * carried / solvent_l, 0.05 * dimers)
    loaded = top / top.sum() * carried / solvent_l
    scrub_acid = (layout.liquor_mol_l / (loaded / solvent.strength(free)).sum()) ** (1.0 / 3.0)
    scrub_l = plan.wash_mol / layout.liquor_mol_l
    scrub_mol_l = min(3.0 * layout.liquor_mol_l + scrub_acid, layout.most_acid_mol_l)
    raffinate_l = feed_l + scrub_l
    raffinate_acid = _raffinate_acid(low, raffinate_l, dimers, solvent, layout)
    base = 3.0 * aim + scrub_mol_l * scrub_l + feed_acid_mol - raffinate_acid * raffinate_l
    hold = _hold(plan, share, dimers, solvent, layout)
    strip_l = aim / layout.liquor_mol_l
    strip_mol_l = min(3.0 * layout.liquor_mol_l + float(np.cbrt(hold / strip_l)), layout.most_acid_mol_l)
    if (strip_mol_l - 3.0 * aim / strip_l) ** 3 * strip_l < hold:
        strip_l = _strip_l(aim, hold, strip_mol_l)
    none = np.zeros(len(METALS))
    fed = Liquor(feed_l, np.append(share, 0.0) / feed_l, feed_acid_mol / feed_l)
    extraction, scrub = (int(np.ceil(n / layout.efficiency)) for n in (plan.extraction_stages, plan.scrub_stages))
    return _Plan(
        fed,
        Liquor(scrub_l, none, scrub_mol_l),
        Liquor(strip_l, none, strip_mol_l),
        (extraction, scrub, layout.strip_stages),
        base,
        dimers,
    )


def _hold(plan: Design, share: Floats, dimers: float, solvent: Extractant, layout: Layout) -> float:
    """Return acid cubed times strip liquor [mol3/L2 per mol fed] that takes the extract out of a solvent."""
    top = share * heavy_side(plan.cut)
    solvent_l = 3.0 * (plan.extracted_mol + plan.wash_mol) / (layout.saponified_share * dimers)
    strongest = float(solvent.strength(dimers)[top >= STRIPPABLE * top.sum()].max())
    return strongest * solvent_l / LEFT_FACTOR


def _strip_l(extract_mol: float, hold: float, acid_mol_l: float) -> float:
    """Return the strip liquor [L/mol] whose acid, less three mol that each mol of extract takes, strips the solvent."""
    least = 3.0 * extract_mol / acid_mol_l

    def short(volume_l: float) -> float:
        return (acid_mol_l - 3.0 * extract_mol / volume_l) ** 3 * volume_l - hold

    return float(brentq(short, least, 2.0 * least + 8.0 * hold / acid_mol_l**3))


def dimers_mol_l(plan: Design, share: Floats, solvent: Extractant, layout: Layout) -> float:
    """Return the dimers in the solvent of a circuit [mol/L].

    Parameters
    ----------
    plan, share, solvent, layout : as for :func:`run`.

    Notes
    -----
    As many as the layout allows, but so few that the strongest acid strips the extract into liquor of the strength
    aimed at; at least ``THINNEST`` and at most the layout's.
    """
    most = layout.extractant_mol_l
    room = max(layout.most_acid_mol_l - 3.0 * layout.liquor_mol_l, 1.0)
    strip_l = plan.extracted_mol / layout.liquor_mol_l
    for dimers in np.geomspace(most, min(THINNEST, most), 40).tolist():
        if _hold(plan, share, dimers, solvent, layout) <= room**3 * strip_l:
            return float(dimers)
    return min(THINNEST, most)


def _raffinate_acid(low: Floats, raffinate_l: float, dimers: float, solvent: Extractant, layout: Layout) -> float:
    """Return the acid [mol/L] at which what stays behind (``low``, mol/mol) would load the solvent as its base does."""
    loading = layout.saponified_share * dimers / 3.0
    free = dimers * (1.0 - layout.saponified_share)
    return float(np.cbrt((low * solvent.strength(free)).sum() / raffinate_l / loading))


def acid_wanted_mol_l(plan: Design, share: Floats, feed_l: float, solvent: Extractant, layout: Layout) -> float:
    """Return the free acid [mol/L] of a feed with which the liquor need not become more acid on its way out.

    Less has to be made up for by base of the solvent, and in a thin feed there is not that much.
    """
    raffinate_l = feed_l + plan.wash_mol / layout.liquor_mol_l
    dimers = dimers_mol_l(plan, share, solvent, layout)
    return _raffinate_acid(share * (1.0 - heavy_side(plan.cut)), raffinate_l, dimers, solvent, layout)


def _circuit(streams: _Plan, recycled_mol_l: Floats, solvent: Extractant, layout: Layout, base_mol: float) -> Circuit:
    flow = base_mol / (layout.saponified_share * streams.dimers_mol_l)
    stripped = Solvent(flow, streams.dimers_mol_l, np.append(recycled_mol_l, 0.0))
    return extraction_scrub_strip(
        chemistry(solvent),
        saponified(stripped, SODIUM, layout.saponified_share),
        streams.feed,
        streams.scrub,
        streams.strip,
        *streams.stages,
        efficiency=layout.efficiency,
    )


def _clean(plan: Design, found: Solved, share: Floats) -> bool:
    """Return whether both ends are as pure as aimed at, whatever the exact amount extracted."""
    raffinate, heavy = found.drawn_mol_h[0, EARTHS], heavy_side(plan.cut)
    light_in_extract = float((share - raffinate) @ (1.0 - heavy))
    return float(raffinate @ heavy) <= plan.heavy_in_raffinate and light_in_extract <= plan.light_in_extract


def _extracted(found: Solved) -> float:
    """Return what does not leave with the raffinate [mol/mol]."""
    return 1.0 - float(found.drawn_mol_h[0, EARTHS].sum())


def _steady(found: Solved, circuit: Circuit, share: Floats, top: int) -> Floats:
    """Return the rare earths in the stripped solvent [mol/L] with which it would come back as it left, shape (15,)."""
    flow = circuit.solvent.flow_l_h
    loaded, left = found.organic_mol_l[top - 1, EARTHS] * flow, found.solvent_out_mol_h[EARTHS]
    part = np.divide(left, loaded, out=np.zeros_like(left), where=loaded > 0.0)
    taken = np.maximum(share - found.drawn_mol_h[0, EARTHS], 0.0)
    steady: Floats = taken * part / np.maximum(1.0 - part, 0.005) / flow
    return steady


def _run(plan: Design, streams: _Plan, circuit: Circuit, found: Solved, share: Floats, recycled_mol_l: Floats) -> Run:
    """Return the run; what the raffinate does not hold of the feed is the extract, so both sum to it."""
    top = streams.stages[0] + streams.stages[1]
    followed, light = share > TRACE, share * (1.0 - heavy_side(plan.cut))
    raffinate = np.where(followed, np.minimum(found.drawn_mol_h[0, EARTHS], share), light)
    flow, strip_l = circuit.solvent.flow_l_h, streams.strip.flow_l_h
    base = float(circuit.solvent.metals_mol_l[SODIUM]) * flow
    acid = streams.scrub.flow_l_h * streams.scrub.acid_mol_l + strip_l * streams.strip.acid_mol_l
    return Run(
        plan,
        streams.stages,
        raffinate,
        share - raffinate,
        float(found.drawn_l_h[0]),
        strip_l,
        flow,
        float(found.acid_mol_l[0] * found.drawn_l_h[0]),
        float(found.acid_mol_l[top] * strip_l),
        acid,
        base,
        streams.scrub.flow_l_h + strip_l,
        float(found.ph[:top].min()),
        float(found.ph[:top].max()),
        streams.dimers_mol_l,
        recycled_mol_l,
        found,
    )
