"""What the groups of completion features look at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.transfer.completions import Completions
from ptml.transfer.norms import Norms
from ptml.transfer.own_record import OwnRecord
from ptml.transfer.past_means import Steps, shrunk_mean

Codes = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class CompletionView:
    """Completions at their moments with all that their features are made of.

    Attributes
    ----------
    own : OwnRecord
        Of the history's employees.
    strength : float
        Cases that a norm is shrunk by.
    """

    history: History
    completions: Completions
    norms: Norms
    own: OwnRecord
    strength: float

    @cached_property
    def rows(self) -> Rows:
        """Who, as of the moment of the warning."""
        return self.completions.rows(self.history)

    @property
    def enrolment(self) -> Codes:
        """Position in the enrolment log, (n,) int32."""
        return self.completions.enrolment

    @cached_property
    def course(self) -> Codes:
        """Course of each completion, (n,) int32."""
        return self.history.enrolments.course[self.enrolment]

    @cached_property
    def completed(self) -> Codes:
        """Day of each completion, (n,) int32."""
        return self.history.enrolments.completed[self.enrolment]

    @cached_property
    def course_of_norms(self) -> Codes:
        """The course's code in the norms, (n,) int32; -1 for a course that is new since."""
        return _translated(self.history.courses, self.norms.courses, self.course)

    @cached_property
    def unit_of_norms(self) -> Codes:
        """Code in the norms of the person's unit at the moment, (n,) int32; -1 = none or new."""
        unit = standing(self.history, self.rows).unit
        return _translated(self.history.units, self.norms.units, unit)

    def course_norm(self, name: str) -> Floats:
        """The course's mean of that name as it was known at the moment, (n,) float32."""
        return self.norms.means[name].shrunk(self.course_of_norms, self.rows.day, self.strength)

    def unit_norm(self, name: str) -> Floats:
        """The unit's mean of that name as it was known at the moment, (n,) float32."""
        return self.norms.means[name].shrunk(self.unit_of_norms, self.rows.day, self.strength)

    def unit_norm_of_late(self, name: str, days: int, strength: float) -> Floats:
        """The same of the last days alone, shrunk towards the unit's mean so far, (n,) float32."""
        usual = self.unit_norm(name).astype(np.float64)
        steps = self.norms.means[name].by_owner
        return shrunk_mean(steps, self.unit_of_norms, self.rows.day, usual, strength, days)

    def own_norm(self, steps: Steps, name: str) -> Floats:
        """The person's own mean, shrunk towards the mean of all of that name, (n,) float32."""
        prior = self.norms.means[name].of_all(self.rows.day)
        return shrunk_mean(steps, self.rows.employee, self.rows.day, prior, self.strength)


def _translated(ids: IdMap, other: IdMap, code: Codes) -> Codes:
    # A code of -1 looks up the last entry: unknown.
    table = np.append(other.codes(ids.ids), np.int32(-1))
    return table[code]
