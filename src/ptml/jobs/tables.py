"""The output tables of a scored bucket, with ids for codes and reasons in words."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.contracts.outputs import ARMS
from ptml.decide.exclusions import REASONS, SHORT_LIST_REASONS
from ptml.decide.portrait import portrait_rows
from ptml.explain.gap_closing import leading_gap
from ptml.explain.json_text import joined, json_object, number_text
from ptml.explain.preference import preference_reasons
from ptml.explain.recommendations import RecommendationFacts, recommendation_reasons
from ptml.explain.warnings import warnings_table
from ptml.explain.words import Words
from ptml.jobs.bucket import ScoredBucket
from ptml.lift.refusal import STATUSES
from ptml.transfer.completions import STAGES

Codes = NDArray[np.integer]


def ids_at(ids: IdMap, code: Codes) -> pa.Array:
    """External ids of codes; empty for -1."""
    taken = pa.array(np.where(code < 0, 0, code), mask=code < 0)
    return pa.array(ids.ids.tolist(), pa.string()).take(taken)


def words_at(words: tuple[str, ...], code: Codes) -> pa.Array:
    """Words of a fixed list by position; empty for -1."""
    return pa.array(words, pa.string()).take(pa.array(np.where(code < 0, 0, code), mask=code < 0))


def employee_ids(scored: ScoredBucket, row: Codes) -> pa.Array:
    """Ids of the people of rows."""
    return ids_at(scored.history.employees, scored.rows.employee[row])


def lift_table(scored: ScoredBucket) -> pa.Table:
    """`lift`: every candidate course of everybody."""
    return pa.table(
        {
            "employee_id": employee_ids(scored, scored.row),
            "course_id": ids_at(scored.history.courses, scored.course),
            "lift": scored.lift.lift,
            "lift_low": scored.lift.low,
            "lift_high": scored.lift.high,
            "support": scored.lift.support,
            "status": words_at(STATUSES, scored.lift.status.astype(np.int64)),
        }
    )


def recommendations_table(scored: ScoredBucket, names: list[str], words: Words) -> pa.Table:
    """`recommendations`: the best courses of everybody, with reasons.

    Parameters
    ----------
    names : list of str
        Names of the competencies by code.
    words : Words
        In the language that is to be said.
    """
    pair = scored.ranking.pair
    row, course = scored.row[pair], scored.course[pair]
    return pa.table(
        {
            "employee_id": employee_ids(scored, row),
            "rank": scored.ranking.rank,
            "course_id": ids_at(scored.history.courses, course),
            "score": scored.ranking.score,
            "lift": scored.lift.lift[pair],
            "lift_low": scored.lift.low[pair],
            "lift_high": scored.lift.high[pair],
            "p_complete": scored.p_complete[pair],
            "preference": np.clip(_preference(scored), 0, 1),
            "gap_closed": scored.gap_closed[pair],
            "reasons": _reasons(scored, pair, names, words),
        }
    )


def exposures_table(scored: ScoredBucket, policy: str) -> pa.Table:
    """`exposures`: what is shown at which rank, and with which probability.

    Parameters
    ----------
    policy : str
        Id of what decides (`ptml.jobs.policy`).
    """
    shown = scored.ranking
    return pa.table(
        {
            "employee_id": employee_ids(scored, shown.row),
            "rank": shown.rank,
            "course_id": ids_at(scored.history.courses, shown.course),
            "policy": pa.array([policy] * len(shown), pa.string()),
            "explored": scored.shown.explored,
            "propensity": scored.shown.propensity,
        }
    )


def short_lists_table(scored: ScoredBucket, asked: int) -> pa.Table:
    """`short_lists`: whose lists are shorter than asked, and what took courses from them."""
    short = scored.short_lists
    counts = {
        name: [number_text(short.counts[:, code])] for code, name in enumerate(REASONS) if name
    }
    return pa.table(
        {
            "employee_id": employee_ids(scored, short.row),
            "listed": short.listed.astype(np.int32),
            "asked": np.full(len(short.row), asked, dtype=np.int32),
            "reason": words_at(SHORT_LIST_REASONS, short.reason.astype(np.int64)),
            "reasons": joined(json_object(counts), len(short.row)),
        }
    )


def _reasons(
    scored: ScoredBucket, pair: NDArray[np.int64], names: list[str], words: Words
) -> pa.Array:
    row, course = scored.row[pair], scored.course[pair]
    catalogue = scored.history.catalogue
    gap = leading_gap(catalogue, scored.portraits, row, course)
    # By the model and not by the lifts at hand: a person's words must not turn on who is beside.
    estimated = scored.lift_facts is not None
    facts = RecommendationFacts(
        n_pairs=len(pair),
        competency=gap.competency,
        from_level=gap.from_level,
        to_level=gap.to_level,
        lift=scored.lift.lift[pair] if estimated else None,
        lift_low=scored.lift.low[pair] if estimated else None,
        lift_high=scored.lift.high[pair] if estimated else None,
        made_of=scored.lift_facts,
        role_share=np.nan_to_num(scored.role_take_rate[pair]),
        n_unlocked=catalogue.requires.sum(axis=0)[course],
        explored=scored.shown.explored,
    )
    if scored.parts is None:
        return recommendation_reasons(facts, names, words=words)
    courses = scored.history.courses.ids.tolist()
    titles = [
        str(title) or name for title, name in zip(catalogue.title.tolist(), courses, strict=True)
    ]
    preference = preference_reasons(scored.parts, courses, titles, words)
    return recommendation_reasons(facts, names, preference, words)


def _preference(scored: ScoredBucket) -> NDArray[np.floating]:
    """Of what is shown, to the digit that its parts add up to."""
    if scored.parts is not None:
        return scored.parts.preference
    return scored.preference[scored.ranking.pair]


def warnings_of(scored: ScoredBucket, words: Words, day: int) -> pa.Table | None:
    """`warnings`: completions whose use on the job is still open; None = no model."""
    if scored.warnings is None or scored.arms is None:
        return None
    frame = warnings_table(scored.history, scored.warnings, scored.arms, words, day)
    return pa.Table.from_pandas(frame, preserve_index=False)


def flags_table(scored: ScoredBucket, policy: str) -> pa.Table | None:
    """`flags`: what reached the threshold, and whether it was flagged or held out; None = no model.

    Parameters
    ----------
    policy : str
        Id of what decides (`ptml.jobs.policy`).
    """
    if scored.warnings is None or scored.arms is None:
        return None
    arms, at = scored.arms, np.flatnonzero(scored.arms.reached)
    completions = scored.warnings.completions.take(at)
    enrolment_id = scored.history.enrolments.enrolment_id[completions.enrolment]
    return pa.table(
        {
            "enrolment_id": pa.array(enrolment_id.tolist(), pa.string()),
            "stage": words_at(STAGES, completions.stage.astype(np.int64)),
            "arm": words_at(ARMS, arms.code[at].astype(np.int64)),
            "p_weak": scored.warnings.p_weak[at],
            "propensity": arms.propensity[at],
            "holdout_share": np.full(len(at), arms.share),
            "policy": pa.array([policy] * len(at), pa.string()),
        }
    )


def portraits_table(scored: ScoredBucket) -> pa.Table:
    """`portraits`: levels, requirements and gaps."""
    found = portrait_rows(scored.portraits)
    return pa.table(
        {
            "employee_id": employee_ids(scored, found.row),
            "competency_id": ids_at(scored.history.competencies, found.competency),
            "level": found.level,
            "level_se": found.level_se,
            "required": found.required,
            "gap": found.gap,
            "trend": found.trend,
        }
    )
