"""The settings of a supply study: plain typed choices; numbers live in the quantities of its case."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from twin.settings import FROZEN

Rule = Literal["strict_priority", "pro_rata", "minimum_shares", "linear_programme"]


def _number(unit: str, low: float, high: float, text: str) -> Any:
    return Field(ge=low, le=high, description=text, json_schema_extra={"unit": unit})


class Supply(BaseModel):
    """Choices of a supply study."""

    model_config = FROZEN

    extrapolation_t_d: float = _number("t/d", 1.0, 1e6, "Rate of the extrapolation, on the mass basis of each run.")
    mud_from_year: int = _number("a", 2027, 2100, "First year in which the network and shocks count on the mud.")
    mud_reading: Literal["none", "run_rate", "extrapolation"] = Field(
        description="Reading of the mud that network and shocks count on: none, a year at the target, or scaled up."
    )
    shock_start: date = Field(description="First day of the shock scenarios.")
    shock_months: int = _number("month", 1, 120, "How long a shock scenario is followed.")
    scenarios: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="Shock scenarios and replays of shock_scenarios.csv that are played."
    )
    price_set: Literal["china_2026_02", "ex_china_2026_02", "usgs_2024", "peak_2011"] = Field(
        description="Quotes at which a contribution is valued."
    )
    price_regime: Literal["none", "S1", "S2", "S3", "S4"] = Field(
        description="What the premium outside China returns to over the life of a project; none: it fades."
    )
    weights: Literal["low", "middle", "high", "none"] = Field(
        description="End of the printed range of each probability that is renormalised; none: no weighted result."
    )
    rules: Annotated[tuple[Rule, ...], Field(min_length=2)] = Field(
        description="Allocation rules in a shortage, two or more: a shock is never shown under one rule alone."
    )
    wind_orders: Literal["even", "projects"] = Field(
        description="Demand of wind power day by day: even, or in orders of whole projects."
    )
    release: Literal["on_shortage", "none"] = Field(description="Whether the national stock is released.")
    ring_fence: Literal["by_category", "none"] = Field(
        description="Whether reserves are kept for the categories they were bought for."
    )
    closed_routes: tuple[str, ...] = Field(description="Sea and land routes of routes.csv that are closed.")
    opened_routes: tuple[str, ...] = Field(description="Routes that are open though routes.csv has them closed.")
    allocation: Literal["mass", "value"] = Field(
        description="How the cost of the mud is shared out to its elements: by mass of oxide or by value."
    )
    price_floor: Literal["none", "two_way", "shared_upside"] = Field(
        description="None; the state pays up to the floor and takes a share above; or a floor price with a rebate."
    )
    take_or_pay: bool = Field(description="Whether buyers pay for a minimum volume, with make-up.")
    criteria_weights: tuple[float, ...] = Field(
        description="Your own weights of the criteria, in their order; none: they stand side by side and are not added."
    )
    depreciation: Literal["straight_line", "declining_balance"] = Field(description="How investment is written off.")
    tax_credit: bool = Field(description="Whether an investment tax credit is given.")
    subsidy: bool = Field(description="Whether a share of the investment is a grant.")
