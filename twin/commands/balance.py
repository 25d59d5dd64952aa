"""``twin balance``: where every kilogram of an element went in a sealed run, from the sea bed to oxide."""

from argparse import Namespace
from typing import TYPE_CHECKING

from ops_data.errors import FailedError
from twin.changes import words_for
from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document, note
from twin.commands.runs import opened
from twin.commands.summary import replicate_count

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from twin.balance import Balance

TABLE = "balance"


def balance(options: Namespace) -> int:
    """Obey ``twin balance``; exit code 1 when the balance does not close."""
    from twin.balance import closure

    check_outputs(options)
    run = opened(options).open(options.run)
    found = _read(run)
    closed = closure(found)
    _answer(options, run, found)
    problems = closed.open_at
    for place, constituent, error in problems:
        where = "the whole chain" if place == "all" else f"'{place}'"
        note(f"run '{run.run_id}': the balance of {constituent} is open by {error:.1e} over {where}")
    return 1 if problems else 0


def _read(run: "Run") -> "Balance":
    """Return the balance of a run; refuse one that an older version made."""
    from twin.balance import COLUMNS, balance_of

    who = run.manifest.identity
    if TABLE not in run.manifest.tables:
        again = words_for(run.manifest.scenario) or who.scenario
        raise FailedError(
            f"run '{run.run_id}': it holds no table '{TABLE}', for an older version made it; "
            f"make the run again: twin run {again}"
        )
    return balance_of(run.table(TABLE, COLUMNS), who.first_replicate, replicate_count(who))


def _answer(options: Namespace, run: "Run", found: "Balance") -> None:
    from twin.balance import frame
    from twin.commands import balance_text as text

    element = options.element
    if options.figure is not None:
        from dashboards.figures.sankey import headed, sankey_figure
        from dashboards.words import read_words

        words = read_words("en")
        drawn = sankey_figure(frame(found, [element]), element, words)
        head = f"{run.manifest.scenario['title']}: {run.run_id}"
        page = headed(drawn, head, element, words).to_html(include_plotlyjs=True)
        write_text("--figure", options.figure, page)
    if options.csv is not None:
        lines: str = frame(found).to_csv(index=False, lineterminator="\n")
        if options.csv == STANDARD_OUTPUT:
            print(lines, end="")
            return
        write_text("--csv", options.csv, lines)
    if options.json:
        document(text.as_document(run, found, element))
    else:
        text.print_answer(run, found, element, options.store)
