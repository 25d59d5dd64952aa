"""What one stroke brings up: tool, mud and extraction, of which only the product is identified."""

from typing import Final

import numpy as np

from ops_data.units import GRAMS_PER_TONNE
from twin.calibration.block import Block, Check, kolmogorov_p, nothing, span
from twin.calibration.jobs import Job
from twin.calibration.prior import Floats, grid_posterior, open_keys, prior_of, ratio_law
from twin.models.event_ratio import log_density
from twin.models.tempered_sampler import systematic
from twin.scenario import Scenario

NAME: Final = "dry solids of a stroke"
PRODUCT: Final = "dry solids of a stroke [t]"
POWERS: Final = {
    "mud.dry_bulk_density_t_m3": 1, "tool.extraction_fraction": 1, "tool.stroke_m": 1, "tool.bore_m": 2,
}  # fmt: skip
EVENTS: Final = "tool.extraction_fraction"
FACTORS: Final = 40  # prior draws of the factors for each member wanted
BEYOND: Final = 0.4  # of the logarithm, by which the grid of the product reaches beyond the lifts
NOTE: Final = "only the product of bore squared, stroke, extraction and dry density is identified; the draws are joint"
MOST_LIFTS: Final = 1000  # the last ones: more say no more


def calibrate_strokes(scenario: Scenario, lifted: list[Job], members: int, random: np.random.Generator) -> Block:
    """Return what dry solids of lifts say about tool, mud and extraction.

    Notes
    -----
    The dry solids of a lift are P e with P = π/4 D² L c ρ (bore, stroke, central extraction, dry density) and e the
    event law of the extraction. P is exact on a grid; given P, prior draws of the factors but one are completed by that
    one and weighted by its prior density times the Jacobian, which is exact too. Nothing is learnt about P before the
    factors' priors meet it: the grid is of even density in P.
    """
    keys = open_keys(scenario, list(POWERS))
    if not keys:
        return nothing(NAME, keys, "every factor is stated as fixed")
    if not lifted:
        return nothing(NAME, keys, "the log has no lift that brought mud up")
    if scenario.quantities["mine.spacing_bores"].low < 1.0:
        return nothing(NAME, keys, "holes may overlap, so that a lift brings an unknown share of a stroke")
    law = ratio_law(scenario.quantities[EVENTS])
    dry_t = np.array([job.dry_g for job in lifted[-MOST_LIFTS:]]) / GRAMS_PER_TONNE
    low, high = np.log(dry_t.min()) - BEYOND, np.log(dry_t.max()) + BEYOND

    def log_likelihood(u: Floats) -> Floats:
        product = low + u * (high - low)
        told = np.array([log_density(law, np.log(dry_t) - one).sum() for one in product])
        return np.asarray(told + product)

    many = FACTORS * members
    product = np.exp(low + grid_posterior(log_likelihood).draws(many, random) * (high - low))
    factors, weight = _completed(scenario, keys, product, random)
    if weight.sum() <= 0.0:
        return nothing(NAME, keys, f"lifts of {np.median(dry_t):.3g} t lie outside what the rows allow together")
    chosen = random.permutation(systematic(weight / weight.sum(), random))[:members]
    draws = {key: factors[key][chosen] for key in keys}
    before, _ = _prior_product(scenario, keys, members, random)
    z = np.log(dry_t) - np.log(np.median(product[chosen]))
    excluded = int(np.sum(law.density(z) <= 0.0))
    checks = (Check(NAME, "dry solids of lifts over their central value", len(dry_t),
                    kolmogorov_p(law.chance_below(z)), excluded),)  # fmt: skip
    used = f"{len(lifted)} lifts {span(lifted[0].first_s, lifted[-1].last_s)}"
    return Block(NAME, used, draws, notes=dict.fromkeys(keys, NOTE), checks=checks,
                 products={PRODUCT: (before, product[chosen])})  # fmt: skip


def _prior_product(
    scenario: Scenario, keys: list[str], count: int, random: np.random.Generator
) -> tuple[Floats, dict[str, Floats]]:
    factors = {
        key: prior_of(scenario, key).values(random.random(count))
        if key in keys
        else np.full(count, scenario.quantities[key].value)
        for key in POWERS
    }
    return np.pi / 4.0 * np.prod([factors[key] ** power for key, power in POWERS.items()], axis=0), factors


def _completed(
    scenario: Scenario, keys: list[str], product: Floats, random: np.random.Generator
) -> tuple[dict[str, Floats], Floats]:
    """Return factors that make the products, and the weight of each: the prior density of the one that completes."""
    solved = keys[0]
    whole, factors = _prior_product(scenario, keys, len(product), random)
    rest = whole / factors[solved] ** POWERS[solved]
    factors[solved] = (product / rest) ** (1.0 / POWERS[solved])
    return factors, prior_of(scenario, solved).density(factors[solved]) * factors[solved] / product
