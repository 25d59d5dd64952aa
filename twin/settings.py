"""The settings of a scenario: plain typed choices, section by section, all required; quantities live elsewhere."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

# steps of the processing chain, in the order in which they can follow one another
Step = Literal["dewater", "beneficiate", "leach", "solid_liquid", "purify", "calcine", "separate"]
STEPS: tuple[Step, ...] = get_args(Step)
FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True)


def _whole_utc_second(when: datetime) -> datetime:
    if when.microsecond:
        raise ValueError("a whole second is needed")
    try:
        return when.astimezone(UTC)
    except OverflowError:
        raise ValueError("an instant of the years 1 to 9999 is needed") from None


Instant = Annotated[AwareDatetime, AfterValidator(_whole_utc_second)]


def _number(unit: str, low: float, high: float, text: str) -> Any:
    return Field(ge=low, le=high, description=text, json_schema_extra={"unit": unit})


class Campaign(BaseModel):
    """Span, target and detail of the campaign."""

    model_config = FROZEN

    start: Instant = Field(description="Departure from the home port; date and time with zone.")
    end: Instant = Field(description="Horizon of the simulation; date and time with zone.")
    charter_end: Instant = Field(description="The mining vessels are due home by then; date and time with zone.")
    mass_basis: Literal["wet", "dry"] = Field(
        description="How the target is read: wet in-situ mud or salt-free dry solids. Never rescales simulated mass."
    )
    target_t_d: float = _number("t/d", 0.001, 1e6, "Target of mud on deck per day, on the mass basis.")
    target_by: tuple[date, ...] = Field(description="Dates (JST) by which holding the target is assessed.")
    insertions_per_location: int = _number("1", 0, 1_000_000, "Insertions before moving on; 0: no limit.")
    locations: int = _number("1", 0, 1_000_000, "Locations after which the campaign ends; 0: no limit.")
    variability: Literal["drawn", "central"] = Field(description="Central: every activity takes its central value.")
    detail: Literal["intervals", "daily"] = Field(description="Whether the interval log of every replicate is kept.")


class Site(BaseModel):
    """Position of the mining site."""

    model_config = FROZEN

    latitude_deg: float = _number("deg", -90.0, 90.0, "Latitude, north positive.")
    longitude_deg: float = _number("deg", -180.0, 180.0, "Longitude, east positive.")


class Mining(BaseModel):
    """The mining fleet."""

    model_config = FROZEN

    vessels: int = _number("1", 1, 50, "Number of mining vessels.")
    vessel: str = Field(description="Row of kind mining in vessels.csv.")
    cycle_includes_shift: bool = Field(description="Whether mining.cycle_h already contains the shift.")


class Lift(BaseModel):
    """How the slurry gets from the sea bed to the deck."""

    model_config = FROZEN

    system: Literal["surface_pumps", "subsea_pump", "air_lift", "stated"] = Field(
        description="What drives the flow; stated: durations and lift power as in the reference rows, no hydraulics."
    )
    rheology: Literal["herschel_bulkley", "power_law"] = Field(description="Family of flow curves of the slurry.")
    turbulence: Literal["wilson_thomas", "darby_melson"] = Field(description="Model of turbulent wall friction.")


class Resource(BaseModel):
    """What is in the mud, and where."""

    model_config = FROZEN

    model: Literal["uniform", "blocks"] = Field(
        description="Uniform: one profile everywhere; blocks: peak depth and mean grade vary with place."
    )
    cores: str = Field(description="Path of a CSV of cores that the blocks honour; empty: none.")


class Transfer(BaseModel):
    """How mud leaves the mining vessel."""

    model_config = FROZEN

    method: Literal["hose", "side_by_side", "none"] = Field(
        description="None: no shuttles, mud stays in the hold and goes home with the ship."
    )


class Shuttles(BaseModel):
    """Ships between site and island."""

    model_config = FROZEN

    count: int = _number("1", 0, 200, "Number of shuttles.")
    vessel: str = Field(description="Row of kind shuttle in vessels.csv.")


class Island(BaseModel):
    """The island quay."""

    model_config = FROZEN

    berths: int = _number("1", 1, 20, "Ships that can lie at the quay at once.")


class Carriers(BaseModel):
    """Ships between island and mainland."""

    model_config = FROZEN

    count: int = _number("1", 0, 200, "Number of carriers; 0: cake stays on the island.")
    vessel: str = Field(description="Row of kind carrier in vessels.csv.")


class Processing(BaseModel):
    """What becomes of the mud on the mainland."""

    model_config = FROZEN

    steps: tuple[Step, ...] = Field(description="Steps of the plants, in their order; none: mud is stored.")
    classifier: Literal["stated", "cyclones"] = Field(
        description="What beneficiation gives: upgrade and recovery as stated, or from grain sizes and hydrocyclones."
    )
    acid: Literal["hydrochloric", "sulfuric"] = Field(description="What leaches the mud.")
    reductant: Literal["none", "hydrogen_peroxide"] = Field(description="What opens manganese oxides in the leach.")
    washing: Literal["stated", "displacement", "counter_current"] = Field(
        description="What is lost with the washed residue: as stated, or by a pressed cake or thickeners in series."
    )
    purification: Literal["direct", "neutralise"] = Field(
        description="Oxalate from the acid liquor, or after raising its pH to drop iron and aluminium."
    )
    separation: Literal["toll", "own_circuit"] = Field(
        description="Who separates the mixed oxide: a plant paid for it, or solvent extraction of one's own."
    )
    extractant: Literal["pc88a", "d2ehpa"] = Field(description="Acid extractant of the own circuit.")
    extrapolate: bool = Field(description="Whether Ho to Lu, which nobody measured, may be extrapolated.")


class Weather(BaseModel):
    """Background sea."""

    model_config = FROZEN

    kind: Literal["resampled", "calm"] = Field(description="Resampled blocks of a real record, or a flat calm.")
    record: str = Field(description="Packaged sea record or path of a file.")
    marginals: Literal["site", "record"] = Field(
        description="Map to the site's monthly marginals, or keep the record's."
    )
    foresight: Literal["forecast", "perfect"] = Field(description="Work on imperfect forecasts or on the true sea.")


class Storms(BaseModel):
    """Tropical cyclones and what is done about them."""

    model_config = FROZEN

    kind: Literal["resampled", "none"] = Field(description="Whole real years of tracks, or no storms.")
    policy: Literal["ride_out", "hang_off", "recover_and_evade"] = Field(description="What the ship does on an alert.")
    tracks: str = Field(description="Packaged storm tracks or path of a file.")


class Failures(BaseModel):
    """Whether components fail."""

    model_config = FROZEN

    enabled: bool = Field(description="False: nothing ever fails.")


class Bunkering(BaseModel):
    """Where fuel is taken."""

    model_config = FROZEN

    method: Literal["at_sea", "port"] = Field(description="At sea from a supply ship, or by a call at the home port.")


Levels = Annotated[tuple[Annotated[float, Field(gt=0.0, le=1e6)], ...], Field(min_length=1, max_length=9)]


class Environment(BaseModel):
    """Where sediment goes: sources, effects and the grid of its maps. Nothing here changes the campaign."""

    model_config = FROZEN

    seabed_loss: Literal["stated", "none"] = Field(
        description="Sediment stirred up at each insertion: a stated share of its dry solids, or none."
    )
    return_water: Literal["none", "mid_water", "near_bed", "depth"] = Field(
        description="Where the water of dewatering goes. None at sea: it runs off at the island, which is not modelled."
    )
    return_depth_m: float = _number("m", 0.0, 11_000.0, 'Depth of the outlet for return_water = "depth".')
    emergency_dump: Literal["bed", "none"] = Field(
        description="Whether mud that an emergency disconnect lets go becomes a release near the sea bed."
    )
    near_field: Literal["partition", "none"] = Field(
        description="Dense releases: most settles near the hole and a share drifts on, or all of it drifts."
    )
    discharge_plume: Literal["cross_flow", "none"] = Field(
        description="Return water sinks or rises until it is diluted, or stays at the depth of the outlet."
    )
    current: Literal["synthetic", "record", "none"] = Field(
        description="Mean, slow turning, tide and near-inertial motion; blocks of a record; or still water."
    )
    current_record: str = Field(description='Path of a near-bottom current record for current = "record".')
    vertical: Literal["solved", "walked"] = Field(
        description="What grains do in the vertical: closed form of the random walk, or a walk of particles."
    )
    bed_rule: Literal["flux", "first_touch"] = Field(
        description="Grains stay where they settle on the bed, or where they first touch it."
    )
    grid_km: float = _number("km", 0.1, 1_000.0, "Side of the maps, centred on the site.")
    cell_m: float = _number("m", 1.0, 10_000.0, "Side of a cell of the maps.")
    step_s: int = _number("s", 10, 3_600, "Time step of the plume.")
    bed_layer_m: float = _number("m", 0.1, 1_000.0, "Thickness of the layer in which concentration is told.")
    concentration_levels_mg_l: Levels = Field(
        description="Screening levels of suspended matter above background, mg/L. Not a rule."
    )
    deposit_levels_mm: Levels = Field(description="Screening levels of deposit thickness, mm. Not a rule.")
    within_km: Levels = Field(description="Distances within which the deposited share is told, km.")
    zones: str = Field(description="Path of polygons that plumes may not touch: GeoJSON, GeoParquet or GeoPackage.")
