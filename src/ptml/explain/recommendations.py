"""Why a course is recommended: what is known of each pair, in sentences, as JSON text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.explain.json_text import escaped, json_list
from ptml.explain.lift_reasons import PARTS, LiftFacts
from ptml.explain.said import Said, said_column
from ptml.explain.text_columns import Some
from ptml.explain.words import SECTIONS, Words
from ptml.lift.refusal import STATUSES

Floats = NDArray[np.floating]
Codes = NDArray[np.integer]

# A smaller share of the role is no reason to take a course.
POPULAR_SHARE = 0.2
# A gap closed by less is not seen when levels are written with one decimal.
SMALLEST_STEP_LEVELS = 0.05
_PERCENT = 100
# Parts add up to the lift within 1e-6.
PART_DECIMALS = 8


@dataclass(frozen=True, eq=False)
class RecommendationFacts:
    """What is known of m recommended pairs, (m,) each; None = not known of any.

    Attributes
    ----------
    competency : int
        Position among the names of the competency of which most of the gap is closed; -1 = none.
    from_level, to_level : float
        The person's level in it, and what the course leads to as far as the role asks for it.
    lift, lift_low, lift_high : float
        Points with the 90 % interval; NaN where the lift is refused.
    made_of : LiftFacts
        What the lifts are made of.
    role_share : float
        Share of people of the role who chose the course, 0-1; NaN = unknown.
    n_unlocked : int
        Courses that require this one.
    goal_competency : int
        Position among the names of an open personal goal that the course serves; -1 = none.
    explored : bool
        Whether the course is there by a draw, to learn whether it is wanted.
    """

    n_pairs: int
    competency: Codes | None = None
    from_level: Floats | None = None
    to_level: Floats | None = None
    lift: Floats | None = None
    lift_low: Floats | None = None
    lift_high: Floats | None = None
    made_of: LiftFacts | None = None
    role_share: Floats | None = None
    n_unlocked: Codes | None = None
    goal_competency: Codes | None = None
    explored: NDArray[np.bool_] | None = None


def recommendation_reasons(
    facts: RecommendationFacts,
    competency_names: Sequence[str],
    preference: pa.Array | None = None,
    words: Words = SECTIONS,
) -> pa.Array:
    """Write the reasons of each recommended pair: a draw if it was one, then the expected gain.

    Parameters
    ----------
    preference : (m,) text, optional
        `ptml.explain.preference.preference_reasons`, which come last.
    words : Words
        In the language that is to be said.

    Returns
    -------
    (m,) text
        A JSON list of ``{code, text_key, values, text}``; never empty: a pair of which nothing
        else is known says that people with a similar history chose the course.
    """
    said = [
        *_explored(facts),
        *_lift(facts),
        *_gap(facts),
        *_goal(facts),
        *_unlocks(facts),
        *_popular(facts),
    ]
    unexplained = np.ones(facts.n_pairs, dtype=np.bool_)
    for part in said:
        unexplained &= ~part.rows
    if preference is None:
        said.append(Said("history.alike", unexplained))
    names = {"competency": escaped(competency_names)}
    columns: list[pa.Array | Some] = [
        said_column(part, "recommendation", names, words) for part in said if part.rows.any()
    ]
    if preference is not None:
        columns.append(preference)
    return json_list(columns, facts.n_pairs)


def _explored(facts: RecommendationFacts) -> list[Said]:
    return [] if facts.explored is None else [Said("explored.draw", facts.explored)]


def _lift(facts: RecommendationFacts) -> list[Said]:
    if facts.lift is None or facts.lift_low is None or facts.lift_high is None:
        return []
    numbers = {"lift": (facts.lift, 1), "low": (facts.lift_low, 1), "high": (facts.lift_high, 1)}
    is_known, is_clear = np.isfinite(facts.lift), facts.lift_low > 0
    made_of = facts.made_of
    if made_of is None:
        return [
            Said("lift.gain", is_known & is_clear, numbers, {}),
            Said("lift.unclear", is_known & ~is_clear, numbers, {}),
            Said("lift.refused", ~is_known),
        ]
    numbers |= {name: (value, PART_DECIMALS) for name, value in made_of.parts.items()}
    numbers["support"] = (made_of.support.astype(np.float64), 0)
    refused = [Said(f"lift.refused.{name}", made_of.is_refused_as(name)) for name in STATUSES[1:]]
    new = is_known & is_clear & (made_of.support == 0)
    return [
        *_leading(facts, made_of, is_known & is_clear & ~new, numbers),
        Said("lift.gain.new", new, numbers, {}),
        Said("lift.unclear", is_known & ~is_clear, numbers, {}),
        *refused,
    ]


def _leading(
    facts: RecommendationFacts,
    made_of: LiftFacts,
    rows: NDArray[np.bool_],
    numbers: Mapping[str, tuple[Floats, int]],
) -> list[Said]:
    """A sentence for each part that may add most; a gap is named where it is known."""
    leading = made_of.leading
    said = []
    for position, part in enumerate(PARTS):
        here = rows & (leading == position)
        if part == "gap" and facts.competency is not None:
            named = here & (facts.competency >= 0)
            names = {"competency": facts.competency}
            said.append(Said("lift.gain.gap_in", named, numbers, names))
            here = here & ~named
        said.append(Said(f"lift.gain.{part}", here, numbers, {}))
    return said


def _gap(facts: RecommendationFacts) -> list[Said]:
    if facts.competency is None or facts.from_level is None or facts.to_level is None:
        return []
    rows = (facts.competency >= 0) & (facts.to_level - facts.from_level > SMALLEST_STEP_LEVELS)
    levels = {"from_level": (facts.from_level, 1), "to_level": (facts.to_level, 1)}
    return [Said("closes_gap.levels", rows, levels, {"competency": facts.competency})]


def _goal(facts: RecommendationFacts) -> list[Said]:
    if facts.goal_competency is None:
        return []
    names = {"competency": facts.goal_competency}
    return [Said("personal_goal.competency", facts.goal_competency >= 0, {}, names)]


def _unlocks(facts: RecommendationFacts) -> list[Said]:
    if facts.n_unlocked is None:
        return []
    n = facts.n_unlocked
    one, many = n == 1, n > 1
    return [
        Said("unlocks.course", one),
        Said("unlocks.courses", many, {"courses": (n.astype(np.float64), 0)}, {}),
    ]


def _popular(facts: RecommendationFacts) -> list[Said]:
    if facts.role_share is None:
        return []
    rows = facts.role_share >= POPULAR_SHARE
    return [Said("popular.role", rows, {"share": (facts.role_share * _PERCENT, 0)}, {})]
