"""The fitted preference: how likely a person is to choose a course, 0 to 1."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.recommend.choices import choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors
from ptml.recommend.held_out import fit_both, judge
from ptml.recommend.popularity import Popularity

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Preference:
    """Preference of each row for each course.

    Attributes
    ----------
    score : (n, n_courses) float32
        0-1.
    warm : (n,) bool
        Whether the person's own choices count.
    """

    score: Float32Array
    warm: NDArray[np.bool_]


@dataclass(frozen=True)
class PreferenceModel:
    """Course factors beside popularity within roles.

    Attributes
    ----------
    factors : CourseFactors or None
        None where they did not beat popularity within the role on held-out time.
    """

    courses: IdMap
    roles: IdMap
    factors: CourseFactors | None
    popularity: Popularity
    config: PreferenceConfig
    fingerprint: str
    as_of_day: int
    seed: int
    evidence: tuple[Evidence, ...]

    def score(self, history: History, rows: Rows) -> Preference:
        """Score all courses of ``history`` for people as of one day.

        Parameters
        ----------
        rows : Rows
            Each with the same day.

        Notes
        -----
        ``n / (n + short_history)`` times the person's own factors and the rest popularity within
        the role, n being the number of choices; courses unknown at training score 0.
        """
        code = self.courses.codes(history.courses.ids)
        role = standing(history, rows).role
        own_role = np.append(self.roles.codes(history.roles.ids), -1)[role]
        known = self.popularity.score(own_role)
        n_choices = np.zeros(len(rows))
        if self.factors is not None and len(rows):
            weights = self._weights(history, rows, code)
            n_choices = np.diff(weights.indptr).astype(np.float64)
            share = (n_choices / (n_choices + self.config.short_history))[:, None]
            own = np.clip(self.factors.score(weights), 0, 1)
            known = (share * own + (1 - share) * known).astype(np.float32)
        padded = np.concatenate([known, np.zeros((len(rows), 1), dtype=np.float32)], axis=1)
        return Preference(padded[:, code], n_choices > 0)

    def _weights(self, history: History, rows: Rows, code: IntArray) -> csr_matrix:
        choices = choices_before(history, int(rows.day[0]), self.config.half_life_days)
        kept = code[choices.course] >= 0
        shape = (history.n_employees, len(self.courses))
        cells = (
            choices.weight[kept].astype(np.float32),
            (choices.employee[kept], code[choices.course[kept]]),
        )
        everybody = csr_matrix(cells, shape=shape)
        everybody.sum_duplicates()
        return everybody[rows.employee]

    def save(self, folder: Path) -> None:
        """Write the model: ``.npz`` without pickle and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        items = np.zeros((0, 0), np.float32) if self.factors is None else self.factors.items
        np.savez(
            folder / "preference.npz",
            items=items,
            overall=self.popularity.overall,
            in_role=self.popularity.in_role,
        )
        about: dict[str, Any] = {
            "courses": self.courses.ids.tolist(),
            "roles": self.roles.ids.tolist(),
            "uses_factors": self.factors is not None,
            "config": self.config.model_dump(),
            "fingerprint": self.fingerprint,
            "as_of_day": self.as_of_day,
            "seed": self.seed,
            "evidence": [vars(row) for row in self.evidence],
        }
        text = json.dumps(about, ensure_ascii=False, sort_keys=True, indent=1)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a model that `save` wrote; no pickle is touched."""
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        config = PreferenceConfig.model_validate(about["config"])
        with np.load(folder / "preference.npz", allow_pickle=False) as arrays:
            factors = CourseFactors(arrays["items"], config.regularization, config.alpha)
            popularity = Popularity(arrays["overall"], arrays["in_role"])
        return cls(
            courses=IdMap.of(about["courses"]),
            roles=IdMap.of(about["roles"]),
            factors=factors if about["uses_factors"] else None,
            popularity=popularity,
            config=config,
            fingerprint=about["fingerprint"],
            as_of_day=about["as_of_day"],
            seed=about["seed"],
            evidence=tuple(Evidence(**row) for row in about["evidence"]),
        )


def fit_preference(
    history: History, shared: Shared, as_of_day: int, config: PreferenceConfig, seed: int
) -> PreferenceModel:
    """Learn preference from what was chosen before a day.

    First judged on the last ``held_out_days``: factors that do not beat popularity within the role
    there are not used. Then fitted on everything.

    Parameters
    ----------
    history : History
        Of all employees.
    shared : Shared
        Not read; here so that every model is fitted alike.
    """
    judged = judge(history, as_of_day, config, seed)
    factors, popularity = fit_both(history, as_of_day, config, seed, judged.factors_win)
    return PreferenceModel(
        courses=history.courses,
        roles=history.roles,
        factors=factors,
        popularity=popularity,
        config=config,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        evidence=judged.evidence,
    )
