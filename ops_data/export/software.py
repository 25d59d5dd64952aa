"""What a package says about the software that made it."""

import platform
from importlib.metadata import distributions


def installed() -> str:
    """Return every distribution that is installed with its version, sorted: what this software stands on."""
    found = {f"{one.metadata['Name'].lower()}=={one.version}" for one in distributions()}
    machine = f"# Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return "\n".join([machine, *sorted(found)]) + "\n"
