"""Which kinds of terms the words of an item are, indicator by indicator, the first that knows a word first."""

from typing import Final

_MUD: Final = ("reading", "basis", "supply_element")
_RUN: Final = ("basis", "run_of_study", "supply_element")
_ORIGINS: Final = ("supply_element", "supply_stage", "dependency_basis")
_DEMAND: Final = ("supply_element", "supply_sector")
_SHOCK: Final = ("shock_scenario", "rule", "supply_sector")
_EMBARGO: Final = ("mud_reading", "rule", "loss_study")
_PROJECT: Final = ("project", "world", "supply_element")

ITEM_KINDS: Final[dict[str, tuple[str, ...]]] = {
    # a run
    "time_use": ("category",),
    "mining_fuel_t": ("category",),
    "calendar_days": ("calendar",),
    "lost_days": ("cause",),
    "string_trips": ("trip",),
    **dict.fromkeys(("failures", "fuel_t"), ("asset_kind", "item")),
    **dict.fromkeys(("energy_mwh", "energy_per_dry_t_kwh"), ("use", "item")),
    "marine_cost_jpy": ("cost",),
    "lost_dry_t": ("loss",),
    **dict.fromkeys(("oxide_kg", "oxide_at_target_kg_d", "recovery"), ("element", "item")),
    **dict.fromkeys(("product_kg", "product_purity", "oxide_value_jpy"), ("product", "item")),
    "step_recovery": ("step", "element"),
    **dict.fromkeys(
        ("processing_cost_jpy", "processing_co2e_t", "reagent_kg", "reagent_per_oxide_kg"), ("ledger_item", "item")
    ),
    "activity_bq_g": ("stage",),
    **dict.fromkeys(("air_emissions_t", "air_co2_per_dry_t"), ("gas",)),
    "recovery_years": ("fauna",),
    "return_water_metal_nmol_l": ("metal",),
    "noise_source_db": ("noise_source", "item"),
    "noise_range_km": ("noise_range",),
    # an environmental study
    **dict.fromkeys(
        (
            "plume_highest_mg_l", "plume_furthest_km", "plume_area_km2", "plume_area_time_km2_d",
            "plume_longest_hours", "deposited_share",
        ),
        ("layer",),
    ),
    # a supply study
    **dict.fromkeys(
        (
            "contribution_oxide_t", "contribution_element_t", "contribution_share_current",
            "contribution_share_future", "contribution_value_usd", "contribution_value_jpy",
        ),
        _MUD,
    ),
    **dict.fromkeys(("mud_needed_t_d", "mud_grade_ppm", "mud_recovery", "mud_days", "mud_dry_t"), _RUN),
    **dict.fromkeys(
        (
            "china_share", "import_dependence", "hhi", "hhi_change", "largest_share", "eu_supply_risk", "supply_t",
            "stage_cover",
        ),
        _ORIGINS,
    ),
    **dict.fromkeys(
        (
            "demand_t", "stock_in_use_t", "end_of_life_t", "recycled_t", "end_of_life_recycling_rate",
            "recycling_input_rate",
        ),
        _DEMAND,
    ),
    "earliest_year": ("plant_kind",),
    "clusters_working": ("clusters",),
    **dict.fromkeys(
        (
            "fill_rate", "fill_rate_in_shock", "worst_month_fill", "line_down_days", "survive_days", "recover_days",
            "shock_still_on", "stops_within_year", "lost_sector_days", "licence_delay_d", "weighted_lost_sector_days",
        ),
        _SHOCK,
    ),
    **dict.fromkeys(("lost_service_t", "cover_days"), ("shock_scenario", "rule", "supply_element")),
    **dict.fromkeys(("mud_in_embargo_sector_days", "mud_worth_in_embargo_jpy", "mud_insurance_jpy"), _EMBARGO),
    **dict.fromkeys(
        (
            "project_npv_jpy", "project_npv_operation_jpy", "project_loses_money", "project_llcr",
            "project_valley_years", "project_public_cost_jpy", "project_price_factor", "project_oxide_t",
            "oxide_cost_jpy_kg", "price_usd_kg",
        ),
        _PROJECT,
    ),
    # the last word of these is also a project or a cost elsewhere
    "project_irr": ("project", "world", "investor"),
    "project_dscr": ("project", "world", "cover"),
    "revenue_gap_jpy": ("project", "world", "gap_cause"),
    "project_cost_jpy_yr": ("project", "running_cost"),
    "target_output": ("output",),
    # columns of tables that hold such items: targets, nodes whose loss stops a share, lead times, months of a shock
    "supply_kpis": ("kpi_item", *_ORIGINS),
    "supply_cuts": ("supply_origin", "supply_stage"),
    "supply_logistics": ("panel_item", "route", "element"),
    "supply_shock_months": ("supply_sector", "element"),
}  # fmt: skip
