"""Long tables that sort and filter: one look, one set of words, in either language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dash_ag_grid as dag
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboards.components import named
from dashboards.words import Words

ROWS_PX: Final = 34
HEAD_PX: Final = 112  # head, filters and the bar below
MOST_PX: Final = 560
PLAIN: Final = "params.value == null ? '' : params.value.toLocaleString('en-US', {maximumSignificantDigits: 6})"


@dataclass(frozen=True)
class GridColumn:
    """One column of a grid.

    Attributes
    ----------
    field : column of the frame.
    title : its head.
    width_px : least width.
    number : stands at the right and sorts as a number.
    link : the cell holds ``[text](address)``.
    grow : takes what width is left.
    """

    field: str
    title: str
    width_px: int = 110
    number: bool = False
    link: bool = False
    grow: bool = False


def grid(frame: pd.DataFrame, columns: Sequence[GridColumn], words: Words, name: str) -> Component:
    """Return a table of any length.

    Parameters
    ----------
    frame : its rows.
    columns : what of them is shown.
    words : texts ``common.grid.…``.
    name : what it is called for those who do not see it; its id too.
    """
    shown = frame[[one.field for one in columns]]
    found = dag.AgGrid(
        rowData=shown.to_dict("records"),
        columnDefs=[_definition(one) for one in columns],
        defaultColDef={"sortable": True, "resizable": True, "filter": True, "floatingFilter": True, "minWidth": 80},
        dashGridOptions={
            "localeText": _locale(words),
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "suppressMovableColumns": True,
            "animateRows": False,
            "tooltipShowDelay": 300,
        },
        className="ag-theme-alpine",
        style={"height": f"{min(MOST_PX, HEAD_PX + ROWS_PX * max(1, len(shown)))}px"},
        dangerously_allow_code=False,
    )
    return html.Div(found, className="grid", role="region", **named(name))


def _definition(one: GridColumn) -> dict[str, Any]:
    found: dict[str, Any] = {"field": one.field, "headerName": one.title, "width": one.width_px}
    if one.link:
        found["cellRenderer"] = "markdown"
    else:
        found["tooltipField"] = one.field
    if one.number:
        found |= {"type": "rightAligned", "filter": "agNumberColumnFilter", "valueFormatter": {"function": PLAIN}}
    else:
        found |= {"cellDataType": "text", "filter": "agTextColumnFilter"}
    if one.grow:
        found |= {"flex": 1, "minWidth": one.width_px}
    return found


def _locale(words: Words) -> dict[str, str]:
    keys = (
        "contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank", "notBlank", "lessThan",
        "greaterThan", "lessThanOrEqual", "greaterThanOrEqual", "inRange", "filterOoo", "andCondition", "orCondition",
        "noRowsToShow", "inRangeStart", "inRangeEnd", "ariaFilterInput", "ariaFilteringOperator",
    )  # fmt: skip
    return {key: words(f"common.grid.{key}") for key in keys}
