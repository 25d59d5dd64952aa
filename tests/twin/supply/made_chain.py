"""A made-up draw of a supply study: 350 t/d of made-up mud, wet and dry, and two projects, on the packaged tables."""

from collections.abc import Callable, Mapping

import numpy as np

from ops_data.elements import oxide_factor
from ops_data.supply_names import SUPPLY_ELEMENTS
from ops_data.units import DAYS_PER_YEAR
from twin.supply.chain import Chain, MudProject
from twin.supply.contribution import MudOutput, ScaleRun
from twin.supply.network_structure import structure
from twin.supply.outputs import output
from twin.supply_case import SupplyCase
from twin.supply_settings import Supply

SHARE = {"Nd": 0.195, "Pr": 0.046, "Dy": 0.042, "Tb": 0.0072, "Sm": 0.044, "Gd": 0.049, "Lu": 0.0031, "Y": 0.272}
GRADE_PPM, RECOVERY, TARGET_T_D, SOLIDS = 2652.0, 0.7, 350.0, 0.41
ONE = np.ones(1)


def oxide_kg_d(element: str, solids: float) -> float:
    return TARGET_T_D * solids * GRADE_PPM * 1e-6 * SHARE[element] * RECOVERY * oxide_factor(element) * 1000.0


def made_mud(basis: str, solids: float) -> MudOutput:
    a_day = {element: oxide_kg_d(element, solids) * ONE for element in SUPPLY_ELEMENTS}
    return MudOutput(
        basis, TARGET_T_D, {element: 14.0 * kg for element, kg in a_day.items()}, 14.0 * ONE, a_day, {}, solids * ONE,
        GRADE_PPM * ONE, {element: share * ONE for element, share in SHARE.items()},
        dict.fromkeys(SUPPLY_ELEMENTS, RECOVERY * ONE),
    )  # fmt: skip


def made_scale() -> ScaleRun:
    """A year of 3,500 dry t/d on 300 days, of the same grade."""
    made = {element: 3000.0 * oxide_kg_d(element, 1.0) * ONE for element in SUPPLY_ELEMENTS}
    shares = {element: share * ONE for element, share in SHARE.items()}
    output = MudOutput(
        "dry", 10.0 * TARGET_T_D, made, 300.0 * ONE, {name: kg / 300.0 for name, kg in made.items()}, {}, ONE,
        GRADE_PPM * ONE, shares, dict.fromkeys(SUPPLY_ELEMENTS, RECOVERY * ONE),
    )  # fmt: skip
    return ScaleRun(output, DAYS_PER_YEAR, 3000.0 * TARGET_T_D * ONE)


def made_projects() -> dict[str, MudProject]:
    oxide_t = np.array([oxide_kg_d(element, 1.0) * 0.3 for element in SUPPLY_ELEMENTS])
    return {
        "pilot": MudProject(oxide_t * SOLIDS, 30.0, 1e5, 5e9, 0.0),
        "3500": MudProject(oxide_t * 10.0, 700.0, 2e6, 63e9, 0.0),
    }


def made_chain(case: SupplyCase, values: Mapping[str, float], choices: Supply) -> Chain:
    return Chain(
        values=values,
        tables=case.tables,
        structure=structure(case.tables.network),
        choices=choices,
        mud={"wet": made_mud("wet", SOLIDS), "dry": made_mud("dry", 1.0)},
        basis="wet",
        projects=made_projects(),
        lifted_t_d=250.0,
        planned=made_projects(),
        scale=made_scale(),
        seed=1,
        draw=0,
        central=True,
    )


def made_study(case: SupplyCase) -> Callable[[Mapping[str, float], Supply], Callable[[str, int], float]]:
    def study(values: Mapping[str, float], choices: Supply) -> Callable[[str, int], float]:
        chain = made_chain(case, values, choices)
        return lambda name, year: output(chain, name, year)

    return study
