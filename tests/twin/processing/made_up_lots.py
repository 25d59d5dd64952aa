"""Batches of lots for tests: random mud and the odd ones a step must bear."""

import numpy as np

from ops_data.elements import CONSTITUENTS
from twin.processing.lot import DISSOLVED, PHASES, Lot, Stepped, oxides_t


def random_lots(seed: int, lots: int) -> Lot:
    """Return mud of any mass from grams to kilotonnes, with water, salt and content in every phase.

    The content of the solids weighs, as oxides, at most what the dry solids do.
    """
    luck = np.random.default_rng(seed)
    dry_t = 10.0 ** luck.uniform(-6.0, 4.0, lots)
    water_t = dry_t * 10.0 ** luck.uniform(-2.0, 2.0, lots)
    salt_t = water_t * luck.uniform(0.0, 0.05, lots)
    content_kg = luck.uniform(0.0, 1.0, (lots, len(PHASES), len(CONSTITUENTS))) ** 4
    solid_t = oxides_t(content_kg[:, :DISSOLVED].sum(axis=1))
    content_kg *= (dry_t / solid_t * luck.uniform(0.0, 1.0, lots))[:, np.newaxis, np.newaxis]
    dissolved_t = water_t * luck.uniform(0.0, 0.1, lots)
    wet_t = dry_t * luck.uniform(2.0, 3.0, lots)
    return Lot(wet_t, dry_t, dissolved_t, water_t, salt_t, content_kg)


def odd_lots(seed: int) -> Lot:
    """Return lots that hold nothing, next to nothing, no water, no solids, or one phase only."""
    some = random_lots(seed, 4 + len(PHASES))
    scale = np.ones(len(some))
    scale[0], scale[1] = 0.0, 1e-290
    parts = {name: getattr(some, name) * scale for name in ("wet_t", "dry_t", "dissolved_t", "water_t", "salt_t")}
    content_kg = some.content_kg * scale[:, np.newaxis, np.newaxis]
    for name in ("dissolved_t", "water_t", "salt_t"):
        parts[name][2] = 0.0
    content_kg[2, DISSOLVED] = 0.0
    for name in ("wet_t", "dry_t"):
        parts[name][3] = 0.0
    content_kg[3, :DISSOLVED] = 0.0
    for phase in range(len(PHASES)):
        others = np.arange(len(PHASES)) != phase
        content_kg[4 + phase, others] = 0.0
    return Lot(content_kg=content_kg, **parts)


def joined(first: Lot, second: Lot) -> Lot:
    """Return one batch of the lots of two."""
    names = ("wet_t", "dry_t", "dissolved_t", "water_t", "salt_t", "content_kg")
    return Lot(**{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names})


def all_kinds(seed: int, lots: int = 300) -> Lot:
    """Return random lots with the odd ones behind them."""
    return joined(random_lots(seed, lots), odd_lots(seed))


def difference(first: Lot, second: Lot) -> float:
    """Return the largest absolute difference of two batches over the largest entry of its field."""
    worst = 0.0
    for name in ("wet_t", "dry_t", "dissolved_t", "water_t", "salt_t", "content_kg"):
        one, other = getattr(first, name), getattr(second, name)
        worst = max(worst, float(np.abs(one - other).max(initial=0.0) / max(np.abs(one).max(initial=0.0), 1e-300)))
    return worst


def every_part(done: Stepped) -> dict[str, Lot]:
    """Return products and losses of a step by name."""
    return {**done.products, **done.losses}
