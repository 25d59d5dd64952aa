"""A report's data made up for tests: small, with every kind of row, nothing computed by a model."""

from datetime import UTC, datetime

from ops_data.export.report_data import (
    AssumptionRow,
    ClosureRow,
    ComparisonRow,
    FactRow,
    FileRow,
    ProxyRow,
    ReportData,
    SummaryRow,
    ThresholdRow,
    VerificationRow,
    ZoneRow,
)

LEVELS = ((0.1, 4.2, 1.0), (1.0, 0.9, 0.92), (10.0, 0.0, 0.03))
NOTHING = float("nan")
CITED = "Chen et al. 2023, Environ. Fluid Mech. 23:579, doi 10.1007/s10652-023-09920-6"


def thresholds() -> tuple[ThresholdRow, ...]:
    """Return three levels of concentration and three of deposit."""
    rows = []
    for level, far, share in LEVELS:
        low, high = 0.5 * far, 2.1 * far
        rows += [
            ThresholdRow("concentration", level, "mg/L", "", "plume_furthest_km", low, far, high, "km", share),
            ThresholdRow("concentration", level, "mg/L", "", "plume_area_time_km2_d", low, far, high, "km2 d", share),
            ThresholdRow(
                "deposit", level, "mm", "", "deposit_furthest_km", 0.1 * low, 0.1 * far, 0.1 * high, "km", share
            ),
            ThresholdRow("deposit", level, "mm", "", "deposit_area_km2", 0.01 * low, 0.01 * far, high, "km2", share),
        ]
    afar = ThresholdRow("concentration", 0.1, "mg/L", "return water", "plume_furthest_km", 0.0, 0.2, 1.1, "km", 0.6)
    rows.append(afar)
    return tuple(sorted(rows, key=lambda row: row.quantity))


def proxies() -> tuple[ProxyRow, ...]:
    """Return rows of every group."""
    fuel = "IMO MEPC.364(79) section 2.2.1, carbon factor of marine gas oil"
    noise = "NMFS 2024, Technical Guidance v3.0, NOAA Technical Memorandum NMFS-OPR-71"
    area = "definition: bore area times insertions"
    return (
        ProxyRow("seabed", "seabed_cut_m2", "", 2010.0, 2440.0, 3100.0, "m2", "", area),
        ProxyRow("seabed", "organic_carbon_t", "lifted", 9.0, 19.0, 30.0, "t", "", CITED),
        ProxyRow("seabed", "organic_carbon_t", "total", 9.2, 19.5, 31.0, "t", "", CITED),
        ProxyRow("recovery", "recovery_years", "meiofauna", 1.0, 1.7, 3.0, "y", "", "JET, ISOPE-M-99-028"),
        ProxyRow("recovery", "recovery_years", "macro_megafauna", 3.0, 12.0, 26.0, "y", "", "Stratmann 2018, BG 15"),
        ProxyRow("noise", "noise_source_db", "total", 183.0, 190.2, 195.0, "dB re 1 uPa m", "", noise),
        ProxyRow("noise", "noise_range_km", "disturbance 20 lg R", 1.1, 3.2, 6.3, "km", "120 dB", noise),
        ProxyRow("noise", "noise_range_km", "disturbance 15 lg R", 11.0, 46.0, 117.0, "km", "120 dB", noise),
        ProxyRow("noise", "noise_range_km", "LF TTS", 0.4, 0.9, 2.1, "km", "177 dB", noise),
        ProxyRow("noise", "noise_range_km", "LF injury", 0.0, 0.0, 0.0, "km", "197 dB", noise),
        ProxyRow("air", "air_emissions_t", "co2", 9100.0, 10400.0, 12050.0, "t", "", fuel),
        ProxyRow("air", "air_emissions_t", "ch4", 0.17, 0.19, 0.23, "t", "", "Third IMO GHG Study 2014"),
        ProxyRow("air", "air_emissions_t", "nox", 95.0, 121.0, 150.0, "t", "", "MARPOL Annex VI regulation 13"),
        ProxyRow("light", "deck_light_hours", "", None, 812.0, None, "h", "", "definition: hours of night on station"),
        ProxyRow("water", "return_water_metal_nmol_l", "Cu", NOTHING, NOTHING, NOTHING, "nmol/L", "", CITED),
        ProxyRow("stewardship", "seabed_m2_per_dry_t", "", 0.59, 0.60, 0.62, "m2/t", "", area),
    )


