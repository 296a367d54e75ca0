"""MOOCCubeX: the last enrolment of each learner held out, and learners nobody has learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from ptml.evaluate.mooccubex import Split as LastEnrolment
from ptml.evaluate.mooccubex import read_splits
from ptml.evaluate.recommenders.split import Split, drawn
from ptml.recommend.choices import Choices

NEW_SHARE = 0.1
_DAY = 0


@dataclass(frozen=True)
class Set:
    """Splits that share their settings: one to tune on, the others to judge on by name."""

    name: str
    validation: Split
    tests: Mapping[str, Split]


def enrolment_sets(source: Path, seeds: Sequence[int], n_judged: int) -> tuple[Set, Set]:
    """Read MOOCCubeX as prepared, and its whole rows.

    Settings for the prepared set are chosen under its own fault (`ptml.evaluate.mooccubex`). From
    the whole rows there is also ``new_SEED``: a tenth of the learners, drawn with the seed, unseen
    by the fit and folded in by their earlier enrolments.
    """
    splits = read_splits(source)
    whole = _split(splits.whole)
    new = {f"new_{seed}": _unseen(whole, seed, n_judged) for seed in seeds}
    return (
        Set(
            "prepared",
            _drawn(_split(splits.faulty_validation), seeds[:1], n_judged),
            {"prepared": _drawn(_split(splits.prepared), seeds, n_judged)},
        ),
        Set(
            "whole",
            _drawn(_split(splits.validation), seeds[:1], n_judged),
            {"whole": _drawn(whole, seeds, n_judged), **new},
        ),
    )


def _split(given: LastEnrolment) -> Split:
    n_people, n_courses = given.taken.shape
    choices = given.choices
    # Days count back from each learner's own last enrolment: no dates are known.
    back = choices.same_person[1] - np.arange(len(choices))
    choices = Choices(
        choices.employee,
        choices.course,
        (_DAY - 1 - back).astype(np.int32),
        choices.role,
        choices.weight,
    )
    asked = np.flatnonzero(given.next_course >= 0)
    cells = (np.ones(len(asked), dtype=np.float32), (asked, given.next_course[asked]))
    held_out: Any = csr_matrix(cells, shape=given.taken.shape)
    return Split(
        choices,
        np.ones(len(choices), dtype=np.bool_),
        np.full(n_people, -1, dtype=np.int32),
        n_courses,
        0,
        _DAY,
        given.taken,
        held_out,
        np.zeros(n_courses, dtype=np.bool_),
        {},
    )


def _drawn(split: Split, seeds: Sequence[int], n_judged: int) -> Split:
    draws = {
        seed: drawn(split.held_out, split.excluded, split.closed, n_judged, seed) for seed in seeds
    }
    return replace(split, draws=draws)


def _unseen(split: Split, seed: int, n_judged: int) -> Split:
    rng = np.random.default_rng([seed, 1])
    n_people = split.shape[0]
    new = np.zeros(n_people, dtype=np.bool_)
    new[rng.choice(n_people, max(int(n_people * NEW_SHARE), 1), replace=False)] = True
    of_new = csr_matrix(split.held_out.multiply(new[:, None]))
    people = drawn(of_new, split.excluded, split.closed, n_judged, seed)
    return replace(split, learnt=~new[split.choices.employee], draws={seed: people})
