"""The diagnosis of all people and units, once everybody was added."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.outputs import PERFORMANCE_STATES
from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.measures import People
from ptml.decide.diagnosis.parts import (
    Accounts,
    Losses,
    accounts_of,
    losses_of_people,
    losses_of_units,
)
from ptml.decide.diagnosis.pool import codes, people_of
from ptml.decide.diagnosis.surroundings import Surroundings
from ptml.decide.diagnosis.verdict import Verdict, verdict

IntArray = NDArray[np.int64]

_BELOW = PERFORMANCE_STATES.index("below")


@dataclass(frozen=True, eq=False)
class Diagnosed:
    """What holds people and units back, by the mixed model of the organisation.

    Attributes
    ----------
    below : (m,) int64
        Positions of those who are below target, in the order of the pool.
    people : People
        Those of `below`.
    losses, verdict
        Of those of `below`.
    unit_losses, unit_verdict
        Of every unit.
    """

    accounts: Accounts
    below: IntArray
    people: People
    losses: Losses
    verdict: Verdict
    unit_losses: Losses
    unit_verdict: Verdict

    @classmethod
    def of(cls, table: pa.Table, around: Surroundings, config: DiagnosisConfig) -> Self | None:
        """Diagnose everybody of a pool; None = too few people or units to tell anything from."""
        people, n_units = people_of(table, around.hours_per_head), len(around.people)
        accounts = accounts_of(people, n_units, config)
        if accounts is None:
            return None
        below = np.flatnonzero((codes(table, "state") == _BELOW) & np.isfinite(people.score))
        few = People(people.unit[below], people.score[below], people.measures[below])
        losses = losses_of_people(people, accounts, config, below)
        of_units = losses_of_units(accounts, config)
        return cls(
            accounts=accounts,
            below=below,
            people=few,
            losses=losses,
            verdict=verdict(losses, config),
            unit_losses=of_units,
            unit_verdict=verdict(of_units, config, config.worthwhile_points),
        )
