"""Supply chain: what the mud gives Japan, where supply comes from, what a shock does, targets, money, lead times."""

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboards import components
from dashboards.figures.supply import READINGS
from dashboards.figures.supply_paths import project_title
from dashboards.offers import study_offer
from dashboards.packages import package_panel
from dashboards.page import Control, Drawn, Page, Panel, View
from dashboards.pages import supply_chain as chain
from dashboards.pages import supply_money as money
from dashboards.pages import supply_mud as mud
from dashboards.pages import supply_policy as policy
from dashboards.pages import supply_shocks as shocks
from dashboards.pages import supply_sure as sure
from dashboards.pages.supply_shared import element_name, of_study
from ops_data.reference.japanese import title
from ops_data.supply_names import SECTORS, SUPPLY_ELEMENTS
from twin.supply_view import SupplyView

FIRST_READING: Final = "run_rate"
FIRST_PROJECT: Final = "3500 ex_china"
STUDY: Final = "supply"
STATEMENT: Final = "supply-statement"
PROJECTS: Final = (("pilot", "china"), ("pilot", "ex_china"))  # where there is no study to name its own


def _study(view: View) -> SupplyView | None:
    return view.data.supply(view.run)


def _controls(view: View) -> list[Control]:
    study, lang = _study(view), view.state.lang
    readings = READINGS if study is None else mud.readings_of(study)
    read = [
        (name, title("reading", name, lang) if study is None else mud.reading_name(view, study, name))
        for name in readings
    ]
    pairs = (PROJECTS if study is None else money.projects_of(study)) or PROJECTS
    projects = tuple((f"{project} {world}", project_title(project, world, lang)) for project, world in pairs)
    known = [value for value, _ in projects]
    counted = [f"{measure} {basis}" for measure, basis in chain.MEASURES]
    return [
        Control("reading", tuple(read), FIRST_READING if FIRST_READING in dict(read) else read[0][0]),
        Control("element", tuple((name, element_name(view, name)) for name in SUPPLY_ELEMENTS), SUPPLY_ELEMENTS[0]),
        Control("measure", tuple((value, chain.measure_name(view, value)) for value in counted), counted[0]),
        Control("sector", tuple((name, title("supply_sector", name, lang)) for name in SECTORS), SECTORS[0]),
        Control("project", projects, FIRST_PROJECT if FIRST_PROJECT in known else known[0]),
    ]


def _head(view: View) -> list[Component]:
    study = _study(view)
    if study is not None:
        return sure.head_of(view, study)
    command = html.P([view.text("nothing.command"), " ", html.Code(f"twin supply {view.run.run_id}")])
    return [components.nothing(view.words, "", [study_offer(view, STUDY), command])]


def _package(view: View) -> Drawn:
    """Show the statements made of the run, and offer to have one made."""
    return package_panel(view, STATEMENT)


PAGE = Page(
    "supply",
    (
        Panel("contribution", of_study(mud.contribution), ("reading",)),
        Panel("readings", of_study(mud.readings), ("element",)),
        Panel("shares", of_study(mud.shares), ("element",), wide=True),
        Panel("why", of_study(mud.why), wide=True),
        Panel("drivers", of_study(mud.drivers)),
        Panel("demand", of_study(chain.demand), ("element",)),
        Panel("dependency", of_study(chain.dependency), ("measure",)),
        Panel("dependency_years", of_study(chain.dependency_years), ("element", "measure")),
        Panel("cuts", of_study(chain.cuts), ("element",), wide=True),
        Panel("shock", of_study(shocks.shock), ("sector",)),
        Panel("lead_times", of_study(shocks.lead_times)),
        Panel("shock_table", of_study(shocks.shock_table), ("sector",), wide=True),
        Panel("cover", of_study(shocks.cover)),
        Panel("stocks", of_study(shocks.stocks)),
        Panel("worth", of_study(shocks.worth), wide=True),
        Panel("targets", of_study(policy.targets), wide=True),
        Panel("conflicts", of_study(policy.conflicts), wide=True),
        Panel("levers", of_study(policy.levers), wide=True),
        Panel("cash", of_study(money.cash), ("project",)),
        Panel("prices", of_study(money.prices), ("element",)),
        Panel("finance", of_study(money.finance), wide=True),
        Panel("published", of_study(money.published), wide=True),
        Panel("sure", of_study(sure.sure)),
        Panel("package", _package, live=True),
    ),
    _controls,
    _head,
)
