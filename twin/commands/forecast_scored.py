"""``twin forecast --scores``: archived forecasts against what was measured since."""

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ops_data.errors import UnknownNameError
from ops_data.store import folder_of
from twin.commands.output import console, document, paragraph, plain_table

if TYPE_CHECKING:
    from ops_data.artefacts import Artefact
    from twin.campaign_log import CampaignLog
    from twin.forecast_scores import Score

UNITS: Final = {"lifted_dry_t": "t", "island_dry_t": "t", "mining_h": "h"}


def tell_scores(options: Namespace, log: "CampaignLog") -> int:
    """Print how good each archived forecast of a campaign was; one that is not over yet is told."""
    from ops_data.artefacts import of_run
    from twin.measured_results import FORECAST, basis_id, mean_scores, scores_of

    archived = of_run(folder_of(options.store), basis_id(log.scenario.name), FORECAST)
    if not archived:
        raise UnknownNameError(
            f"scenario '{log.scenario.name}': no forecast is archived; make one with 'twin forecast --from TIME'"
        )
    scored = {one.artefact_id: scores_of(one, log) for one in archived}
    if options.json:
        told = {name: [one.as_dict() for one in own] for name, own in scored.items()}
        document({"forecasts": told, "summary": mean_scores(archived, scored)})
    else:
        _print(log, archived, scored)
    return 0


def _print(log: "CampaignLog", archived: "list[Artefact]", scored: "Mapping[str, list[Score]]") -> None:
    from ops_data.observations.record_files import stamp
    from twin.measured_results import mean_scores

    out = console()
    out.print(f"{log.scenario.title}: {len(archived)} archived forecasts, scored", style="bold")
    paragraph(out, f"Against the log up to {stamp(log.until_s)}; sums from the origin's day to the end of the lead.")
    told = mean_scores(archived, scored)
    if not told:
        paragraph(out, "No forecast has a whole day behind it yet; nothing can be scored.")
        return
    headings = ("values", "sum of", "lead", "n", "CRPS", "persistence", "in 90 % range", "bias")
    table = plain_table(*headings, right=headings[2:])
    for one in told:
        unit = UNITS[one["series"]]
        table.add_row(
            one["values"], one["series"], f"{one['lead_d']} d", str(one["forecasts"]), f"{one['crps']:,.1f} {unit}",
            f"{one['persistence']:,.1f} {unit}", f"{100 * one['inside_90']:.0f} %", f"{one['bias']:+,.1f} {unit}",
        )  # fmt: skip
    out.print()
    out.print(table)
    out.print()
    paragraph(
        out,
        "CRPS is the loss of the ensemble, persistence that of 'the last seven days go on' (its absolute error); "
        "smaller is better. The 90 % range should hold nine in ten; bias is the median less what was measured.",
    )
