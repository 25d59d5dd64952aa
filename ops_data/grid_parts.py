"""Maps of single members while a study is being made: one compressed file each, read back map by map."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ops_data.files import told


@dataclass(frozen=True)
class MapWriter:
    """Writes the maps of members into the working folder of a study; small enough to be sent to a worker."""

    folder: Path

    def write(self, number: int, maps: Mapping[str, NDArray[Any]]) -> None:
        """Write the maps of one member; StoreError when the disk refuses."""
        with told(self.folder, "write the maps of a member"):
            self.folder.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(self.folder / f"{number:06d}.npz", **cast(dict[str, Any], dict(maps)))

    def read(self, number: int, name: str) -> NDArray[Any] | None:
        """Return one map of a member; None where it has none of that name."""
        with told(self.folder, "read the maps of a member"), np.load(self.folder / f"{number:06d}.npz") as held:
            return held[name] if name in held.files else None

    def shapes(self, number: int) -> dict[str, tuple[tuple[int, ...], str]]:
        """Return name → shape and type of the maps of a member."""
        with told(self.folder, "read the maps of a member"), np.load(self.folder / f"{number:06d}.npz") as held:
            return {name: (held[name].shape, held[name].dtype.str) for name in held.files}
