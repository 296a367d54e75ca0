"""The reference: what the data were like when the models were trained; no person is in it.

FOLDER/profile.json    the day, rows by table and week, names
FOLDER/features.npz    counts of each feature in its bins, at weekly looks up to the day
FOLDER/scores.npz      the same of what the models answer, where there are such models
FOLDER/completions.npz the same of what warnings are made from
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from ptml.monitor.events import Series
from ptml.monitor.features import FeatureLooks
from ptml.monitor.volume import weekly_counts

_FILE, _FEATURES = "profile.json", "features.npz"
_OF_MODELS = ("scores", "completions")
_WEEKS = 52


@dataclass(frozen=True, eq=False)
class Profile:
    """A reference.

    Attributes
    ----------
    day : int
        Days since 1970-01-01; what was known before it is in here.
    rows : mapping of str to int
        Rows of each series.
    weeks : mapping of str to list of float
        Rows of each of the last 52 weeks, the newest last.
    means : mapping of str to list
        By ``series: column``: mean, share that is missing, standard deviation.
    features : FeatureLooks
    groups : mapping
        People in each protected group, by attribute: for audits only.
    of_models : mapping of str to FeatureLooks
        ``scores`` and ``completions``, where there are models that make them.
    """

    day: int
    rows: Mapping[str, int]
    weeks: Mapping[str, list[float]]
    means: Mapping[str, list[float]]
    features: FeatureLooks
    groups: Mapping[str, Any]
    of_models: Mapping[str, FeatureLooks] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        series: Sequence[Series],
        features: FeatureLooks,
        day: int,
        groups: Mapping[str, Any] | None = None,
        of_models: Mapping[str, FeatureLooks] | None = None,
    ) -> Self:
        """What is known before a day."""
        known = [one.before(day) for one in series]
        return cls(
            day,
            {one.name: len(one.day) for one in known},
            {one.name: weekly_counts(one.day, day, _WEEKS).tolist() for one in known},
            {
                f"{one.name}: {name}": _mean(values)
                for one in known
                for name, values in one.numbers.items()
            },
            features,
            groups or {},
            of_models or {},
        )

    def save(self, folder: Path) -> None:
        """Write JSON and ``.npz`` into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        plain = {name: dict(getattr(self, name)) for name in ("rows", "weeks", "means", "groups")}
        text = json.dumps({"day": self.day, **plain}, sort_keys=True, indent=1)
        (folder / _FILE).write_text(text, encoding="utf-8")
        self.features.save(folder / _FEATURES)
        for name, looks in self.of_models.items():
            looks.save(folder / f"{name}.npz")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        kept = {name: folder / f"{name}.npz" for name in _OF_MODELS}
        of_models = {name: FeatureLooks.load(file) for name, file in kept.items() if file.exists()}
        return cls(features=FeatureLooks.load(folder / _FEATURES), of_models=of_models, **found)


def _mean(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    # Rows of one day come in any order, and a sum depends on it in the last digit.
    known = np.sort(values[np.isfinite(values)])
    mean, spread = (float(known.mean()), float(known.std())) if len(known) else (0.0, 0.0)
    return [mean, 1 - len(known) / max(len(values), 1), spread]
