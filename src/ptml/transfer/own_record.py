"""A person's own earlier courses: outcomes, and what was kept of tasks, talks and uses."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.features.history import History
from ptml.transfer.labels import Labels
from ptml.transfer.norms import sign_days
from ptml.transfer.past_means import Steps

Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class OwnRecord:
    """Of the employees of one history, to be read before any day.

    Attributes
    ----------
    weak, check : Steps
        Weak transfers and mean behaviour checks (0-1) by employee.
    signs : Steps
        Evidence other than behaviour checks, done (1) or missed (0), by `sign_owner`.
    """

    weak: Steps
    check: Steps
    signs: Steps

    @classmethod
    def of(cls, history: History, labels: Labels, as_of_day: int) -> Self:
        """Collect what was known before a day."""
        known = np.flatnonzero(labels.known_at(as_of_day))
        employee, day = labels.employee[known], labels.last_unknown[known]
        weak, check = labels.weak[known], labels.mean_score[known]
        log = history.evidence
        sign_day, is_done = sign_days(history)
        rows = np.flatnonzero(sign_day < as_of_day)
        return cls(
            weak=Steps.of(employee, day, weak.astype(np.float64), step_days=1),
            check=Steps.of(employee, day, check.astype(np.float64), step_days=1),
            signs=Steps.of(
                sign_owner(log.employee[rows], log.kind[rows]),
                sign_day[rows],
                is_done[rows],
                step_days=1,
            ),
        )


def sign_owner(employee: Codes, kind: Codes | int) -> Codes:
    """One code of an employee and a kind of evidence, (n,) int32."""
    return (employee * len(EVIDENCE_KINDS) + kind).astype(np.int32)
