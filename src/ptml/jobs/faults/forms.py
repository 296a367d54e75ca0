"""Forms of place: how one is named, copied and removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Form:
    """A form of place.

    Attributes
    ----------
    name : str
    out : str
        The address; ``{folder}`` stands for the folder of the trial, ``{name}`` for its name.
    is_files : bool
        A run lies in ``out/current``, whose files can be held against one another byte by byte.
    environment : mapping
        What a call finds in its environment.
    settings : str
        More settings, in TOML.
    """

    name: str
    out: str
    is_files: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: str = ""

    def address(self, folder: Path) -> str:
        """The address of the place of a trial."""
        return self.out.format(folder=folder, name=name_of(folder))

    def make(self, folder: Path) -> None:
        """Make what has to be there before a first run."""

    def copy(self, folder: Path, other: Path) -> None:
        """Copy what lies outside of the folder of the trial."""

    def remove(self, folder: Path) -> None:
        """Remove what lies outside of the folder of the trial."""


def name_of(folder: Path) -> str:
    """The name of a trial, of small letters, digits and underscores."""
    return folder.name.lower().replace("-", "_")


FOLDER = Form("folder", "{folder}/out", is_files=True)
DUCKDB = Form("DuckDB file", "{folder}/out.duckdb")
DATASET = Form("dataset by date", "dataset:{folder}/out")
DELTA = Form("Delta Lake", "delta:{folder}/out")
