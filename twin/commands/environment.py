"""``twin environment``: where the sediment of a sealed run goes."""

import json
import shlex
from argparse import Namespace
from typing import TYPE_CHECKING

from twin.commands.environment_external import answer_external, check_external
from twin.commands.environment_made import study_of
from twin.commands.environment_sound import answer_sound
from twin.commands.files import STANDARD_OUTPUT, check_outputs, write_text
from twin.commands.output import document
from twin.commands.readers import STORE_DEFAULT
from twin.commands.run import INTERRUPTED
from twin.commands.runs import opened

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from twin.environment_view import StudyView


def environment(options: Namespace) -> int:
    """Obey ``twin environment``."""
    check_outputs(options)
    check_external(options)
    store = opened(options)
    run = store.open(options.run)
    if options.sound:
        return answer_sound(options, run)
    sealed = study_of(store.folder, run, own_choices(options), options.members, options.workers, options.json)
    if sealed is None:
        return INTERRUPTED
    if options.external is not None:
        answer_external(options, run, sealed)
        return 0
    from twin.environment_view import StudyView

    _answer(options, run, StudyView(sealed))
    return 0


def own_choices(options: Namespace) -> list[str]:
    """Return what the options choose as ``key=value`` texts."""
    chosen = list(options.sets)
    if options.current is not None:
        chosen += ['environment.current="record"', f"environment.current_record={json.dumps(options.current)}"]
    if options.zones is not None:
        chosen.append(f"environment.zones={json.dumps(options.zones)}")
    return chosen


def _repeated(options: Namespace) -> str:
    """Return the options that ask for the same study again, as one types them."""
    words = [word for text in options.sets for word in ("--set", text)]
    for name in ("current", "zones", "members"):
        if getattr(options, name) is not None:
            words += [f"--{name}", str(getattr(options, name))]
    if options.store != STORE_DEFAULT:
        words += ["--store", options.store]
    return "".join(f" {shlex.quote(word)}" for word in words)


def _answer(options: Namespace, run: "Run", view: "StudyView") -> None:
    from twin.commands import environment_text as text

    if options.figure is not None:
        write_text("--figure", options.figure, text.page_of(view))
    if options.csv is not None:
        lines = text.as_csv(run, view)
        if options.csv == STANDARD_OUTPUT:
            print(lines, end="")
            return
        write_text("--csv", options.csv, lines)
    if options.json:
        document(text.as_document(run, view))
    else:
        text.print_answer(run, view, _repeated(options))
