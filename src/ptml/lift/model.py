"""The lift model as a value: fitted on data up to a day, saved and loaded without pickle."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.errors import DataError
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.lift.effects import LiftParts
from ptml.lift.estimate import LiftEstimate, refuse_all
from ptml.lift.fitted import FittedLift
from ptml.lift.storage import read_fitted, read_json, write_fitted, write_json

IntArray = NDArray[np.int32]

# Grows with every change of what is saved.
FORMAT = 2


@dataclass(frozen=True)
class LiftModel:
    """Points of performance that starting a course adds, or an honest refusal.

    Attributes
    ----------
    courses : IdMap
        Courses at training; any other is judged by its description.
    fitted : FittedLift or None
        None where nothing could be estimated.
    refusal : str or None
        Why no lift can be given at all.
    fingerprint : str
        Of the data that it was fitted on.
    as_of_day : int
        What it was fitted on was known before this day.
    points_per_level : float
        Slope of the predicted lifts on the weighted gap that the course closes; for ranking
        courses whose lift is not known. 0 = unknown.
    """

    courses: IdMap
    fitted: FittedLift | None
    refusal: str | None
    fingerprint: str
    as_of_day: int
    seed: int
    points_per_level: float
    evidence: tuple[Evidence, ...]

    def predict(
        self,
        history: History,
        rows: Rows,
        people: FeatureMatrix,
        pairs: FeatureMatrix,
        row_index: IntArray,
        course: IntArray,
    ) -> LiftEstimate:
        """Estimate the lift of pairs.

        Parameters
        ----------
        rows : Rows
            People as of a day.
        people : FeatureMatrix
            `person_features` of the same rows.
        pairs : FeatureMatrix
            `pair_features` of the pairs.
        row_index, course : (m,) int32
            Row and course (code of ``history.courses``) of each pair.
        """
        if self.fitted is None:
            return refuse_all(len(course))
        code = self._code(history, course)
        return self.fitted.predict(history, rows, people, pairs, row_index, course, code)

    def parts(
        self,
        history: History,
        people: FeatureMatrix,
        pairs: FeatureMatrix,
        row_index: IntArray,
        course: IntArray,
    ) -> LiftParts | None:
        """What the lift of each pair is made of, refused or not; None without a fitted model.

        Parameters are those of `predict`; the parts add up to its lift within 1e-6.
        """
        if self.fitted is None:
            return None
        code = self._code(history, course)
        return self.fitted.parts(history, people, pairs, row_index, course, code)

    def _code(self, history: History, course: IntArray) -> IntArray:
        """Code of each course in this model, (m,); -1 = new."""
        return self.courses.codes(history.courses.ids)[course].astype(np.int32)

    def save(self, folder: Path) -> None:
        """Write the model into a folder: JSON, ``.npz`` and LightGBM text."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(
            folder / "model.json",
            {
                "format": FORMAT,
                "courses": self.courses.ids.tolist(),
                "refusal": self.refusal,
                "fingerprint": self.fingerprint,
                "as_of_day": self.as_of_day,
                "seed": self.seed,
                "points_per_level": self.points_per_level,
                "evidence": [vars(row) for row in self.evidence],
            },
        )
        if self.fitted is not None:
            write_fitted(self.fitted, folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a model that `save` wrote; no pickle is touched.

        Raises
        ------
        DataError
            When another version of ptml wrote it.
        """
        found = read_json(folder / "model.json")
        if found.get("format") != FORMAT:
            raise DataError(
                f"{folder}: this lift model was written by another version of ptml; "
                "train it again with `ptml train`"
            )
        return cls(
            courses=IdMap.of(found["courses"]),
            fitted=None if found["refusal"] else read_fitted(folder),
            refusal=found["refusal"],
            fingerprint=found["fingerprint"],
            as_of_day=found["as_of_day"],
            seed=found["seed"],
            points_per_level=found["points_per_level"],
            evidence=tuple(Evidence(**row) for row in found["evidence"]),
        )


def refused(history: History, as_of_day: int, seed: int, reason: str) -> LiftModel:
    """A model that refuses every pair and says why."""
    note = Evidence("lift", "check", "enough_data", verdict="fail", payload={"note": reason})
    return LiftModel(
        history.courses, None, reason, history.fingerprint, as_of_day, seed, 0.0, (note,)
    )
