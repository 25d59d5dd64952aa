"""What every test shares: the tree's root, reproducible property tests, no store of the person running them."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

for name in ("TWIN_STORE", "TWIN_QUEUE"):
    os.environ.pop(name, None)

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent
