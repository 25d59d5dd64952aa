"""Who pays for a project and in which order: grant, senior debt, mezzanine, equity, reserve, insurance."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ops_data.reference.supply.finance_rows import CLASSES
from twin.models.project_finance import Loan, sculpted_capacity, sculpted_loan
from twin.models.waterfall import Claims, Owners
from twin.supply.price_worlds import Floats, Values

AGENCY: Final = "agency"
ORDINARY: Final = tuple(name for name in CLASSES if name != AGENCY)


@dataclass(frozen=True, eq=False)
class Stack:
    """How the investment is paid for, JPY.

    Attributes
    ----------
    investment, construction_interest : what is paid for; the interest is that of the senior debt while it is drawn.
    grant, senior, mezzanine, equity : who pays.
    loan : the senior debt, level in cover on the bank case.
    rate : its mean interest [1/a].
    bankable : what the bank case alone would carry, before the guaranteed part.
    """

    investment: float
    construction_interest: float
    grant: float
    senior: float
    mezzanine: float
    equity: float
    loan: Loan
    rate: float
    bankable: float

    @property
    def carries_debt(self) -> bool:
        """Whether the bank case bears any senior debt; a loan that a state guarantees beside it is no debt capacity."""
        return self.senior > 0.0 and self.bankable > 0.0

    @property
    def gap(self) -> float:
        """Sources less uses over the uses [1]."""
        uses = self.investment + self.construction_interest
        return abs(self.grant + self.senior + self.mezzanine + self.equity - uses) / uses if uses else 0.0


def owners(values: Values) -> Owners:
    """Return who owns the equity; shares are brought to a sum of one.

    Examples
    --------
    >>> shares = {"agency": 0.15, "trading": 0.35, "local": 0.5}
    >>> values = {f"capital.equity_{name}_share": share for name, share in shares.items()}
    >>> found = owners(values | {"finance.ordinary_hurdle": 0.08, "finance.agency_hurdle": 0.01})
    >>> found.agency_share, dict(found.ordinary)
    (0.15, {'trading': 0.35, 'local': 0.5})
    """
    shares = {name: values[f"capital.equity_{name}_share"] for name in CLASSES}
    whole = sum(shares.values())
    ordinary = {name: shares[name] / whole for name in ORDINARY}
    return Owners(ordinary, shares[AGENCY] / whole, values["finance.ordinary_hurdle"], values["finance.agency_hurdle"])


def senior_rate(values: Values) -> float:
    """Return the mean interest of JBIC and its co-lenders, who are paid alike [1/a].

    Examples
    --------
    >>> senior_rate({"finance.jbic_share": 0.5, "finance.jbic_rate": 0.02, "finance.commercial_rate": 0.04})
    0.03
    """
    share = values["finance.jbic_share"]
    return share * values["finance.jbic_rate"] + (1.0 - share) * values["finance.commercial_rate"]


def capital_stack(values: Values, investment: float, subsidy: bool, bank_cash: Floats) -> Stack:
    """Return how an investment is paid for.

    Parameters
    ----------
    values : quantities by key.
    investment : JPY.
    subsidy : whether a grant is given.
    bank_cash : cash for debt service in the bank case [JPY/a], shape (n,).

    Notes
    -----
    Senior debt is what the bank case repays at ``finance.target_dscr``, no more than ``finance.gearing`` of the
    investment after the grant, no less than ``finance.guaranteed_loan_share`` of it: a policy loan that a state
    guarantees though no bank case carries it. Interest while building is that of half the debt over
    ``finance.construction_years``. Equity pays the rest. The grace ends at the latest a year before the project.
    """
    n = len(bank_cash)
    rate = senior_rate(values)
    grace = min(round(values["finance.senior_grace_years"]), n - 1)
    term = min(round(values["finance.senior_years"]), n - grace)
    grant = values["finance.subsidy_share"] * investment if subsidy else 0.0
    open_jpy = investment - grant
    bankable = sculpted_capacity(bank_cash, values["finance.target_dscr"], rate, grace, term)
    least = values["finance.guaranteed_loan_share"] * open_jpy
    senior = max(min(bankable, values["finance.gearing"] * open_jpy), least)
    mezzanine = min(values["finance.mezzanine_share"] * open_jpy, open_jpy - senior)
    interest = senior * rate * values["finance.construction_years"] / 2.0
    equity = open_jpy - senior - mezzanine + interest
    loan = sculpted_loan(senior, bank_cash, rate, grace, term)
    return Stack(investment, interest, grant, senior, mezzanine, equity, loan, rate, bankable)


def mezzanine_interest(values: Values, stack: Stack, count: int) -> Floats:
    """Return the interest on the mezzanine as planned, with level payments [JPY/a], shape (count,)."""
    years = min(round(values["finance.mezzanine_years"]), count)
    plan = sculpted_loan(stack.mezzanine, np.zeros(count), values["finance.mezzanine_rate"], 0, years)
    return plan.interest


def claims(values: Values, stack: Stack) -> Claims:
    """Return what is due to those who are paid before equity."""
    service = stack.loan.service
    n = len(service)
    following = np.append(service[1:], 0.0)
    premium = values["finance.cover_premium"] * values["finance.cover_share"] * stack.loan.balance
    return Claims(
        premium=premium,
        senior=service,
        senior_rate=stack.rate,
        reserve_target=values["finance.reserve_years"] * following,
        guarantee_share=values["finance.guarantee_share"],
        mezzanine=stack.mezzanine,
        mezzanine_rate=values["finance.mezzanine_rate"],
        mezzanine_years=min(round(values["finance.mezzanine_years"]), n),
    )
