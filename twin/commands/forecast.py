"""``twin forecast``: what comes, from where the campaign stands; and how good earlier forecasts were."""

from argparse import Namespace

from ops_data.store import folder_of
from twin.commands.files import STANDARD_OUTPUT, check_file, write_text
from twin.commands.forecast_made import Asked, forecast_of
from twin.commands.forecast_scored import refuse_others, tell_scores
from twin.commands.forecast_text import as_document, print_forecast, to_csv
from twin.commands.loop_options import USUAL_DAYS, USUAL_MEMBERS, USUAL_VALUES
from twin.commands.measured import planned, read_measured
from twin.commands.output import document


def forecast(options: Namespace) -> int:
    """Obey ``twin forecast``; 130 when it was interrupted."""
    if options.scores:
        refuse_others(options)
    check_file("--csv", options.csv)
    logged = read_measured(options, planned(options), options.at)
    if options.scores:
        return tell_scores(options, logged.log)
    asked = Asked(
        options.days or USUAL_DAYS, options.members or USUAL_MEMBERS, options.seed, options.values or USUAL_VALUES,
        options.as_of, options.storm, options.sea_forecast, options.workers, options.json,
    )  # fmt: skip
    sealed = forecast_of(folder_of(options.store), logged, asked)
    if sealed is None:
        return 130
    if options.csv is not None:
        text = to_csv(sealed)
        if options.csv == STANDARD_OUTPUT:
            print(text, end="")
            return 0
        write_text("--csv", options.csv, text)
    if options.json:
        document(as_document(sealed, options.total_t))
    else:
        print_forecast(sealed, options.at, options.total_t)
    return 0
