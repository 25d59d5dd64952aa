"""Circuits of any shape for tests: drawn feeds, solvents, stages, with and without base, scrub, strip and reflux."""

from typing import Final

import numpy as np

from twin.models.distribution import power_law
from twin.models.extraction import (
    Chemistry,
    Circuit,
    Liquor,
    Solvent,
    extraction,
    extraction_scrub,
    extraction_scrub_strip,
    saponified,
)

KINDS: Final = ("extraction", "saponified extraction", "extraction and scrub", "extraction, scrub and strip")


def random_chemistry(rng: np.random.Generator) -> Chemistry:
    """Return two to six metals in order of extraction, and sodium as the last."""
    count = int(rng.integers(2, 7))
    a = np.append(np.sort(rng.uniform(-4.0, 1.0, count)), rng.uniform(-4.0, -2.0))
    order = np.append(np.full(count, 3.0), 1.0)
    activity = np.append(np.full(count, rng.choice([0.0, 0.473])), 0.0)
    names = tuple(f"metal {number}" for number in range(1, count + 1))
    return Chemistry((*names, "Na"), order, order, power_law(a, order, order, 0.5, activity))


def random_circuit(seed: int, kind: str) -> Circuit:
    """Return a circuit of a kind; traces to 1 mol/L fed, up to 57 stages, sulfate or not, efficiency 0.6 to 1."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    chemistry = random_chemistry(rng)
    count = len(chemistry.names) - 1
    none = np.zeros(count + 1)
    metals = np.append(rng.dirichlet(np.ones(count)) * 10.0 ** rng.uniform(-4.0, 0.0), 0.0)
    sulfate = rng.choice([0.0, rng.uniform(0.0, 0.5)])
    feed = Liquor(100.0, metals, 10.0 ** rng.uniform(-3.0, -0.5), sulfate)
    extractant = rng.uniform(0.1, 0.6)
    to_load_all = 300.0 * metals.sum() / extractant
    solvent = Solvent(float(np.clip(to_load_all * 10.0 ** rng.uniform(-0.3, 1.5), 5.0, 1000.0)), extractant, none)
    if kind != "extraction":
        solvent = saponified(solvent, count, rng.uniform(0.0, 0.45))
    efficiency = rng.choice([1.0, rng.uniform(0.6, 1.0)])
    stages = (int(rng.integers(1, 20)), int(rng.integers(1, 20)), int(rng.integers(1, 20)))
    scrub = Liquor(solvent.flow_l_h * rng.uniform(0.05, 0.5), none, 10.0 ** rng.uniform(-2.0, 0.3))
    strip = Liquor(solvent.flow_l_h * rng.uniform(0.1, 1.0), none, 10.0 ** rng.uniform(-0.3, 0.78))
    reflux = rng.choice([0.0, rng.uniform(0.0, 0.6)])
    if kind == "extraction and scrub":
        return extraction_scrub(chemistry, solvent, feed, scrub, stages[0], stages[1], efficiency)
    if kind == "extraction, scrub and strip":
        return extraction_scrub_strip(chemistry, solvent, feed, scrub, strip, *stages, reflux, efficiency)
    return extraction(chemistry, solvent, feed, stages[0], efficiency)
