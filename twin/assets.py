"""The fleet of a scenario: what its ships may load at the island quay, and how their sailing times scale."""

from typing import TYPE_CHECKING, Final, Literal

from ops_data.reference import VesselRow, parameters, vessels

if TYPE_CHECKING:
    from twin.scenario import Scenario

Role = Literal["mining", "shuttle", "carrier"]

# the ships and distances for which transit.home_h, shuttle.sail_h and carrier.sail_h are stated
REFERENCE_SHIPS: Final[dict[Role, str]] = {"mining": "chikyu", "shuttle": "shuttle-2000", "carrier": "carrier-5000"}
DISTANCES: Final[dict[Role, str]] = {"mining": "site.home_distance_km", "shuttle": "site.island_distance_km"}


def quay_load_fraction(vessel: VesselRow, quay_depth_m: float) -> float:
    """Return the share of its full load a ship may carry at a quay of this depth, 0 to 1.

    Parameters
    ----------
    vessel : its draughts in ballast and fully loaded [m]; draught grows linearly with load between them.
    quay_depth_m : water depth at the quay [m]; no clearance is subtracted.

    Examples
    --------
    >>> quay_load_fraction(vessels()["carrier-5000"], 8.0)
    1.0
    >>> round(quay_load_fraction(vessels()["carrier-20000"], 8.0), 3)
    0.686
    """
    if quay_depth_m >= vessel.loaded_draught_m:
        return 1.0
    if quay_depth_m <= vessel.ballast_draught_m:
        return 0.0
    return (quay_depth_m - vessel.ballast_draught_m) / (vessel.loaded_draught_m - vessel.ballast_draught_m)


def sailing_factor(scenario: "Scenario", role: Role) -> float:
    """Return the factor on a sailing-time quantity for the scenario's own distance and ship.

    The quantities ``transit.home_h``, ``shuttle.sail_h`` and ``carrier.sail_h`` are stated for the reference distance
    and the service speed of a reference ship; time grows with distance and falls with service speed. The factor is 1
    for the pilot fleet at the pilot site. No distance is a parameter of the carrier leg.
    """
    speed = vessels()[REFERENCE_SHIPS[role]].speed_kn / scenario.fleet[role].speed_kn
    key = DISTANCES.get(role)
    return speed * (scenario.quantities[key].value / parameters()[key].value if key else 1.0)


def vessel_name(row: str, number: int) -> str:
    """Return the name of the n-th mining vessel (0 first) of a fleet of one row of ``vessels.csv``.

    Examples
    --------
    >>> vessel_name("chikyu", 0), vessel_name("chikyu", 2)
    ('chikyu', 'chikyu-3')
    """
    return f"{row}-{number + 1}" if number else row


def vessel_number(row: str, name: str) -> int:
    """Return which mining vessel of its fleet has a name: the inverse of `vessel_name`.

    Examples
    --------
    >>> vessel_number("lift-ship", "lift-ship"), vessel_number("lift-ship", "lift-ship-3")
    (0, 2)
    """
    return int(name.removeprefix(f"{row}-")) - 1 if name != row else 0
