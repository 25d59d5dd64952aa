"""The result of a calibration: joint draws, what each number was and is believed to be, and on what grounds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ops_data.errors import FailedError, UsageError
from ops_data.manifest import canonical_json, json_sha256
from twin.calibration.block import Block, Check
from twin.calibration.prior import prior_of
from twin.scenario import Scenario

Floats = NDArray[np.float64]
Three = tuple[float, float, float]

FORMAT: Final = 1
REMEDY: Final = "make the file again with 'twin calibrate'"
EDGES: Final = (0.05, 0.5, 0.95)
IDENTIFIED_FROM: Final = 0.2  # contraction; below it the data leave four fifths of the prior's variance or more


@dataclass(frozen=True)
class Used:
    """What a block of the calibration rests on, in words, and the keys that it is about."""

    block: str
    data: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """One number before and after.

    Attributes
    ----------
    key, unit : of the row; of a product its name.
    block : which block it belongs to.
    prior, posterior : 5 %, 50 % and 95 % points.
    contraction : share of the prior's variance that the data removed.
    identified : whether that is at least `IDENTIFIED_FROM`.
    reason : why it is identified or not, in words.
    note : what else to know; empty for nothing.
    """

    key: str
    unit: str
    block: str
    prior: Three
    posterior: Three
    contraction: float
    identified: bool
    reason: str
    note: str


@dataclass(frozen=True, eq=False)
class Calibration:
    """What a campaign log says about the numbers of its scenario.

    Attributes
    ----------
    scenario : the campaign as it was planned.
    origin_s : UTC second up to which the log was told.
    seed, members : of the draws.
    used : data by block.
    numbers : each row that the blocks are about, before and after.
    products : what only together is identified, before and after.
    checks : whether data look as the calibrated laws say.
    draws : joint draws of the posterior by key, shape (members,) each. Rows without a draw keep their prior.
    """

    scenario: Scenario
    origin_s: int
    seed: int
    members: int
    used: tuple[Used, ...]
    numbers: tuple[Number, ...]
    products: tuple[Number, ...]
    checks: tuple[Check, ...]
    draws: Mapping[str, Floats]

    def number(self, key: str) -> Number:
        """Return a number or a product by its key; UsageError for one that the calibration is not about."""
        for one in (*self.numbers, *self.products):
            if one.key == key:
                return one
        raise UsageError(f"calibration: '{key}' is none of its numbers; ask for one of the rows it lists")


def values_of_member(calibration: Calibration, values: Mapping[str, float], member: int) -> dict[str, float]:
    """Return the values of a replicate with those of a member of the posterior in their place.

    Parameters
    ----------
    calibration : its draws are joint: all keys take those of the same member.
    values : one value per key, drawn from the prior; kept where nothing was learnt.
    member : 0 to members - 1.

    Raises
    ------
    UsageError : there is no such member.
    """
    if not 0 <= member < calibration.members:
        raise UsageError(
            f"calibration: member {member} of {calibration.members}; they count from 0: calibrate with more members"
        )
    return {**values, **{key: float(draws[member]) for key, draws in calibration.draws.items()}}


def put_together(scenario: Scenario, origin_s: int, seed: int, members: int, blocks: Sequence[Block]) -> Calibration:
    """Return the calibration that blocks make."""
    numbers, products = [], []
    for block in blocks:
        for key in sorted({*block.draws, *block.missing}):
            numbers.append(_number(scenario, block, key))
        for name, (before, after) in block.products.items():
            unit = name[name.rindex("[") + 1 : -1]
            numbers_of = _three(before), _three(after)
            shrunk = contraction(float(before.var()), float(after.var()))
            products.append(
                Number(name, unit, block.name, *numbers_of, shrunk, *_judged(shrunk, block.used), "a product of rows")
            )
    return Calibration(
        scenario, origin_s, seed, members,
        tuple(Used(block.name, block.used, tuple(sorted({*block.draws, *block.missing}))) for block in blocks),
        tuple(sorted(numbers, key=lambda one: one.key)), tuple(products),
        tuple(check for block in blocks for check in block.checks),
        {key: draws for block in blocks for key, draws in sorted(block.draws.items())},
    )  # fmt: skip


def contraction(before: float, after: float) -> float:
    """Return the share of a variance that data removed; 0 where there was none.

    Examples
    --------
    >>> contraction(4.0, 1.0)
    0.75
    """
    return 1.0 - after / before if before > 0.0 else 0.0


def _number(scenario: Scenario, block: Block, key: str) -> Number:
    prior = prior_of(scenario, key)
    before = prior.values(np.array(EDGES))
    first, middle, last = before.tolist()
    edges = (first, middle, last)
    unit = scenario.quantities[key].unit
    if key in block.missing:
        reason = f"not identified: {block.missing[key]}"
        return Number(key, unit, block.name, edges, edges, 0.0, False, reason, block.notes.get(key, ""))
    draws = block.draws[key]
    shrunk = contraction(prior.spread, float(draws.var()))
    return Number(
        key, unit, block.name, edges, _three(draws), shrunk, *_judged(shrunk, block.used), block.notes.get(key, "")
    )


def _judged(shrunk: float, used: str) -> tuple[bool, str]:
    if shrunk >= IDENTIFIED_FROM:
        return True, f"{used} remove {100.0 * shrunk:.0f} % of the prior's variance"
    return False, f"not identified: {used} leave {100.0 * min(1.0, 1.0 - shrunk):.0f} % of the prior's variance"


def _three(draws: Floats) -> Three:
    first, middle, last = np.quantile(draws, EDGES).tolist()
    return first, middle, last


def to_document(found: Calibration) -> dict[str, Any]:
    """Return a calibration as what JSON holds, with the hash of all of it."""
    body = {
        "format": FORMAT,
        "kind": "calibration",
        "scenario": found.scenario.model_dump(mode="json"),
        "origin_s": found.origin_s,
        "seed": found.seed,
        "members": found.members,
        "used": [asdict(one) for one in found.used],
        "numbers": [asdict(one) for one in found.numbers],
        "products": [asdict(one) for one in found.products],
        "checks": [asdict(one) | {"p_value": _or_none(one.p_value)} for one in found.checks],
        "draws": {key: draws.tolist() for key, draws in found.draws.items()},
    }
    plain = json.loads(json.dumps(body))
    return {**plain, "sha256": json_sha256(plain)}


def to_text(found: Calibration) -> str:
    """Return a calibration as the text of a file: canonical JSON."""
    return canonical_json(to_document(found)) + "\n"


def read_text(text: str, place: str) -> Calibration:
    """Return the calibration in a text written by :func:`to_text`; `place` names it in errors.

    Raises
    ------
    FailedError : the text is no calibration, was changed, or is of another format.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise FailedError(f"{place}: it is not JSON ({error}); {REMEDY}") from error
    if not isinstance(document, Mapping) or document.get("kind") != "calibration":
        raise FailedError(f"{place}: it is not a calibration; {REMEDY}")
    if document.get("format") != FORMAT:
        raise FailedError(f"{place}: key 'format' is {document.get('format')}, this version reads {FORMAT}; {REMEDY}")
    body = {key: value for key, value in document.items() if key != "sha256"}
    if document.get("sha256") != json_sha256(body):
        raise FailedError(f"{place}: its own SHA-256 does not fit, so it was changed; {REMEDY}")
    return Calibration(
        Scenario.from_json(canonical_json(body["scenario"])), body["origin_s"], body["seed"], body["members"],
        tuple(Used(one["block"], one["data"], tuple(one["keys"])) for one in body["used"]),
        tuple(_read_number(one) for one in body["numbers"]), tuple(_read_number(one) for one in body["products"]),
        tuple(_read_check(one) for one in body["checks"]),
        {key: np.array(draws, dtype=np.float64) for key, draws in body["draws"].items()},
    )  # fmt: skip


def _read_number(told: Mapping[str, Any]) -> Number:
    return Number(
        told["key"], told["unit"], told["block"], tuple(told["prior"]), tuple(told["posterior"]), told["contraction"],
        told["identified"], told["reason"], told["note"],
    )  # fmt: skip


def _read_check(told: Mapping[str, Any]) -> Check:
    p_value = float("nan") if told["p_value"] is None else told["p_value"]
    return Check(told["block"], told["what"], told["data"], p_value, told["excluded"])


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def iso(time_s: int) -> str:
    """Return a UTC second as 2027-02-14T00:00:00Z."""
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
