"""Mean times to failure, from repairs of which the log does not say what failed."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from scipy.special import pdtr, pdtrc

from ops_data.errors import ModelError
from ops_data.reference import ComponentRow
from twin.calibration.block import Block, Check, day, nothing
from twin.calibration.incidents import told_by
from twin.calibration.jobs import rows_of
from twin.calibration.prior import Floats, open_keys, prior_of
from twin.campaign_log import CampaignLog
from twin.lift_system import circuit
from twin.models.failure_labels import Incidents, sample_labels
from twin.operations.campaign import roles_of
from twin.operations.laws import BLOCKAGE
from twin.scenario import Scenario, draw_parameters

NAME: Final = "failures"
CHAINS: Final = 100
POINTS: Final = 200
TRIES: Final = 4  # prior draws tried for each chain whose lift system works
LEAST_FIT: Final = -8.0  # logarithm of the chance below which no part fits what was seen
NOTE: Final = "which part failed is not in the log: it is drawn with the rates"


def calibrate_failures(
    log: CampaignLog, draws: Mapping[str, Floats], seed: int, members: int, random: np.random.Generator
) -> Iterator[Block]:
    """Yield what is said of the parts of each kind of asset.

    Parameters
    ----------
    draws : of the lift, by key: where it works decides how often the riser blocks.
    """
    scenario = log.scenario
    roles = roles_of(scenario)
    for role in dict.fromkeys(roles.values()):
        parts = [row for row in scenario.components.values() if row.asset_kind == role]
        keys = open_keys(scenario, [_key(part) for part in parts])
        block = f"{NAME}, {role}"
        if not keys:
            continue
        if not scenario.failures.enabled:
            yield nothing(block, keys, "the scenario has no failures")
            continue
        vessels = [rows_of(log, name) for name, own in roles.items() if own == role]
        assets = [told_by(scenario, vessel, parts) for vessel in vessels]
        if not sum(float(one.total.sum()) for one in assets):
            yield nothing(block, keys, f"no {role} asset has worked yet")
            continue
        shortened = _shortened(scenario, parts, draws, seed)
        if isinstance(shortened, str):
            yield nothing(block, keys, shortened)
            continue
        yield _calibrate(log, block, parts, assets, shortened, members, random)


def _calibrate(
    log: CampaignLog, block: str, parts: list[ComponentRow], assets: list[Incidents], shortened: Floats, members: int,
    random: np.random.Generator,
) -> Block:  # fmt: skip
    shape = np.array([part.weibull_shape if part.life_law == "weibull" else 1.0 for part in parts])
    priors = [prior_of(log.scenario, _key(part)) for part in parts]
    grids = np.array([prior.values((np.arange(POINTS) + 0.5) / POINTS) for prior in priors])
    found = sample_labels(assets, shape, grids, shortened, members, random)
    within = (found.place + random.random(found.place.shape)) / POINTS
    values = {prior.key: prior.values(within[:, j]) for j, prior in enumerate(priors)}
    count = sum(len(one.worked) for one in assets)
    worked_h = max(float(one.total.max()) for one in assets)
    mean_h = np.array([np.median(values[prior.key]) for prior in priors])
    expected = sum(float((one.total / mean_h).sum()) for one in assets)
    poor = sum(int((one.log_fit.max(axis=1) < LEAST_FIT).sum()) for one in assets if len(one.log_fit))
    p = min(1.0, 2.0 * min(float(pdtr(count, expected)), float(pdtrc(count - 1, expected)) if count else 1.0))
    keys = open_keys(log.scenario, [prior.key for prior in priors])
    return Block(
        block,
        f"{count} failures in up to {worked_h:.0f} h worked until {day(log.until_s)}",
        {key: values[key] for key in keys},
        notes=dict.fromkeys(keys, NOTE) if count else {},
        checks=(Check(block, f"failures where {expected:.1f} are expected", count, p, poor),),
    )


def _key(part: ComponentRow) -> str:
    return f"components.{part.name}.mtbf_h"


def _shortened(scenario: Scenario, parts: list[ComponentRow], draws: Mapping[str, Floats], seed: int) -> Floats | str:
    """Return the factor by which the parts of each chain live shorter: of the riser's blockage by the lift's point.

    Draws of the other numbers that cannot lift what was lifted are passed over; where hardly any can, the text says so.
    """
    found = np.ones((CHAINS, len(parts)))
    names = [part.name for part in parts]
    if BLOCKAGE not in names or scenario.lift.system == "stated":
        return found
    factors: list[float] = []
    refused = ""
    for number in range(TRIES * CHAINS):
        values = draw_parameters(scenario, seed, number, "drawn")
        values |= {key: float(own[number % len(own)]) for key, own in draws.items()}
        try:
            point = circuit(values, scenario.lift, scenario.site.latitude_deg).operating_point()
        except ModelError as error:
            refused = str(error)
            continue
        factors.append(point.blockage_factor)
        if len(factors) == CHAINS:
            found[:, names.index(BLOCKAGE)] = factors
            return found
    return f"the lift system works in {len(factors)} of {TRIES * CHAINS} draws; the last: {refused}"
