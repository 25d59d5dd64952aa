"""What a comparison of measured and expected says: numbers, chance, and candidate causes with their evidence."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ops_data.observations.record_files import stamp

Kind: TypeAlias = Literal["duration", "rate", "concentration", "pressure", "time_lost", "output"]

NOT_EXPLAINED: Final = "not explained"  # the cause that is left where log and readings point to none


@dataclass(frozen=True)
class Cause:
    """One candidate cause.

    Attributes
    ----------
    name : in words.
    evidence : what log and readings say for it, one sentence.
    weight : how much of the evidence points to it, 0 to 1; the weights of a deviation sum to 1.
    """

    name: str
    evidence: str
    weight: float


@dataclass(frozen=True)
class Deviation:
    """Something measured against what was expected of it.

    Attributes
    ----------
    kind, asset, subject : what was compared; together its key.
    begin_s, end_s : UTC seconds between which it was measured.
    measured : what was measured, in `unit`.
    low, expected, high : 5 %, 50 % and 95 % points of what was expected.
    p_value : chance of a measurement at least so far off if the expectation is right; two-sided.
    causes : candidates, the likeliest first.
    """

    kind: Kind
    asset: str
    subject: str
    begin_s: int
    end_s: int
    measured: float
    low: float
    expected: float
    high: float
    unit: str
    p_value: float
    causes: tuple[Cause, ...] = ()

    @property
    def key(self) -> str:
        """Stable name of what deviates: the same from day to day while it lasts."""
        return f"{self.kind}/{self.asset}/{self.subject}"

    @property
    def sign(self) -> int:
        """1 where more was measured than expected, -1 where less."""
        return 1 if self.measured >= self.expected else -1

    def told(self) -> str:
        """Return it as one line."""
        expected = f"{self.expected:.3g} ({self.low:.3g} to {self.high:.3g})"
        cause = f"; {self.causes[0].name}: {self.causes[0].evidence}" if self.causes else ""
        return (
            f"{self.asset}, {self.subject}: {self.measured:.3g} {self.unit} from {stamp(self.begin_s)} to "
            f"{stamp(self.end_s)}, expected {expected}, chance {self.p_value:.1g}{cause}"
        )
