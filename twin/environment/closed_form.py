"""The closed form of one member's plumes near the bed: steady means over the rose of its own current."""

from twin.environment.member import Member
from twin.environment.water import bed_layer, bottom_water, grid_of
from twin.models.currents import rose
from twin.models.plume import Field
from twin.models.plume_rose import mean_field
from twin.scenario import Scenario


def closed_form(scenario: Scenario, one: Member) -> Field:
    """Return mean concentration and deposit of a member's passive plumes near the bed, in closed form.

    Parameters
    ----------
    scenario : with the settings of the study.
    one : a member; without releases near the bed its own field, of zeros, is the answer.
    """
    low = one.passive.releases.take(~one.passive.afar)
    if one.current is None or not len(low.start_s):
        return one.bed
    water = bottom_water(scenario, one.values, float(low.height_m.max(initial=0.0)))
    levels = len(scenario.environment.concentration_levels_mg_l)
    return mean_field(low, water, rose(one.current), grid_of(scenario), bed_layer(scenario), one.bed.span_s, levels)
