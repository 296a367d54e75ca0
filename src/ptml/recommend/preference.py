"""The fitted preference: how likely a person is to choose a course, 0 to 1."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.features.capability import Capability
from ptml.features.fit import course_fit, gap_closed_by_all
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.recommend.artefact import taste_arrays, taste_from, taste_values
from ptml.recommend.choices import choices_before
from ptml.recommend.circumstances import Circumstances, circumstances
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.parts import PreferenceParts, parts_of, preference_of
from ptml.recommend.placing import placed_by, placing_of
from ptml.recommend.taste import Taste

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

_CHUNK = 4_096


@dataclass(frozen=True)
class Preference:
    """Preference of each row for each course.

    Attributes
    ----------
    score : (n, n_courses) float32
        0-1; NaN = nothing is known of the course, or nobody has ever chosen anything.
    warm : (n,) bool
        Whether the person's own choices count.
    """

    score: Float32Array
    warm: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ScoredApart:
    """`Preference.score`, and the parts of the shares that `Taste.own_shares` gives."""

    score: Float32Array
    own: tuple[Float32Array | None, Float32Array | None]


@dataclass(frozen=True, eq=False)
class PreferenceModel:
    """What was learnt from choices, and how well it foretold them on held-out time.

    Attributes
    ----------
    courses, roles, units : IdMap
        What the arrays of `taste` are numbered by.
    taste : Taste
        Popularity within the role alone where nothing else beat it on held-out time.
    n_chosen : (n_courses,) float64
        Choices that were learnt from.
    """

    courses: IdMap
    roles: IdMap
    units: IdMap
    taste: Taste
    n_chosen: FloatArray
    config: PreferenceConfig
    fingerprint: str
    as_of_day: int
    seed: int
    evidence: tuple[Evidence, ...]
    # The last catalogue that was placed, by its digest: each bucket of a run has the same one.
    _placed: dict[bytes, tuple[csr_matrix, Taste]] = field(default_factory=dict, repr=False)

    @property
    def knows_choices(self) -> bool:
        """Whether anybody had chosen anything."""
        return bool(self.n_chosen.any())

    def score(self, history: History, rows: Rows, portraits: Capability) -> Preference:
        """Score all courses of ``history`` for people as of days.

        A course that came after training is scored as a weighted mean of those most alike.

        Parameters
        ----------
        rows : Rows
            n of them.
        portraits : Capability
            That of the rows.
        """
        score = np.full((len(rows), history.n_courses), np.nan, dtype=np.float32)
        warm = np.zeros(len(rows), dtype=np.bool_)
        placing, taste = self.placed(history)
        is_placed = np.diff(placing.indptr) > 0
        for day in np.unique(rows.day):
            here = np.flatnonzero(rows.day == day)
            where = circumstances(history, rows.take(here), self.roles, self.units)
            recent = self.recent_choices(history, int(day))[rows.employee[here]]
            warm[here] = np.diff(recent.indptr) > 0
            for start in range(0, len(here), _CHUNK):
                part = slice(start, start + _CHUNK)
                closed = self._gap_closed(history, portraits, here[part])
                found = self._of_shares(taste.shares(recent[part], where.take(part), closed))
                score[here[part]] = np.where(is_placed, found, np.nan)
        return Preference(score, warm & taste.is_personal)

    def score_apart(
        self, history: History, recent: csr_matrix, where: Circumstances, closed: Float32Array
    ) -> "ScoredApart":
        """The same scores of n people of one day, and what own choices add.

        Parameters
        ----------
        recent : csr_matrix (n, n_courses)
            `recent_choices` of the people.
        where : Circumstances
            Of the people, in the model's codes.
        closed : (n, n_courses) float32
            Gap that each course closes; NaN = not known.
        """
        placing, taste = self.placed(history)
        own = taste.own_shares(recent)
        score = self._of_shares(taste.with_own(own, where, closed))
        score[:, np.diff(placing.indptr) == 0] = np.nan
        return ScoredApart(score, own)

    def parts(
        self, history: History, rows: Rows, portraits: Capability, row: IntArray, course: IntArray
    ) -> PreferenceParts:
        """Take the preference of m pairs apart; what `score` gives for them, within 1e-6.

        Parameters
        ----------
        rows : Rows
            Of one day.
        portraits : Capability
            That of the rows.
        row, course : (m,) int32
            Position among the rows, and code of the course; courses that `score` knows.
        """
        _, taste = self.placed(history)
        day = int(rows.day[0]) if len(rows) else self.as_of_day
        recent = self.recent_choices(history, day)[rows.employee]
        where = circumstances(history, rows, self.roles, self.units)
        closed = None
        if taste.cold.gap is not None:
            closed = course_fit(history.catalogue, portraits, row, course).gap_closed
        cold = taste.cold.parts(where, closed, row, course)
        past = csr_matrix((len(row), history.n_courses))
        if taste.is_personal:
            pair, own, part = taste.past_parts(recent, row, course)
            past = csr_matrix((part, (pair, own)), shape=past.shape)
        return parts_of(cold, past, len(self.courses))

    def score_choices(self, recent: csr_matrix, where: Circumstances) -> Float32Array:
        """Preference (n, n_courses) of people given by their choices, in the model's own codes.

        Parameters
        ----------
        recent : csr_matrix (n, n_courses)
            `Choices.recent_matrix`; a plain 1 for each choice where no order is known.
        where : Circumstances
            In the model's codes.
        """
        return self._of_shares(self.taste.shares(recent, where))

    def _of_shares(self, shares: Float32Array) -> Float32Array:
        if not self.knows_choices:
            return np.full_like(shares, np.nan)
        return preference_of(shares * np.float32(len(self.courses))).astype(np.float32)

    def placed(self, history: History) -> tuple[csr_matrix, Taste]:
        """How a history's courses are made of the model's, and the taste in the history's codes."""
        digest = placed_by(history)
        found = self._placed.get(digest)
        if found is None:
            placing = placing_of(self.courses, self.n_chosen > 0, history)
            is_same = np.array_equal(self.courses.ids, history.courses.ids)
            found = placing, self.taste if is_same else self.taste.onto(placing)
            self._placed.clear()
            self._placed[digest] = found
        return found

    def _gap_closed(
        self, history: History, portraits: Capability, rows: NDArray[np.int64]
    ) -> Float32Array | None:
        if self.taste.cold.gap is None:
            return None
        return gap_closed_by_all(history.catalogue, portraits.take(rows))

    def recent_choices(self, history: History, day: int) -> csr_matrix:
        """What everybody had chosen before a day, faded, (n_employees, n_courses)."""
        shape = (history.n_employees, history.n_courses)
        power = self.taste.recency_power
        recent: csr_matrix = choices_before(history, day).recent_matrix(*shape, power)
        return recent

    def save(self, folder: Path) -> None:
        """Write the model: ``.npz`` without pickle and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: Any = taste_arrays(self.taste)
        np.savez(folder / "preference.npz", n_chosen=self.n_chosen, **arrays)
        about: dict[str, Any] = {
            "courses": self.courses.ids.tolist(),
            "roles": self.roles.ids.tolist(),
            "units": self.units.ids.tolist(),
            "values": taste_values(self.taste),
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
        with np.load(folder / "preference.npz", allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        return cls(
            courses=IdMap.of(about["courses"]),
            roles=IdMap.of(about["roles"]),
            units=IdMap.of(about["units"]),
            taste=taste_from(found, about["values"]),
            n_chosen=found["n_chosen"],
            config=PreferenceConfig.model_validate(about["config"]),
            fingerprint=about["fingerprint"],
            as_of_day=about["as_of_day"],
            seed=about["seed"],
            evidence=tuple(Evidence(**row) for row in about["evidence"]),
        )
