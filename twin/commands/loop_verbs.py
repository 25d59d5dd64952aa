"""The verbs of the twin loop: measured data in, today's state, what was learnt, what comes. Light, for ``--help``."""

from typing import Final

from twin.commands.alarm_options import alarm_options, decision_options
from twin.commands.ingest_options import ingest_options
from twin.commands.loop_options import calibrate_options, forecast_options, rehearse_options
from twin.commands.state_options import state_options
from twin.commands.verb import Verb

LOOP_VERBS: Final[dict[str, Verb]] = {
    "ingest": Verb(
        "ingest",
        "take in measured readings: checked, kept durably, every refused row with its reason",
        ingest_options,
        (
            "twin ingest night.csv deck.parquet --mapping rig.toml --seal",
            "twin ingest --rejected night.csv",
        ),
    ),
    "state": Verb(
        "state",
        "where a campaign stands at an instant, asset by asset, and as a file to go on from",
        state_options,
        (
            "twin state latest --at 2027-02-10",
            "twin state --at 2027-02-10 --scenario pilot-2027",
            "twin state latest --at 2027-02-10T06:00:00Z --replicate 3 --out now.json",
        ),
    ),
    "calibrate": Verb(
        "calibrate",
        "what the log of a campaign says about the numbers of its scenario",
        calibrate_options,
        (
            "twin calibrate --at 2027-02-10",
            "twin calibrate --at 2027-02-10T06:00:00Z --scenario pilot-2027 --out calibrated.toml",
        ),
    ),
    "forecast": Verb(
        "forecast",
        "what comes, from where the measured campaign stands; archived, and scored later",
        forecast_options,
        (
            "twin forecast --from 2027-02-10 --days 30",
            "twin forecast --from 2027-02-10 --storm 18.5,151.2,75 --total-t 5000",
            "twin forecast --from 2027-03-10 --scores",
        ),
    ),
    "rehearse": Verb(
        "rehearse",
        "a hidden campaign told by files day by day, and the loop that learns from it",
        rehearse_options,
        (
            "twin rehearse pilot-2027 --store ./rehearsal --days 60",
            "twin rehearse pilot-2027 --store ./rehearsal --imperfections late,spike,correction",
            "twin rehearse pilot-2027 --times 40 --after 14",
        ),
    ),
    "alarms": Verb(
        "alarms",
        "what of the last days is not as expected, with candidate causes; who has seen it",
        alarm_options,
        (
            "twin alarms --at 2027-02-10",
            "twin alarms --acknowledge A7 --by 'N. Sato' --note 'pump changed on Monday'",
        ),
    ),
    "decisions": Verb(
        "decisions",
        "what was advised, who decided what and when; set-points for a person to carry out",
        decision_options,
        (
            "twin decisions",
            "twin decisions --record 'mine up to 3.2 m' --by 'N. Sato' --set-point 'mining limit=3.2 m'",
            "twin decisions --export set-points.csv",
        ),
    ),
}
