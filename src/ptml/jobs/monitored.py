"""The models in use as monitoring asks them: each loaded when it is first asked, and once."""

from functools import cached_property
from pathlib import Path

from ptml.lift.model import LiftModel
from ptml.recommend.completion import CompletionModel
from ptml.recommend.preference import PreferenceModel
from ptml.transfer.model import WarningModel


class Monitored:
    """Models of a folder; None for one that was not trained.

    Attributes
    ----------
    folder : Path
        What `ptml train` wrote.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def preference(self) -> PreferenceModel | None:
        """Which courses people take."""
        place = self.folder / "recommend" / "preference"
        return PreferenceModel.load(place) if place.is_dir() else None

    @cached_property
    def completion(self) -> CompletionModel | None:
        """Which courses people complete."""
        place = self.folder / "recommend" / "completion"
        return CompletionModel.load(place) if place.is_dir() else None

    @cached_property
    def lift(self) -> LiftModel | None:
        """What courses bring."""
        place = self.folder / "lift"
        return LiftModel.load(place) if place.is_dir() else None

    @cached_property
    def warning(self) -> WarningModel | None:
        """Whose learning will not be used."""
        place = self.folder / "warnings"
        return WarningModel.load(place) if place.is_dir() else None
