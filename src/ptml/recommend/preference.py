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
from ptml.recommend.choices import Choices, choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors
from ptml.recommend.following import Following
from ptml.recommend.held_out import judge
from ptml.recommend.popularity import Popularity
from ptml.recommend.taste import Taste, fit_taste

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

_CHUNK = 4_096
# Rounds the corner at 0, so that courses stay in order below it.
_CORNER = 0.1


@dataclass(frozen=True)
class Preference:
    """Preference of each row for each course.

    Attributes
    ----------
    score : (n, n_courses) float32
        0-1; NaN = nobody has ever chosen anything.
    warm : (n,) bool
        Whether the person's own choices count.
    """

    score: Float32Array
    warm: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PreferenceModel:
    """What was learnt from choices, and how well it foretold them on held-out time.

    Attributes
    ----------
    taste : Taste
        Popularity within the role alone where own choices did not beat it on held-out time.
    knows_choices : bool
        Whether anybody had chosen anything.
    """

    courses: IdMap
    roles: IdMap
    taste: Taste
    knows_choices: bool
    config: PreferenceConfig
    fingerprint: str
    as_of_day: int
    seed: int
    evidence: tuple[Evidence, ...]

    @property
    def popularity(self) -> Popularity:
        """Shares of choices, of everybody and within roles."""
        return self.taste.popularity

    @property
    def factors(self) -> CourseFactors | None:
        """Factors of the courses; None where own choices do not count."""
        return self.taste.factors

    def score(self, history: History, rows: Rows) -> Preference:
        """Score all courses of ``history`` for people as of days.

        Courses that were unknown at training score 0.
        """
        score = np.zeros((len(rows), history.n_courses), dtype=np.float32)
        warm = np.zeros(len(rows), dtype=np.bool_)
        known = self.courses.codes(history.courses.ids)
        roles = np.append(self.roles.codes(history.roles.ids), -1)
        for day in np.unique(rows.day):
            here = np.flatnonzero(rows.day == day)
            role = roles[standing(history, rows.take(here)).role].astype(np.int32)
            recent = self._recent(history, int(day), known)[rows.employee[here]]
            warm[here] = np.diff(recent.indptr) > 0
            for start in range(0, len(here), _CHUNK):
                part = slice(start, start + _CHUNK)
                found = self.score_choices(recent[part], role[part])
                score[here[part]] = np.where(known >= 0, found[:, known], 0)
        return Preference(score, warm & self.taste.is_personal)

    def score_choices(self, recent: csr_matrix, role: IntArray) -> Float32Array:
        """Preference (n, n_courses) of people given by their choices, in the model's own codes.

        Parameters
        ----------
        recent : csr_matrix (n, n_courses)
            `Choices.recent_matrix`; a plain 1 for each choice where no order is known.
        role : (n,) int32
            -1 = none.

        Notes
        -----
        With ``r`` the expected share of the next choices times the number of courses, so that 1 is
        a course like any other: ``r / (1 + r)``, rising with the share; .5 = like any other, .9 =
        nine times as likely. Shares below 0 come out just above 0, in order.
        """
        shares = self.taste.shares(recent, role)
        if not self.knows_choices:
            return np.full_like(shares, np.nan)
        ratio = shares * np.float32(len(self.courses))
        ratio = (ratio + np.hypot(ratio, np.float32(_CORNER))) / 2
        return np.asarray(ratio / (1 + ratio), dtype=np.float32)

    def _recent(self, history: History, day: int, known: IntArray) -> csr_matrix:
        choices = choices_before(history, day)
        choices = choices.take(known[choices.course] >= 0)
        coded = Choices(
            choices.employee, known[choices.course], choices.day, choices.role, choices.weight
        )
        shape = (history.n_employees, len(self.courses))
        recent: csr_matrix = coded.recent_matrix(*shape, self.config.recency_power)
        return recent

    def save(self, folder: Path) -> None:
        """Write the model: ``.npz`` without pickle and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        taste = self.taste
        arrays: dict[str, Any] = {}
        if taste.factors is not None:
            arrays["items"] = taste.factors.items
        if taste.following is not None:
            arrays["following_courses"] = taste.following.courses
            arrays["following_effect"] = taste.following.effect
        np.savez(
            folder / "preference.npz",
            overall=taste.popularity.overall,
            in_role=taste.popularity.in_role,
            **arrays,
        )
        about: dict[str, Any] = {
            "courses": self.courses.ids.tolist(),
            "roles": self.roles.ids.tolist(),
            "role_strength": taste.popularity.strength,
            "knows_choices": self.knows_choices,
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
            found = {name: arrays[name] for name in arrays.files}
        return cls(
            courses=IdMap.of(about["courses"]),
            roles=IdMap.of(about["roles"]),
            taste=_taste(found, about["role_strength"], config),
            knows_choices=about["knows_choices"],
            config=config,
            fingerprint=about["fingerprint"],
            as_of_day=about["as_of_day"],
            seed=about["seed"],
            evidence=tuple(Evidence(**row) for row in about["evidence"]),
        )


def _taste(arrays: dict[str, Any], strength: float, config: PreferenceConfig) -> Taste:
    factors = following = None
    if "items" in arrays:
        factors = CourseFactors(arrays["items"], config.regularization, config.alpha)
    if "following_effect" in arrays:
        following = Following(arrays["following_courses"], arrays["following_effect"])
    popularity = Popularity(arrays["overall"], arrays["in_role"], strength)
    return Taste(popularity, following, factors, config.factor_share)


def fit_preference(
    history: History, shared: Shared, as_of_day: int, config: PreferenceConfig, seed: int
) -> PreferenceModel:
    """Learn preference from what was chosen before a day.

    First judged on the last ``held_out_days`` with choices: own choices that do not beat popularity
    within the role there do not count. Then fitted on everything.

    Parameters
    ----------
    history : History
        Of all employees.
    shared : Shared
        Not read; here so that every model is fitted alike.
    """
    judged = judge(history, as_of_day, config, seed)
    choices = choices_before(history, as_of_day)
    shape = (history.n_employees, history.n_courses)
    taste = fit_taste(
        choices, shape, len(history.roles), as_of_day, config, seed, judged.own_choices_win
    )
    return PreferenceModel(
        courses=history.courses,
        roles=history.roles,
        taste=taste,
        knows_choices=len(choices) > 0,
        config=config,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        evidence=(*judged.evidence, _settings(taste, config)),
    )


def _settings(taste: Taste, config: PreferenceConfig) -> Evidence:
    n_factors = 0 if taste.factors is None else taste.factors.items.shape[1]
    payload = {
        **config.model_dump(),
        "factors": n_factors,
        "role_strength": taste.popularity.strength,
    }
    return Evidence("recommend", "setting", "preference", payload=payload)
