"""Orthogonal loss of later decisions by effects learnt from earlier ones of other people."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.lift.checks.held_out import beats
from ptml.lift.config import LiftConfig
from ptml.lift.estimation import Comparison
from ptml.lift.forward import TimeSplit
from ptml.lift.learning import Learnt, learn
from ptml.lift.pooled import Figure
from ptml.lift.study import Setting, study_of
from ptml.search.gain import Gain
from ptml.search.space import with_values

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Courses that have to be started early, and late.
FEWEST_STARTS = 200
# People that trials are learnt from and judged by, at the most.
MOST_PEOPLE = 20_000


@dataclass(frozen=True, eq=False)
class ForwardLoss:
    """What settings are learnt from and judged by.

    What outcomes are held against is the same for all settings, so that they are compared pair by
    pair: it is learnt from those who are judged, with the settings that were given.

    Attributes
    ----------
    setting : Setting
        All that is known.
    split : TimeSplit
    learnt_from, judged_by : (n_employees,) bool
    seed : int
        Of what outcomes are held against.
    """

    history: History
    shared: Shared
    setting: Setting
    split: TimeSplit
    config: LiftConfig
    learnt_from: BoolArray
    judged_by: BoolArray
    seed: int

    @classmethod
    def of(
        cls,
        history: History,
        shared: Shared,
        setting: Setting,
        split: TimeSplit,
        config: LiftConfig,
        seed: int,
    ) -> "ForwardLoss":
        """Learn from a random half of the people, judge by the others."""
        rng = np.random.default_rng(seed)
        order = rng.permutation(history.n_employees)[:MOST_PEOPLE]
        learnt_from, judged_by = (np.zeros(history.n_employees, dtype=np.bool_) for _ in range(2))
        learnt_from[order[::2]] = True
        judged_by[order[1::2]] = True
        return cls(history, shared, setting, split, config, learnt_from, judged_by, seed)

    def turned(self) -> "ForwardLoss":
        """The same with the halves exchanged."""
        return ForwardLoss(
            self.history,
            self.shared,
            self.setting,
            self.split,
            self.config,
            self.judged_by,
            self.learnt_from,
            self.seed,
        )

    @property
    def name(self) -> str:
        """The judged quarters and people."""
        first, last = self.split.first_late, int(self.setting.panel.quarter.max())
        starts = self.setting.grid.starts
        return (
            f"decisions of the quarters from {date_of(int(starts[first]))} to "
            f"{date_of(int(starts[last]))}, {int(self.judged_by.sum()):,} people"
        )

    def judge(self, settings: Mapping[str, Any], seed: int) -> FloatArray:
        """Lift of each pair that counts by effects that are learnt, (p,); else 0."""
        config = with_values(self.config, settings)
        early = self.setting.of(self.learnt_from, self.split.last_early)
        learnt = self._learnt(early, config, seed)
        study, contrast = self._judged.study, self._late.contrast
        counts = np.flatnonzero(contrast.weight)
        pair, course = contrast.pair[counts], contrast.course[counts]
        row = study.sample.row[pair]
        z = learnt.study.modifiers.standardise(study.pairs.take(pair), study.people, row)
        description = learnt.study.description.values(self.history.catalogue)[course]
        found = np.zeros(len(contrast.pair))
        found[counts] = learnt.effects.predict(course, z, description)[0]
        return found

    def figure(self, values: FloatArray, rival: FloatArray) -> Figure:
        """How much lower the loss of lifts (p,) is than a rival's, on later decisions."""
        return beats(self._late, self._judged.compared.y, values, rival)

    def gain(self, values: FloatArray, rival: FloatArray) -> Gain:
        """The same, as a search takes it."""
        found = self.figure(values, rival)
        return Gain(found.value, found.error)

    def level(self, values: FloatArray) -> float:
        """How much lower the loss is than that of no lift at all."""
        return self.figure(values, np.zeros(len(values))).value

    @cached_property
    def _judged(self) -> Learnt:
        last = int(self.setting.grid.n_quarters)
        return self._learnt(self.setting.of(self.judged_by, last), self.config, self.seed)

    @cached_property
    def _late(self) -> Comparison:
        return self._judged.compared.evidence.only(self.split.late(self._judged.study.quarter))

    def _learnt(self, setting: Setting, config: LiftConfig, seed: int) -> Learnt:
        rng = np.random.default_rng(seed)
        return learn(study_of(self.history, self.shared, setting, config, seed, rng), config, seed)


def is_enough(setting: Setting, split: TimeSplit) -> bool:
    """Whether enough courses were started early, and late."""
    quarter = setting.starts.quarter[setting.chosen]
    early, late = int(split.early(quarter).sum()), int(split.late(quarter).sum())
    return min(early, late) >= FEWEST_STARTS
