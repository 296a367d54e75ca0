"""The registry: versions of models with the hashes of their files, and the aliases on them."""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import file_hashes
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.tracking.connection import default_store, first_line, opened, told
from ptml.tracking.records import LoggedModel, Training

CHALLENGER, CHAMPION = "challenger", "champion"
HASHES_TAG, TRAINING_TAG = "ptml.sha256", "ptml.training"
# What MLflow writes into a copy that it hands out; it is no part of what was logged.
_ADDED_ON_THE_WAY = "registered_model_meta"
# The database keeps 5,000 letters.
_LONGEST_DESCRIPTION = 4_900
_CUT = "\n\n... the whole card is the file `CARD.md` of the run."


@dataclass(frozen=True)
class Version:
    """A registered version of a model.

    Attributes
    ----------
    name : str
        ``recommend``, ``lift`` or ``warnings``.
    number : str
    training : str
        Hash of the manifest of the folder of models that it came from; empty for one that was
        registered before such hashes were kept.
    run_id : str
        The model's run.
    tags : mapping of str to str
    """

    name: str
    number: str
    training: str
    run_id: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Fresh:
    """A version that was registered a moment ago and has no alias yet."""

    name: str
    number: str


def registered_name(name: str) -> str:
    """What the registry calls a model."""
    return f"ptml-{name}"


def move_alias(name: str, alias: str, version_or_tag: str, folder: Path) -> str:
    """Let an alias name another version of a model, in one step.

    Parameters
    ----------
    name : str
        ``recommend``, ``lift`` or ``warnings``.
    alias : str
        ``champion`` or ``challenger``.
    version_or_tag : str
        Number of a version, or the SHA-256 (64 hexadecimal digits) of the ``manifest.json`` of the
        folder of models; of several versions of one training the newest.
    folder : Path
        Where the default store lies.

    Returns
    -------
    str
        Number of the version that the alias names now.

    Raises
    ------
    UsageError
        When there is no such version.
    TryAgainError
        When the store fails; the alias is where it was.
    """
    registered = registered_name(name)
    what = f"{alias} of {registered} was not moved"
    with told(what, "try again later"), opened(default_store(folder)) as mlflow:
        number = _number(mlflow, registered, version_or_tag)
        mlflow.MlflowClient().set_registered_model_alias(registered, alias, number)
        return number


def champion_of(name: str, folder: Path) -> Version | None:
    """The version in use; None where none was promoted yet."""
    return version_of(name, CHAMPION, folder)


def version_of(name: str, alias: str, folder: Path) -> Version | None:
    """The version that an alias names; None where it names none.

    Raises
    ------
    TryAgainError
        When the store fails.
    """
    with (
        told(f"{alias} of {registered_name(name)} was not looked up", "try again later"),
        opened(default_store(folder)) as mlflow,
    ):
        try:
            found = aliased(mlflow, name, alias)
        except UsageError:
            return None
    return Version(
        name,
        str(found.version),
        found.tags.get(TRAINING_TAG, ""),
        str(found.run_id),
        dict(found.tags),
    )


def aliased(mlflow: Any, name: str, alias: str) -> Any:
    """MLflow's record of the version that an alias names; UsageError where it names none."""
    registered = registered_name(name)
    try:
        return mlflow.MlflowClient().get_model_version_by_alias(registered, alias)
    except mlflow.exceptions.MlflowException as error:
        # An unknown alias is an invalid parameter to MLflow.
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise UsageError(f"no model {registered}@{alias}: {first_line(error)}") from error
        raise


def register(
    mlflow: Any, model: LoggedModel, logged: Any, run_id: str, training: Training
) -> Fresh | None:
    """Register a model with the hashes of its files; one that failed a check stays outside."""
    if model.failed_checks:
        mlflow.set_tag("ptml.not_registered", f"failed: {', '.join(model.failed_checks)}")
        return None
    client, name = mlflow.MlflowClient(), registered_name(model.name)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    with tempfile.TemporaryDirectory(prefix="ptml-") as copy:
        files = download(mlflow, logged.model_uri, copy)
        _refuse_damaged(files, model)
        hashes = _hashes(files)
    version = client.create_model_version(
        name,
        logged.model_uri,
        run_id,
        tags={
            **training.tags,
            TRAINING_TAG: training.sha256,
            HASHES_TAG: json.dumps(hashes, sort_keys=True),
        },
        description=_described(model.card) or None,
        model_id=logged.model_id,
    )
    return Fresh(name, str(version.version))


def challenge(mlflow: Any, versions: Sequence[Fresh]) -> None:
    """Let the alias ``challenger`` name these versions."""
    client = mlflow.MlflowClient()
    for version in versions:
        client.set_registered_model_alias(version.name, CHALLENGER, version.number)


def download(mlflow: Any, uri: str, folder: str) -> Path:
    """Fetch the files of a model from the store."""
    return Path(mlflow.artifacts.download_artifacts(uri, dst_path=folder))


def refuse_changed(files: Path, version: Any) -> None:
    """Hold fetched files against the hashes in the registry; DataError where they differ."""
    what = f"{version.name} version {version.version}"
    wanted = json.loads(version.tags.get(HASHES_TAG, "{}"))
    if not wanted:
        raise DataError(f"{what} was registered without the hashes of its files; train again")
    found = _hashes(files)
    wrong = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if wrong:
        raise DataError(f"{', '.join(wrong)} of {what} changed after registering; train again")


def _number(mlflow: Any, registered: str, version_or_tag: str) -> str:
    """Number of a version by itself or by the hash of its training."""
    by_hash = re.fullmatch("[0-9a-f]{64}", version_or_tag) is not None
    if not by_hash and not version_or_tag.isdigit():
        raise UsageError(
            "a version is a number or the SHA-256 of a training's manifest.json (64 digits),"
            f" got {version_or_tag!r}"
        )
    asked = f"name = '{registered}'"
    if by_hash:
        asked += f" AND tags.`{TRAINING_TAG}` = '{version_or_tag}'"
    found = mlflow.MlflowClient().search_model_versions(asked, max_results=10_000)
    numbers = [int(v.version) for v in found if by_hash or str(v.version) == version_or_tag]
    if not numbers:
        which = f"of the training {version_or_tag[:12]}..." if by_hash else version_or_tag
        raise UsageError(f"{registered} has no version {which}; was the training tracked?")
    return str(max(numbers))


def _refuse_damaged(files: Path, model: LoggedModel) -> None:
    """What the store gives back has to be what was trained: hashes of damage are worth nothing."""
    kept, wanted = file_hashes(files / "artifacts" / model.folder.name), file_hashes(model.folder)
    wrong = sorted(name for name in {*kept, *wanted} if kept.get(name) != wanted.get(name))
    if wrong:
        raise TryAgainError(
            f"the store gave {', '.join(wrong)} of {model.name} back changed; the model is saved"
            " and was not registered"
        )


def _described(card: str) -> str:
    if len(card) <= _LONGEST_DESCRIPTION:
        return card
    return card[: _LONGEST_DESCRIPTION - len(_CUT)].rpartition("\n")[0] + _CUT


def _hashes(folder: Path) -> dict[str, str]:
    return {
        name: digest for name, digest in file_hashes(folder).items() if name != _ADDED_ON_THE_WAY
    }
