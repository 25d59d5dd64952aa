"""The hidden truth of a rehearsal: one whole campaign with parameters drawn from the prior, and what is known of it.

Nothing that forecasts may look at a `Truth`, only at `known` and at the files made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from twin.campaign_log import CampaignLog, Series
from twin.operations.campaign import Played, play_campaign, tables_of, weather_of
from twin.operations.laws import Luck
from twin.operations.program import SeaTables
from twin.operations.weather import Sea, build_sea
from twin.rehearsal.instruments import measured
from twin.scenario import Scenario, draw_parameters


def hidden_seed(seed: int) -> int:
    """Return the seed of a truth: the bits of the rehearsal's own turned over, so -1 - seed.

    A stream of draws is named by its seed, and forecasts take seeds of 0 or more: they never draw what the truth drew.

    Examples
    --------
    >>> hidden_seed(0), hidden_seed(41)
    (-1, -42)
    """
    return ~seed


@dataclass(frozen=True, eq=False)
class Truth:
    """A campaign that was played to its end, and its replicate.

    Attributes
    ----------
    scenario : as it was planned; its ranges are the prior.
    seed, replicate : of the rehearsal; what is drawn is drawn with `hidden_seed`.
    luck : drawn values and draws.
    sea, tables : hourly sea; what the campaign looked up in it.
    played : rows, lots and the state at the end.
    """

    scenario: Scenario
    seed: int
    replicate: int
    luck: Luck
    sea: Sea
    tables: SeaTables
    played: Played

    @classmethod
    def drawn(cls, scenario: Scenario, seed: int, replicate: int = 0) -> "Truth":
        """Play a whole campaign with parameters drawn from the prior.

        Parameters
        ----------
        scenario : the campaign as it is planned.
        seed, replicate : which truth; the same two give the same one.
        """
        hidden = hidden_seed(seed)
        luck = Luck(scenario, draw_parameters(scenario, hidden, replicate, "drawn"), hidden, replicate)
        sea = build_sea(weather_of(luck), hidden, replicate, scenario.start_s, scenario.end_s)
        tables = tables_of(luck)
        played = play_campaign(luck, tables, None, scenario.end_s, compiled=True)
        return cls(scenario, seed, replicate, luck, sea, tables, played)

    @property
    def values(self) -> Mapping[str, float]:
        """Value of every quantity by key, in its own unit: what a calibration looks for."""
        return self.luck.values

    @cached_property
    def measured(self) -> dict[str, Series]:
        """Readings of the whole campaign by tag, see `instruments.measured`."""
        return measured(self.luck, self.sea, self.tables, self.played)

    @cached_property
    def whole(self) -> CampaignLog:
        """What an ideal log book and the sensors say of the whole campaign."""
        s, played = self.scenario, self.played
        return CampaignLog(s, s.end_s, played.rows, tuple(played.lots), self.measured)


def known(truth: Truth, until_s: int) -> CampaignLog:
    """Return what an ideal log book and the sensors had said of a campaign by a second; a later one only adds to it.

    Parameters
    ----------
    until_s : UTC second, not after the end of the campaign.
    """
    return truth.whole.up_to(until_s)
