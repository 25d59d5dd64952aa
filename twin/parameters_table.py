"""The quantities of a scenario as rows for people: value, range, unit, laws, source, confidence, origin."""

from dataclasses import dataclass

from twin.quantities import Quantity
from twin.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """One quantity, every cell a text; ``range`` and ``events`` are empty where nothing spreads."""

    key: str
    value: str
    range: str
    unit: str
    law: str
    events: str
    source: str
    confidence: str
    origin: str
    note: str


def number(value: float) -> str:
    """Return a number with up to six significant digits, thousands separated, no exponent below 10^15.

    Examples
    --------
    >>> number(50e6), number(0.28), number(2058.0)
    ('50,000,000', '0.28', '2,058')
    """
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.6g}"


def parameter_lines(scenario: Scenario) -> list[ParameterLine]:
    """Return one line per quantity of a scenario, in the order of the reference file."""
    return [_line(quantity) for quantity in scenario.quantities.values()]


def _line(q: Quantity) -> ParameterLine:
    spread = f"{number(q.low)}–{number(q.high)}" if q.low < q.high else ""
    law = "shown, not drawn" if q.law == "fixed" and spread else q.law
    bounds = (
        f" {number(q.event_low)}–{number(q.event_high)}" if q.event_low is not None and q.event_high is not None else ""
    )
    events = "" if q.event_law == "none" else f"{q.event_law}{bounds}"
    return ParameterLine(q.key, number(q.value), spread, q.unit, law, events, q.source, q.confidence, q.origin, q.note)
