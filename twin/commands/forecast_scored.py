"""``twin forecast --scores``: archived forecasts against what was measured since."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any, Final

from ops_data.errors import UnknownNameError, UsageError
from ops_data.store import folder_of
from twin.commands.output import console, document, paragraph, plain_table

if TYPE_CHECKING:
    from twin.campaign_log import CampaignLog
    from twin.measured_results import Chosen

ONLY_FORECASTS: Final = ("csv", "days", "members", "sea_forecast", "storm", "total_t", "values")  # options


def refuse_others(options: Namespace) -> None:
    """Raise UsageError where ``--scores`` is given with an option of a forecast to be made."""
    given = [f"--{name.replace('_', '-')}" for name in ONLY_FORECASTS if getattr(options, name) is not None]
    if given:
        raise UsageError(f"--scores with {', '.join(given)}: it makes no forecast; leave {given[0]} or --scores out")


def tell_scores(options: Namespace, log: "CampaignLog") -> int:
    """Print how good the archived forecasts of a campaign were; one that is not over yet is told."""
    from ops_data.artefacts import of_run
    from twin.measured_results import FORECAST, basis_id, chosen, mean_scores, scores_of

    archived = of_run(folder_of(options.store), basis_id(log.scenario.name), FORECAST)
    if not archived:
        raise UnknownNameError(
            f"scenario '{log.scenario.name}': no forecast is archived; make one with 'twin forecast --from TIME'"
        )
    found = chosen(archived, log.scenario.hash)
    scored = {one.artefact_id: scores_of(one, log) for one in found.forecasts}
    means = mean_scores(found.forecasts, scored, found.paired)
    if options.json:
        told = {name: [one.as_dict() for one in own] for name, own in scored.items()}
        document({"forecasts": told, "summary": means, "paired": found.paired, "left_out": dict(found.left_out)})
    else:
        _print(log, found, means)
    return 0


def _print(log: "CampaignLog", found: "Chosen", means: list[dict[str, Any]]) -> None:
    from ops_data.observations.record_files import stamp

    out = console()
    out.print(f"{log.scenario.title}: {len(found.forecasts)} archived forecasts, scored", style="bold")
    said = f"Against the log up to {stamp(log.until_s)}; sums from the origin's day to the end of the lead."
    if found.paired:
        said += " Paired: every origin has a calibrated and a planned forecast."
    elif len({one["values"] for one in means}) > 1:
        said += " Not paired: no origin has both, so calibrated and planned rows do not compare."
    paragraph(out, said)
    if found.left_out:
        others = "; ".join(f"{count:,} {reason}" for reason, count in found.left_out.items())
        paragraph(out, f"Left out: {others}.")
    if not means:
        paragraph(out, "No forecast that counts has a whole day behind it yet; nothing can be scored.")
        return
    headings = ("values", "sum of", "lead", "n", "CRPS", "persistence", "in 90 %", "bias")
    table = plain_table(*headings, right=headings[2:])
    for one in means:
        table.add_row(
            one["values"], one["series"], f"{one['lead_d']} d", str(one["forecasts"]), f"{one['crps']:,.1f}",
            f"{one['persistence']:,.1f}", f"{100 * one['inside_90']:.0f} %", f"{one['bias']:+,.1f}",
        )  # fmt: skip
    out.print()
    out.print(table)
    out.print()
    paragraph(
        out,
        "In tonnes and hours. CRPS is the loss of the ensemble, as of endless members, so that it may fall below 0; "
        "persistence that of 'the last seven days go on' (its absolute error); smaller is better. The 90 % range "
        "should hold nine in ten; bias is the median less what was measured.",
    )
