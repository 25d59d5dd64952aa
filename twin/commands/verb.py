"""What a verb of ``twin`` is. Light: loaded for every ``--help``."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """One verb: its module in ``twin.commands``, one line of help, what it takes, examples."""

    module: str
    summary: str
    add: Callable[[argparse.ArgumentParser], None]
    examples: tuple[str, ...]
