"""What is told to MLflow: a training, its models, and the trials of a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

TrialState = Literal["complete", "pruned", "failed"]


@dataclass(frozen=True)
class LoggedTrial:
    """One trial of a search: settings, and how good they were.

    Attributes
    ----------
    name : str
        Unique within the search: ``12``, or ``bm25/3`` where several are searched.
    settings : mapping
    value : float or None
        What is searched for; None where the trial was not judged.
    state : str
        ``complete``, ``pruned`` or ``failed``.
    metrics : mapping
        Further figures, such as the ends of an interval.
    """

    name: str
    settings: Mapping[str, Any]
    value: float | None
    state: TrialState = "complete"
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LoggedModel:
    """A model to log, in a run of its own below that of the training.

    Attributes
    ----------
    name : str
        Registered as ``ptml-NAME``.
    code : Path
        Python file that sets the model (`mlflow.models.set_model`).
    folder : Path
        Files that the code loads.
    columns, outputs : mapping of str to str
        Input and output columns with their MLflow types: the signature. MLflow takes the float64
        of a plain frame for ``double`` and refuses it for ``float``; int64 and ``long`` likewise.
    example : DataFrame
        Rows to try the model on, with the columns of ``columns``.
    settings, metrics : mapping
        What concerns this model alone.
    texts : mapping of str to str
        Content of text files (JSON, HTML) by name.
    figures : sequence of Path
        Plots.
    trials : sequence of LoggedTrial
        What was tried while it was fitted; a run each below the model's.
    card : str
        Model card in Markdown: a file of the run and the description of the version.
    failed_checks : sequence of str
        Checks that the model did not pass: it is logged, and not registered.
    """

    name: str
    code: Path
    folder: Path
    columns: Mapping[str, str]
    outputs: Mapping[str, str]
    example: pd.DataFrame
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Sequence[Path] = ()
    trials: Sequence[LoggedTrial] = ()
    card: str = ""
    failed_checks: Sequence[str] = ()


@dataclass(frozen=True)
class Training:
    """What is said of one training.

    Attributes
    ----------
    sha256 : str
        Hash of the manifest of the folder of models: by it a version is found again.
    settings : mapping
        Nested settings; logged as dotted parameters.
    tags : mapping
        Of the run and of each model version.
    metrics : mapping
    texts : mapping of str to str
        Content of text files (JSON, HTML) by name.
    models : sequence of LoggedModel
    figures : sequence of Path
        Files to keep with the run.
    """

    sha256: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    texts: Mapping[str, str]
    models: Sequence[LoggedModel]
    figures: Sequence[Path] = ()


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings as dotted keys.

    >>> flat({"lift": {"n_folds": 3}, "seed": 1})
    {'lift.n_folds': '3', 'seed': '1'}
    """
    out: dict[str, str] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            out |= flat(value, f"{prefix}{key}.")
        else:
            out[f"{prefix}{key}"] = str(value)
    return out
