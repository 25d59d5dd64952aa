"""A store with a measured campaign, made once for all processes: a rehearsal taken in, learnt from and forecast."""

import json
from pathlib import Path

import pandas as pd
from plotly.utils import PlotlyJSONEncoder

from dashboards.page import Drawn, Page, View
from ops_data.alarm_book import Found, record_alarms
from ops_data.decision_log import record_decision
from ops_data.files import Lock
from ops_data.ingest.buffer import closing, open_buffer
from ops_data.ingest.ingesting import Setting, ingest_file
from ops_data.ingest.log_ingest import ingest_log, is_shift_log
from ops_data.ingest.mapping import Mapping_
from ops_data.reference.sensor_rows import sensors
from tests.dashboards.stores import DONE, twin
from twin.rehearsal.days import begin_of, days_of
from twin.rehearsal.playing import write_day
from twin.rehearsal.truth import Truth
from twin.scenario import load_scenario

CAMPAIGN, SEED, DAYS = "pilot-2027", 3, 40
DAY_S, DELIVERED_S = 86_400, 3_600
SOURCE = Mapping_(source="rehearsal")
COMMANDS = (  # the log ends on 2027-02-17 at 00:00 UTC; mud is lifted from 2027-01-21 on
    "forecast --from 2027-01-30 --members 8 --days 8 --workers 1",
    "forecast --from 2027-01-30 --members 8 --days 8 --workers 1 --values planned",
    "forecast --from 2027-02-06 --members 8 --days 8 --workers 1",
    "forecast --from 2027-02-17 --members 8 --days 10 --workers 1",
)
LOOKED_S = 1_802_736_000  # 2027-02-16 00:00 UTC
DELAY = Found("duration/chikyu/shift", "warning", "shift of chikyu took 1.31 h, expected 1.02 h (0.81 to 1.27 h)")
WAITS = Found("time_lost/chikyu/weather", "alarm", "42 h lost to <b>weather</b>, expected 12 h (2 to 31 h)")


def truth() -> Truth:
    """Return what happened."""
    return Truth.drawn(load_scenario(CAMPAIGN), SEED)


def ingest(store: Path, folder: Path) -> None:
    """Take in the files of each day, an hour after its end."""
    played = truth()
    with closing(open_buffer(store)) as buffer:
        for day in days_of(played)[:DAYS]:
            received_s = begin_of(day) + DAY_S + DELIVERED_S
            for path in write_day(played, day, folder):
                if is_shift_log(path, SOURCE):
                    ingest_log(store, path, SOURCE, received_s)
                else:
                    ingest_file(buffer, path, Setting(SOURCE, sensors(), received_s))


def make_measured(folder: Path) -> Path:
    """Return the store in a folder, made now by the first who asks; the others wait for it."""
    store, done = folder / "runs", folder / DONE
    folder.mkdir(parents=True, exist_ok=True)
    with Lock(folder / ".lock", wait=True):
        if not done.exists():
            ingest(store, folder)
            for words in COMMANDS:
                found = twin(words, store)
                assert found.returncode == 0, f"{words}: {found.stderr}"
            record_alarms(store, [DELAY, WAITS], LOOKED_S - 3 * DAY_S, CAMPAIGN)
            record_alarms(store, [WAITS], LOOKED_S, CAMPAIGN)
            record_decision(
                store,
                "T. Sato",
                "Raise the flow to 98 m3/h",
                LOOKED_S - DAY_S,
                "more flow",
                set_points={"flow": "98 m3/h"},
            )
            done.write_text("made")
    return store


def panel_of(page: Page, view: View, name: str) -> Drawn:
    """Return a panel of a page, drawn."""
    panel = page.panel(name)
    assert panel is not None
    return panel.draw(view)


def rows_of_panel(page: Page, view: View, name: str) -> pd.DataFrame:
    """Return the rows that a panel gives as CSV."""
    rows = panel_of(page, view, name).rows
    assert rows is not None
    return rows


def text_of(found: Drawn) -> str:
    """Return what a panel shows as JSON."""
    return json.dumps(found.body, cls=PlotlyJSONEncoder, ensure_ascii=False)
