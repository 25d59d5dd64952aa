"""Random lots for the tests of purification and calcination: any content, from nothing to rich, with odd ones among."""

import numpy as np

from ops_data.elements import CONSTITUENTS
from twin.processing.lot import PHASES, Lot, lot


def liquors(lots: int, seed: int) -> Lot:
    rng = np.random.default_rng(seed)
    content = 10.0 ** rng.uniform(-4.0, 2.5, (lots, len(PHASES), len(CONSTITUENTS)))
    content *= rng.random((lots, len(PHASES), 1)) < 0.7  # a phase that is not there
    water, dry = 10.0 ** rng.uniform(-1.0, 3.0, lots), 10.0 ** rng.uniform(-3.0, 1.0, lots)
    dissolved = 10.0 ** rng.uniform(-3.0, 1.0, lots)
    salt = water * rng.uniform(0.0, 0.035, lots)
    found = lot(dry * 2.0, dry + dissolved, water, salt, content)
    odd = (found.wet_t, found.dry_t, found.water_t, found.salt_t, found.content_kg)
    for values in odd:
        values[0] = 0.0  # nothing at all
        values[1] *= 1e-12  # a trace
    found.water_t[2] = found.salt_t[2] = 0.0  # no water
    found.content_kg[3, :-1] = 0.0  # all dissolved
    found.content_kg[4, -1] = 0.0  # nothing dissolved
    part = dissolved / (dry + dissolved)
    return Lot(
        found.wet_t, found.dry_t * (1.0 - part), found.dry_t * part, found.water_t, found.salt_t, found.content_kg
    )
