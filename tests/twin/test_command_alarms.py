"""``twin alarms`` and ``twin decisions`` as they are typed. Truth: a simulated campaign with a fault; by hand."""

import argparse
import csv
import io
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ops_data.alarm_book import alarms as kept_alarms
from ops_data.decision_log import decisions as kept_decisions
from ops_data.errors import UnknownNameError, UsageError
from ops_data.units import SECONDS_PER_DAY
from tests.twin.made_faults import faulty
from twin.__main__ import main
from twin.campaign_log import CampaignLog
from twin.commands import alarms as alarms_verb
from twin.commands import decisions as decisions_verb
from twin.commands.alarm_options import alarm_options, decision_options
from twin.commands.alarms import utc
from twin.rehearsal.day_files import write_shift_log
from twin.rehearsal.days import entry_of
from twin.rehearsal.truth import Truth
from twin.scenario import load_scenario

DAY_S = SECONDS_PER_DAY
FAULT_D, END_D = 40, 47
VERBS: dict[str, tuple[Callable[[argparse.ArgumentParser], None], ModuleType]] = {
    "alarms": (alarm_options, alarms_verb),
    "decisions": (decision_options, decisions_verb),
}


def obey(verb: str, *words: str) -> int:
    """Obey a verb as the command line does."""
    add, module = VERBS[verb]
    parser = argparse.ArgumentParser(prog=f"twin {verb}")
    add(parser)
    return int(getattr(module, verb)(parser.parse_args(words)))


@cache
def truth() -> Truth:
    return Truth.drawn(load_scenario("pilot-2027"), 301)


def at(days: float) -> str:
    return utc(truth().scenario.start_s + round(days * DAY_S))


@cache
def slow() -> CampaignLog:
    v = truth().values
    begin_s = truth().scenario.start_s
    whole = faulty(truth(), begin_s + FAULT_D * DAY_S, {"mining.cycle_h": 1.25 * v["mining.cycle_h"]})
    return whole.up_to(begin_s + END_D * DAY_S)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the log of a campaign whose cycle is longer from a day on, and a calibration before it."""
    folder = tmp_path_factory.mktemp("campaign")
    log = slow()
    entries = [entry_of(asset, row, None, log.until_s, {}) for asset, rows in log.rows.items() for row in rows]
    write_shift_log(folder / "log.csv", entries)
    assert main(["ingest", str(folder / "log.csv"), "--source", "ship", "--store", str(folder / "s")]) == 0
    words = ["--at", at(FAULT_D), "--members", "100", "--store", str(folder / "s")]
    assert main(["calibrate", *words, "--json"]) == 0
    return folder / "s"


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(capsys.readouterr().out)
    return found


def test_a_look_records_an_alarm_with_causes_and_people_acknowledge_it(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert obey("alarms", "--at", at(FAULT_D), "--store", str(store)) == 0
    assert "0 alarms" in capsys.readouterr().out
    assert obey("alarms", "--at", at(END_D), "--store", str(store)) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "insertion and disaggregation" in text
    assert "stiffer mud (" in text
    assert "before these days." in text
    assert "JST" in text
    (alarm,) = [one for one in kept_alarms(store) if "insertion" in one.key]
    who = ("--by", "Sato", "--note", "core samples are on the way")
    assert obey("alarms", "--acknowledge", alarm.alarm_id, *who, "--store", str(store)) == 0
    assert "is acknowledged by Sato: core samples are on the way" in capsys.readouterr().out
    assert obey("alarms", "--store", str(store), "--json") == 0
    (shown,) = [one for one in told(capsys)["alarms"] if one["alarm_id"] == alarm.alarm_id]
    assert (shown["state"], shown["acknowledged_by"]) == ("acknowledged", "Sato")
    assert shown["first_utc"] == at(END_D)
    assert shown["first_jst"].endswith("+09:00")


def test_a_look_back_records_nothing(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert obey("alarms", "--at", at(END_D), "--store", str(store)) == 0
    before = kept_alarms(store)
    capsys.readouterr()
    assert obey("alarms", "--at", at(END_D - 1), "--store", str(store), "--json") == 0
    caught = capsys.readouterr()
    assert "a look back" in caught.err
    assert kept_alarms(store) == before
    deviations = json.loads(caught.out)["deviations"]
    assert all(one["key"] and one["causes"] for one in deviations)


def test_an_alarm_that_does_not_exist_and_words_without_one_are_told(store: Path) -> None:
    with pytest.raises(UnknownNameError, match="alarm 'B1': not in the alarm book"):
        obey("alarms", "--acknowledge", "B1", "--by", "Sato", "--note", "x", "--store", str(store))
    with pytest.raises(UsageError, match="name it with --acknowledge ID"):
        obey("alarms", "--by", "Sato", "--store", str(store))


def test_decisions_are_recorded_listed_withdrawn_and_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    s = ("--store", str(tmp_path / "s"))
    points = ("--set-point", "lift flow=90 m3/h", "--set-point", "mining limit = 3.0 m")
    assert obey("decisions", "--record", "Lift slower", "--by", "Sato", "--advised", "90 m3/h", *points, *s) == 0
    assert "1. Lift slower" in capsys.readouterr().out
    assert obey("decisions", "--record", "Wait", "--by", "Mori", *s, "--json") == 0
    (made,) = told(capsys)["decisions"]
    assert (made["number"], made["by"], made["set_points"], made["withdrawn_utc"]) == (2, "Mori", {}, None)
    assert obey("decisions", "--withdraw", "2", "--by", "Sato", "--note", "sea is calm", *s) == 0
    capsys.readouterr()
    assert obey("decisions", *s) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Withdrawn by Sato" in text
    assert "the twin never does" in text
    assert "mining limit 3.0 m" in text
    assert obey("decisions", "--export", "-", *s) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["number"], row["set_point"], row["value"]) for row in rows] == [
        ("1", "lift flow", "90 m3/h"), ("1", "mining limit", "3.0 m"), ("2", "", ""),
    ]  # fmt: skip
    assert obey("decisions", "--export", str(tmp_path / "d.csv"), *s) == 0
    assert (tmp_path / "d.csv").read_text(encoding="utf-8").startswith("number,decided_utc")
    assert len(kept_decisions(tmp_path / "s")) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--record", "x", "--by", "S", "--set-point", "flow"), "--set-point 'flow': a name and a value are needed"),
        (("--record", "x", "--by", "S", "--set-point", "a=1", "--set-point", "a=2"), "'a' is given twice"),
        (("--record", "x"), "'by' is empty"),
        (("--by", "Sato"), "--by: it says something of a decision"),
        (("--set-point", "a=1"), "--set-point: it says something of a decision"),
        (("--record", "x", "--withdraw", "1"), "two decisions at once"),
    ],
)
def test_half_a_decision_is_refused_in_one_line(tmp_path: Path, words: Sequence[str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        obey("decisions", *words, "--store", str(tmp_path))
    assert "\n" not in str(caught.value)
    assert kept_decisions(tmp_path) == []
