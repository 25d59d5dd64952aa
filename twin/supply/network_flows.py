"""From what Japan needs back to the ore: who hands how much of each element to whom, stage by stage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ops_data.reference.supply.network_rows import ALLY
from ops_data.supply_names import GROUPS, STAGES, SUPPLY_ELEMENTS
from twin.supply.network_market import Market, Offer
from twin.supply.network_structure import GROUP_OF, MAGNET, METAL, MIXED, OXIDE, Floats, Structure, by_element, by_group

TINY = 1e-12


@dataclass(frozen=True)
class Flows:
    """What is handed over for Japan.

    Attributes
    ----------
    handed_t : element [t], shape (5 stages of the material, buyers, sellers, 8).
    used_t : name of an offer → what was taken of it [t], shape (8,).
    """

    handed_t: Floats
    used_t: dict[str, Floats]


def flows(structure: Structure, market: Market, magnets_t: Floats, oxide_t: Floats) -> Flows:
    """Return the flows that serve a need.

    Parameters
    ----------
    structure : the tables as arrays.
    market : what is on offer.
    magnets_t, oxide_t : element the sectors take in magnets and as separated oxide [t], shape (8,) each.

    Notes
    -----
    Stage by stage from the magnet back: what a node must hand over, over the yield of its stage, is what it takes in.
    Offers are taken first, as far as somebody needs them: the mud, then recycling, then contracts and plants that
    levers add in proportion, then new supply in proportion; the rest follows the mix of the buyer. A part of what a
    buyer needs after the mud and recycling stays with that mix in any case. Japan's purchases beyond what a foreign
    seller can deliver are made in China.
    """
    count = len(structure.origins)
    handed = np.zeros((len(STAGES), count + 1, count, len(SUPPLY_ELEMENTS)))
    used: dict[str, Floats] = {}
    need = np.zeros((count + 1, len(SUPPLY_ELEMENTS)))
    need[structure.use] = magnets_t
    for stage in range(MAGNET, -1, -1):
        first = np.zeros_like(handed[stage])
        if stage == OXIDE:
            need[structure.use] = oxide_t
        mix = market.mix[stage][..., GROUP_OF]
        left = need.copy()
        if stage == METAL and market.follow > 0.0:
            first, mix = _followed(structure, market, need, oxide_t, mix)
            left = np.maximum(need - first.sum(axis=1), 0.0)
        for offer in market.own.get(stage, ()):
            used |= _take((offer,), left, first)
        kept = left * market.kept
        left = left - kept
        used |= _take(market.committed.get(stage, ()), left, first)
        used |= _take(market.new.get(stage, ()), left, first)
        left = left + kept
        if stage == MIXED:
            ally = structure.number(ALLY)
            first[ally, structure.named[2]] += used["mud abroad"] / market.yields[OXIDE]
            left[ally] = np.maximum(left[ally] - first[ally].sum(axis=0), 0.0)
        rest = left[:, None, :] * mix
        _limit(structure, market, stage, rest)
        handed[stage] = first + rest
        if market.largest_share < 1.0:
            beside_firm = handed[stage] if stage == METAL else rest
            _spread(structure, market, stage, handed[stage], beside_firm)
        need = np.zeros_like(need)
        need[:count] = handed[stage].sum(axis=0) / market.yields[stage]
        need[structure.named[3]] = 0.0  # recycling takes nothing in
    return Flows(handed, used)


def _take(offers: Sequence[Offer], left: Floats, first: Floats) -> dict[str, Floats]:
    """Hand offers, in proportion, to their takers, pro rata of what these still need; ``left``, ``first`` change."""
    if not offers:
        return {}
    taken = np.zeros((len(offers), len(SUPPLY_ELEMENTS)))
    remaining = [offer.amount_t for offer in offers]
    at_first = [_first_part(offer, left) for offer in offers]
    for step in range(max(len(offer.tiers) for offer in offers)):
        buyers = list(next(offer.tiers[step] for offer in offers if len(offer.tiers) > step))
        wanted = left[buyers]
        total = wanted.sum(axis=0)
        if not (total > TINY).any():
            continue
        parts = at_first if step == 0 else [1.0] * len(offers)
        rows = [
            served(amount * part, total) * (len(offer.tiers) > step)
            for amount, part, offer in zip(remaining, parts, offers, strict=True)
        ]
        there = np.array(rows)
        whole = there.sum(axis=0)
        give = there * np.where(whole > TINY, np.minimum(1.0, total / np.where(whole > TINY, whole, 1.0)), 0.0)
        portion = wanted / np.where(total > TINY, total, 1.0)
        for at, offer in enumerate(offers):
            first[buyers, offer.seller] += portion * give[at]
            pooled = by_group(give[at]) if remaining[at].size == len(GROUPS) else give[at]
            remaining[at] = np.maximum(remaining[at] - pooled, 0.0)
        left[buyers] = np.maximum(wanted - portion * give.sum(axis=0), 0.0)
        taken += give
    return {offer.name: taken[at] for at, offer in enumerate(offers)}


def _first_part(offer: Offer, left: Floats) -> Floats | float:
    """Part of an offer that its first tier may have before the second: all, or what it needs of what both need."""
    if not offer.together:
        return 1.0
    first, both = left[list(offer.tiers[0])].sum(axis=0), left[list(offer.tiers[0] + offer.tiers[1])].sum(axis=0)
    found: Floats = np.where(both > TINY, first / np.where(both > TINY, both, 1.0), 1.0)
    return found


def served(amount_t: Floats, wanted_t: Floats) -> Floats:
    """Return an offer by element, shape (8,); one by group is shared out as the elements are wanted."""
    if amount_t.size == len(SUPPLY_ELEMENTS):
        return amount_t
    asked = by_group(wanted_t)
    found: Floats = wanted_t * by_element(amount_t / np.where(asked > TINY, asked, np.inf))
    return found


def _followed(
    structure: Structure, market: Market, need: Floats, oxide_t: Floats, mix: Floats
) -> tuple[Floats, Floats]:
    """Metal made at home and by partners of oxide that Japan holds, beyond their part of the mix, and the mix left."""
    _, japan, _, _ = structure.named
    first = np.zeros_like(mix)
    partners = list(market.partners)
    wanted = need[japan]
    held = sum((served(one.amount_t, wanted) for one in market.offers(OXIDE)), np.zeros(len(SUPPLY_ELEMENTS)))
    base = mix[japan, partners] * wanted
    makeable = np.maximum(held - oxide_t, 0.0) * market.yields[METAL]
    more = market.follow * np.maximum(np.minimum(makeable, wanted) - base.sum(axis=0), 0.0)
    others = np.delete(mix[japan], partners, axis=0).sum(axis=0)
    more[others <= TINY] = 0.0
    if not more.any():
        return first, mix
    found = mix.copy()
    for at, partner in enumerate(partners):
        room = np.maximum(market.open_t[METAL, partner] - by_group(base[at]), 0.0)
        asked = by_group(more)
        give = more * by_element(np.minimum(1.0, room / np.where(asked > TINY, asked, np.inf)))
        first[japan, partner] = base[at] + give
        more = more - give
    found[japan, partners] = 0.0
    moved = first[japan].sum(axis=0) > 0.0
    found[japan] = np.where(moved, found[japan] / np.where(others > TINY, others, 1.0), mix[japan])
    first[japan] = np.where(moved, first[japan], 0.0)
    return first, found


def _limit(structure: Structure, market: Market, stage: int, rest: Floats) -> None:
    """Move what sellers cannot deliver to Japan over to China; ``rest`` is changed."""
    buyers = structure.japanese
    china = structure.named[0]
    asked = by_group(rest[buyers].sum(axis=0))
    open_t = market.open_t[stage]
    part = by_element(np.where(asked > open_t, open_t / np.where(asked > TINY, asked, 1.0), 1.0))
    if (part >= 1.0).all():
        return
    short = rest[buyers] * (1.0 - part)
    rest[buyers] -= short
    rest[buyers, china] += short.sum(axis=1)


def _spread(structure: Structure, market: Market, stage: int, handed: Floats, beside_firm: Floats) -> None:
    """Move what one foreign seller has above the largest share to sellers with free capacity; ``handed`` is changed.

    What is bound by contract stays: only ``beside_firm`` moves.
    """
    buyers = structure.japanese
    bought = handed[buyers].sum(axis=0)
    ceiling = market.largest_share * bought.sum(axis=0)
    loose = beside_firm[buyers].sum(axis=0)
    over = np.where(structure.home[:, None], 0.0, np.minimum(np.maximum(bought - ceiling, 0.0), loose))
    if not (over > TINY).any():
        return
    free = np.where(np.isfinite(market.open_t[stage]), market.open_t[stage], 0.0)
    free = np.maximum(free - by_group(loose), 0.0)
    wanted = over.sum(axis=0)
    pool = by_group(wanted)
    room = by_element(free) * np.where(pool > TINY, 1.0, 0.0)[GROUP_OF]
    room = room * wanted / np.where(by_element(pool) > TINY, by_element(pool), 1.0)  # free capacity, by what is moved
    limit = np.where(structure.home[:, None], np.inf, np.maximum(ceiling - bought, 0.0))
    room = np.minimum(room, limit)
    offered = room.sum(axis=0)
    moved = np.minimum(wanted, offered)
    leave = over * np.where(wanted > TINY, moved / np.where(wanted > TINY, wanted, 1.0), 0.0)
    come = room * np.where(offered > TINY, moved / np.where(offered > TINY, offered, 1.0), 0.0)
    part = beside_firm[buyers] * np.where(loose > TINY, leave / np.where(loose > TINY, loose, 1.0), 0.0)
    handed[buyers] -= part
    portion = part.sum(axis=1)  # of each buyer, shape (buyers, 8)
    share = np.where(moved > TINY, come / np.where(moved > TINY, moved, 1.0), 0.0)
    handed[buyers] += portion[:, None, :] * share
