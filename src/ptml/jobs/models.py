"""Trained models as the scoring job uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptml.contracts.artefacts import verified
from ptml.contracts.evidence import Evidence
from ptml.errors import UsageError
from ptml.lift.model import LiftModel
from ptml.recommend.completion import CompletionModel
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.ranker.ranker import Ranker
from ptml.transfer.model import WarningModel


@dataclass(frozen=True)
class Models:
    """The models of one training; None = not trained, or not asked for.

    Attributes
    ----------
    versions : mapping of str to str
        Hash of each file, for the run's record.
    """

    preference: PreferenceModel | None
    completion: CompletionModel | None
    ranker: Ranker | None
    lift: LiftModel | None
    warning: WarningModel | None
    about: Mapping[str, Any]
    versions: Mapping[str, str]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What all models say of themselves."""
        models = (self.preference, self.completion, self.ranker, self.lift, self.warning)
        return tuple(row for model in models if model is not None for row in model.evidence)

    @property
    def refusals(self) -> list[str]:
        """Names of the models that answer nothing, and say why."""
        named = (("lift", self.lift), ("warnings", self.warning))
        return [name for name, model in named if model is not None and model.refusal]


def load_models(folder: Path, asked: tuple[str, ...], only: list[str]) -> Models:
    """Check the folder's hashes and load the models that were asked for.

    Raises
    ------
    UsageError
        When there are no models, or one that was named with ``--only`` was not trained.
    DataError
        When a file is not what was trained.
    """
    # A link to the models in use may be moved while we read: all must be of one training.
    folder = folder.resolve() if folder.is_symlink() else folder
    about = verified(folder)
    trained = about["models"]
    missing = [name for name in only if name not in trained]
    if missing:
        raise UsageError(f"{folder} has no model for {', '.join(missing)}; train it first")
    wanted = [name for name in asked if name in trained]
    recommends = "recommend" in wanted
    first = folder / "recommend"
    return Models(
        preference=PreferenceModel.load(first / "preference") if recommends else None,
        completion=CompletionModel.load(first / "completion") if recommends else None,
        ranker=Ranker.load(first / "ranker") if recommends else None,
        lift=LiftModel.load(folder / "lift") if "lift" in wanted else None,
        warning=WarningModel.load(folder / "warnings") if "warnings" in wanted else None,
        about=about,
        versions=about["sha256"],
    )


@dataclass(frozen=True)
class ModelsAt:
    """Where models lie, for a process that has to load them.

    Attributes
    ----------
    folder : Path
    asked, only : tuple of str
        As `load_models` takes them.
    """

    folder: Path
    asked: tuple[str, ...]
    only: tuple[str, ...]

    def load(self) -> Models:
        """Check hashes and load."""
        return load_models(self.folder, self.asked, list(self.only))
