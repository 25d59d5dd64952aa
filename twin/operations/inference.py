"""A state that a simulation can go on from, inferred from what was logged and measured up to a second."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ops_data.errors import SimulationError, did_you_mean
from twin.operations import codes as c
from twin.operations.campaign import State, island_of, roles_of, shuttle_load_l, tables_of
from twin.operations.inferred import UNGAUGED, Draft, Gauged, Note, begun
from twin.operations.inferred_chain import Chain, berthed, coming, ship_vector
from twin.operations.inferred_chain import label_of as ship_label
from twin.operations.inferred_vessel import vessel_vector
from twin.operations.laws import Luck
from twin.operations.program import Ints, SeaTables
from twin.operations.world import Lot

COUPLED = ("moor", "pump_over")


@dataclass(frozen=True)
class Inferred:
    """A state and what of it was not measured."""

    state: State
    notes: tuple[Note, ...]


def infer(
    luck: Luck,
    rows: Mapping[str, Ints],
    lots: Sequence[Lot],
    time_s: int,
    gauged: Mapping[str, Gauged] | None = None,
    sea: SeaTables | None = None,
) -> Inferred:
    """Return where a campaign stands at a second, from its log.

    What is not in a log (how long the work under way will last, how long components will live) is drawn for this
    replicate, given what has been; another replicate draws otherwise.

    Parameters
    ----------
    luck : scenario, parameters and draws of the replicate that goes on from here.
    rows : interval rows of every asset by name (see `codes.R_CODE` …); rows that begin later are left out.
    lots : parcels handed over, in order of time; later ones are left out.
    time_s : UTC second.
    gauged : what instruments say, by mining vessel, where there are some.
    sea : tables of the replicate, made now if not given.

    Raises
    ------
    SimulationError
        The log has an asset that the scenario does not have.
    """
    roles = roles_of(luck.scenario)
    strange = [name for name in rows if name not in roles]
    if strange:
        raise SimulationError(f"log: asset '{strange[0]}' is none of the scenario's; {did_you_mean(strange[0], roles)}")
    tables = tables_of(luck) if sea is None else sea
    known = [lot for lot in lots if lot.time_s <= time_s]
    nothing = np.zeros((0, c.ROW_FIELDS), np.int64)
    drafts = {
        name: Draft(luck, tables, name, role, begun(rows.get(name, nothing), time_s), time_s, known)
        for name, role in roles.items()
    }
    others = {name: draft for name, draft in drafts.items() if draft.role != "mining"}
    chain = Chain(others, known, island_of(luck))
    assets = {}
    for name, draft in drafts.items():
        if draft.role == "mining":
            vessel_vector(draft, (gauged or {}).get(name, UNGAUGED))
            _hold(draft, known, (gauged or {}).get(name, UNGAUGED).hold_l)
        else:
            ship_vector(draft, chain.cargo[name])
    partner = _couple(luck, drafts)
    for name, draft in drafts.items():
        assets[name] = tuple(draft.vector)
    stocks = chain.stocks
    at_quay = berthed(others)
    stocks.reserved_l = sum(chain.cargo[name][0] for name in at_quay if drafts[name].role == "shuttle")
    stocks.carriers_coming = coming(others)
    gone = sorted(name for name, draft in drafts.items() if draft.role == "mining" and _gone(draft))
    state = State(time_s, assets, asdict(stocks), partner, {}, at_quay, tuple(gone))
    return Inferred(state, tuple(note for draft in drafts.values() for note in draft.notes))


def _hold(draft: Draft, lots: Sequence[Lot], gauged_l: int | None) -> None:
    """Set what is in the hold of a mining vessel: what was lifted less what was handed over, dumped or landed.

    Lifts are told in dry solids; their slurry has the concentration of what was handed over, before that the
    replicate's own. A gauge of the hold knows the volume better than an account.
    """
    s, own = draft.vector, [lot for lot in lots if lot.from_asset == draft.name]
    whole_l, dry_g, water_g = (int(x) for x in draft.tables.draws[draft.conf.mass_at : draft.conf.mass_at + 3])
    if handed_g := sum(lot.dry_g for lot in own):
        whole_l, dry_g, water_g = sum(lot.volume_l for lot in own), handed_g, sum(lot.water_g for lot in own)
    lifted_g = s[c.HOLD_DRY_G]
    s[c.HOLD_DRY_G] = max(0, lifted_g - handed_g)
    s[c.HOLD_L] = max(0, round(lifted_g * whole_l / dry_g) - sum(lot.volume_l for lot in own))
    s[c.HOLD_WATER_G] = max(0, round(lifted_g * water_g / dry_g) - sum(lot.water_g for lot in own))
    if gauged_l is not None and s[c.HOLD_L] > 0:
        s[c.HOLD_WATER_G] = s[c.HOLD_WATER_G] * gauged_l // s[c.HOLD_L]
        s[c.HOLD_L] = gauged_l
    s[c.OFFERED] = int(s[c.HOLD_L] >= draft.conf.offer_l and bool(s[c.LANDED]))
    if draft.ended() and draft.label(-1) == "lift":
        s[c.PC] = _after_lift(draft)
    if s[c.HOLD_DRY_G] and gauged_l is None:
        draft.note("hold", "what was lifted less what was handed over and dumped, at the concentration of the lift")


def _after_lift(draft: Draft) -> int:
    """Return the step that follows a lift, by what is in the hold; the rules look at it first."""
    s, conf = draft.vector, draft.conf
    if s[c.HOLD_L] >= conf.full_l:
        return draft.tables.pc["meet"]
    return draft.tables.pc["offer"] if s[c.OFFERED] else draft.tables.pc["shift"]


def _couple(luck: Luck, drafts: Mapping[str, Draft]) -> dict[str, str]:
    """Pair mining vessels that offload with shuttles that load, agree their parcels; return vessel → shuttle."""
    partner: dict[str, str] = {}
    loading = {
        name: int(one.rows[-1, c.R_START])
        for name, one in drafts.items()
        if one.role == "shuttle"
        and len(one.rows)
        and ship_label(one, len(one.rows) - 1) == "alongside"
        and not one.ended()
    }
    for name, draft in drafts.items():
        here = draft.vector[c.RESUME] if draft.vector[c.FAULT] >= 0 else draft.vector[c.PC]
        if draft.role != "mining" or here < 0 or draft.tables.labels[here] not in COUPLED:
            continue
        if not loading:
            draft.vector[c.PC if draft.vector[c.FAULT] < 0 else c.RESUME] = draft.tables.pc["meet"]
            draft.note("offload", "no shuttle is logged as loading; the vessel is taken to wait for one")
            continue
        began_s = _offload_began_s(draft)
        partner[name] = min(loading, key=lambda shuttle: abs(loading[shuttle] - began_s))
        del loading[partner[name]]
        s, load_l = draft.vector, shuttle_load_l(luck)
        share = min(1.0, load_l / s[c.HOLD_L]) if s[c.HOLD_L] > 0 else 0.0
        s[c.COUPLED], s[c.OFFERED], s[c.CALL] = 1, 0, c.FAR
        s[c.LOAD_L] = min(s[c.HOLD_L], load_l)
        s[c.LOAD_DRY_G], s[c.LOAD_WATER_G] = round(s[c.HOLD_DRY_G] * share), round(s[c.HOLD_WATER_G] * share)
        draft.leave(here, draft.worked_s())
    return partner


def _offload_began_s(draft: Draft) -> int:
    """Return when a mining vessel began to moor the shuttle that is alongside."""
    number = len(draft.rows) - 1
    while number > 0 and draft.label(number - 1) in ("offload", "repair"):
        if draft.ends_parcel(number - 1):
            break
        number -= 1
    return int(draft.rows[number, c.R_START])


def _gone(draft: Draft) -> bool:
    """Say whether a mining vessel has left for good."""
    last = draft.label(draft.last_work()) if len(draft.rows) else ""
    return last == "off_hire" or (last == "transit_home" and bool(draft.vector[c.LEAVING]))
