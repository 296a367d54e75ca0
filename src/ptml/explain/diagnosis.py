"""What the four sources say of each person who is below target, as JSON."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import ndtr

from ptml.contracts.outputs import CAUSES
from ptml.decide.diagnosis.everybody import Diagnosed
from ptml.decide.diagnosis.measures import AROUND, DRIVE, MEASURES, NAMES, SKILL
from ptml.decide.diagnosis.parts import MATTERS
from ptml.explain.json_text import Parts, joined, json_object, number_text, without_nulls

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_SKILL, _DRIVE, _AROUND = (MATTERS.index(matter) for matter in (SKILL, DRIVE, AROUND))
_ENVIRONMENT = CAUSES.index("environment")
_HOURS = NAMES.index("lost_hours")
_ANSWERED = tuple(
    k for k, measure in enumerate(MEASURES) if measure.matter == AROUND and k != _HOURS
)


@dataclass(frozen=True, eq=False)
class Counts:
    """What figures rest on, (n,) each.

    Attributes
    ----------
    gap : float64
        Mean gap to the role, levels; NaN = unknown.
    hours_per_head : float64
        That the person's unit lost within a year.
    n_scores, n_levels, n_incidents, n_answers, n_wishes, n_pain_points : int64
        Periods, assessed levels, incidents of the unit, answers, courses asked for and pain points.
    """

    gap: FloatArray
    hours_per_head: FloatArray
    n_scores: IntArray
    n_levels: IntArray
    n_incidents: IntArray
    n_answers: IntArray
    n_wishes: IntArray
    n_pain_points: IntArray


def person_evidence(found: Diagnosed, counts: Counts, worthwhile_points: float) -> pa.Array:
    """One JSON object a person: points lost to each matter, and what each source says.

    Every source has what it ``says`` (a key), the ``figure`` and its ``n``, the ``direction`` in
    which it points (a cause, or ``none``), and the ``strength`` (0-1) of that.
    """
    n = len(found.below)
    lost = found.losses.expected
    fields: dict[str, Parts] = {
        "points_lost": json_object(
            {
                name: [_number(lost[:, k], 1)]
                for k, name in enumerate(("capability", "motivation", "environment"))
            }
        ),
        "sources": [
            "[",
            *_performance(found, counts),
            ", ",
            *_capability(found, counts),
            ", ",
            *_incidents(found, counts, worthwhile_points),
            ", ",
            *_asked(found, counts),
            "]",
        ],
    }
    return joined(json_object(fields), n)


def _performance(found: Diagnosed, counts: Counts) -> Parts:
    """Whether what is lost lies with the unit, as its others show, or with the person."""
    shared = found.verdict.shares[:, _ENVIRONMENT]
    is_shared = shared >= 0.5
    return _source(
        "performance",
        np.where(is_shared, "shared_by_the_unit", "the_person_alone"),
        found.people.score,
        counts.n_scores,
        np.where(is_shared, "environment", "person"),
        np.maximum(shared, 1 - shared),
    )


def _capability(found: Diagnosed, counts: Counts) -> Parts:
    sure = _sure(found, _SKILL)
    is_short = sure >= 0.5
    return _source(
        "capability",
        np.where(is_short, "skills_short", "skills_as_usual"),
        counts.gap,
        counts.n_levels,
        np.where(is_short, "capability", "none"),
        np.maximum(sure, 1 - sure),
    )


def _incidents(found: Diagnosed, counts: Counts, worthwhile_points: float) -> Parts:
    model, accounts = found.accounts.model, found.accounts
    lost_hours = found.people.measures[:, _HOURS]
    away = np.nan_to_num(lost_hours - accounts.usual[_HOURS])
    error = np.abs(away) * np.sqrt(model.covariance[_HOURS, _HOURS])
    points = -away * model.worth[_HOURS]
    sure = ndtr((points - worthwhile_points) / np.maximum(error, 1e-9))
    known, many = np.isfinite(lost_hours), sure >= 0.5
    return _source(
        "incidents",
        np.select([~known, many], ["unknown", "hours_lost"], "quiet"),
        counts.hours_per_head,
        counts.n_incidents,
        np.where(known & many, "environment", "none"),
        np.where(known, np.maximum(sure, 1 - sure), np.nan),
    )


def _asked(found: Diagnosed, counts: Counts) -> Parts:
    """What the person says when asked: of motivation, or of what surrounds the work."""
    measures, worth = found.people.measures, found.accounts.model.worth
    usual = found.accounts.usual + [measure.middle for measure in MEASURES]
    around = np.nan_to_num(-((measures - usual) * worth)[:, list(_ANSWERED)]).sum(axis=1)
    drive, sure = found.losses.expected[:, _DRIVE], _sure(found, _DRIVE)
    answered = counts.n_answers > 0
    is_around = (around > np.maximum(drive, 0)) & answered
    is_low = ~is_around & (sure >= 0.5) & answered
    motivation, opportunity = (
        measures[:, NAMES.index(name)] for name in ("motivation", "opportunity")
    )
    return _source(
        "asked",
        np.select(
            [~answered, is_around, is_low],
            ["unknown", "surroundings_poor", "motivation_low"],
            "motivation_as_usual",
        ),
        np.where(is_around, opportunity, motivation),
        counts.n_answers,
        np.select([is_around, is_low], ["environment", "motivation"], "none"),
        np.where(answered, np.maximum(sure, 1 - sure), np.nan),
        wishes=counts.n_wishes,
        pain_points=counts.n_pain_points,
    )


def _sure(found: Diagnosed, matter: int) -> FloatArray:
    """Probability that something is lost to a matter, by its measures and what they hide."""
    error = np.sqrt(found.losses.error[:, matter] ** 2 + found.losses.hidden[matter])
    return np.asarray(ndtr(found.losses.expected[:, matter] / np.maximum(error, 1e-9)))


def _source(
    name: str,
    says: NDArray[np.str_],
    figure: FloatArray,
    n: IntArray,
    direction: NDArray[np.str_],
    strength: FloatArray,
    **more: IntArray,
) -> Parts:
    fields: dict[str, Parts] = {
        "source": [f'"{name}"'],
        "says": ['"', pa.array(says.tolist(), pa.string()), '"'],
        "figure": [_number(figure, 2)],
        "n": [_number(n, 0)],
        "direction": ['"', pa.array(direction.tolist(), pa.string()), '"'],
        "strength": [_number(strength, 2)],
        **{key: [_number(values, 0)] for key, values in more.items()},
    }
    return json_object(fields)


def _number(values: NDArray[np.generic], decimals: int) -> pa.Array:
    return without_nulls(number_text(values, decimals))