def report_data(*, lifting: bool = True, zones: bool = True) -> ReportData:
    """Return the data of a small report."""
    return ReportData(
        title="Pilot 2027, 90 days",
        description="Pilot campaign with return water in mid-water, made up for a test.",
        run_id="20270214-3f9c2a",
        seed=20270201,
        members=200,
        sealed=datetime(2026, 9, 20, 4, 5, 6, tzinfo=UTC),
        version="0.1.0",
        lock_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        lifting=lifting,
        facts=(
            FactRow("site", "24.30° N, 153.98° E"),
            FactRow("depth", "5,600 m"),
            FactRow("period", "2027-02-01 – 2027-05-01"),
            FactRow("levels_concentration", "0.1, 1, 10 mg/L"),
        ),
        summary=(
            SummaryRow("1", "production", "lifted_dry_t", "", 7200.0, 9640.0, 11200.0, "t"),
            SummaryRow("2", "concentration", "plume_furthest_km", "0.1 mg/L", 2.1, 4.2, 8.82, "km"),
            SummaryRow("3", "concentration", "plume_longest_hours", "return water 0.1 mg/L", 3.0, 7.5, 16.0, "h"),
            SummaryRow("4", "deposit", "deposit_area_km2", "1 mm", 0.01, 0.04, 0.11, "km2"),
            SummaryRow("6", "deposit", "deposited_share", "within 5 km", 0.4, 0.7, 0.9, "1"),
            SummaryRow("5", "plume", "residual_share", "", None, 3.1e-16, None, "1"),
        ),
        thresholds=thresholds(),
        zones=(
            ZoneRow("North", "PRZ", "concentration", 0.1, "mg/L", 0, 200, 0.0149),
            ZoneRow("North", "PRZ", "deposit", 0.1, "mm", 0, 200, 0.0149),
            ZoneRow("Inner", "IRZ", "concentration", 0.1, "mg/L", 187, 200, 0.959),
        )
        if zones
        else (),
        closure=(
            ClosureRow("releases", "seabed_loss_t", 41.0, 190.0, 690.0, "t"),
            ClosureRow("releases", "lost_share", 0.005, 0.021, 0.072, "1"),
            ClosureRow("plume", "released_t", 41.0, 190.0, 690.0, "t"),
            ClosureRow("plume", "deposited_t", 30.0, 130.0, 500.0, "t"),
            ClosureRow("plume", "residual_t", None, -2.0e-13, None, "t"),
        ),
        proxies=proxies(),
        assumptions=(
            AssumptionRow("current.mean_m_s", 0.035, 0.01, 0.12, "triangular", "m/s", CITED, "H", False),
            AssumptionRow(
                "plume.deposit_density_kg_m3", 250.0, 150.0, 550.0, "triangular", "kg/m3",
                "assumption: no measurement of fresh deposit of this mud; range of deep-sea clays", "A", True,
            ),
            AssumptionRow("plume.lid_m", 65.0, 65.0, 65.0, "fixed", "m", "van Haren 2018, BG 15:4387", "H", False),
        ),
        comparison=(
            ComparisonRow("V16", "Purkiani et al. 2021", "deposit at 320 m", 0.07, 0.11, 1.57, "mm", 3.0, True, "soft"),
            ComparisonRow("V17", "Baeye et al. 2022", "lander", 1.0, 0.12, 0.12, "mg/L", 3.0, False, "mass not read"),
            ComparisonRow("V19", "Gazis 2025", "gravity flow", 500.0, NOTHING, NOTHING, "m", None, None, "none"),
        ),
        verification=(
            VerificationRow("V1", "Ogata-Banks, x 0.5 m", 0.97244, 0.972441, "1e-5", True, "Wexler 1992, TWRI 3-B7"),
            VerificationRow("V20", "1 t of marine gas oil, CO2", 3.206, 3.206, "exact", True, "IMO MEPC.364(79)"),
        ),
        files=(FileRow("manifest-sha256.txt", "manifest"), FileRow("grids/maps.nc", "maps")),
        notes=("Current record: 2 gaps of one step were filled by straight lines.",),
    )  # fmt: skip
