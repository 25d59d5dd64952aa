"""``twin supply``: what the mud contributes to Japan, from when, at what price, and what it is worth in a shock."""

import shlex
from argparse import Namespace
from typing import TYPE_CHECKING

from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document, tell_warnings
from twin.commands.readers import STORE_DEFAULT
from twin.commands.run import INTERRUPTED
from twin.commands.supply_made import supply_study

if TYPE_CHECKING:
    from twin.supply_view import SupplyView


def supply(options: Namespace) -> int:
    """Obey ``twin supply``."""
    from ops_data.store import open_store

    check_outputs(options)
    tell_warnings()
    sealed = supply_study(options, open_store(options.store, create=True))
    if sealed is None:
        return INTERRUPTED
    from twin.supply_view import SupplyView

    _answer(options, SupplyView(sealed))
    return 0


def _repeated(options: Namespace) -> str:
    """Return run and options that ask for the same study again, as one types them."""
    words = [options.run, *(word for text in options.sets for word in ("--set", text))]
    for name in ("case", "tables", "customs"):
        if getattr(options, name) is not None:
            words += [f"--{name}", getattr(options, name)]
    if options.draws is not None:
        words += ["--draws", str(options.draws)]
    if options.no_scale_up:
        words.append("--no-scale-up")
    if options.store != STORE_DEFAULT:
        words += ["--store", options.store]
    return shlex.join(words)


def _answer(options: Namespace, view: "SupplyView") -> None:
    from twin.commands import supply_text as text

    if options.figure is not None:
        from dashboards.figures.supply_page import supply_page

        write_text("--figure", options.figure, supply_page(view))
    if options.csv is not None:
        lines = text.as_csv(view, options.show)
        if options.csv == STANDARD_OUTPUT:
            print(lines, end="")
            return
        write_text("--csv", options.csv, lines)
    if options.json:
        document(text.as_document(view, options.show))
    else:
        text.print_answer(view, options.show, _repeated(options))
