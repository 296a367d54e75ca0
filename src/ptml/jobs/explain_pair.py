"""Explain one person and one course: may it be offered, where does it stand, why this, why not."""

import difflib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ptml.contracts.dataset import Dataset
from ptml.contracts.ids import IdMap
from ptml.decide.rank import Candidates, expected_gain
from ptml.errors import UsageError
from ptml.explain.catalogue import LIFT_PARTS, RECOMMENDATIONS
from ptml.explain.exclusion import Pair, course_name, exclusion_sentences
from ptml.explain.lift_reasons import lift_facts
from ptml.explain.preference import leading_past
from ptml.features.bucket import Bucket, bucket_of
from ptml.features.eligibility import reasons_by_right, reasons_by_room
from ptml.features.history import load_history
from ptml.features.pairs import pair_features
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import as_of_asked, epoch_day, models_asked
from ptml.jobs.bucket import ScoredBucket, score_people
from ptml.jobs.models import Models, load_models
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.lift.refusal import STATUSES, refusal_words
from ptml.recommend.parts import PreferenceParts

_N_ABOVE = 3
_N_NEAR = 3


def explain_pair(
    data: str,
    models_folder: Path,
    employee_id: str,
    course_id: str,
    as_of: date | None,
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    """Say why a course is or is not recommended to a person, as `ptml score` would see it.

    Raises
    ------
    UsageError
        For an id that is not known, with the nearest ones, or a person who is not employed.
    """
    progress.stage("Reading and checking")
    with read_people(data, settings.source, models_folder, postgres=settings.postgres) as dataset:
        day = as_of_asked(dataset, as_of)
        asked = tuple(name for name in models_asked(dataset, []) if name != "warnings")
        models = load_models(models_folder, asked, [])
        bucket = _bucket_of(dataset, employee_id, settings)
        progress.stage("Looking up histories")
        history, shared = load_history(dataset, bucket), shared_averages(dataset)
        course = _code(history.courses, course_id, "course")
        scored = score_people(history, shared, models, epoch_day(day), settings)
        names = dataset.query("SELECT competency_id, name FROM competencies")
    by_id = dict(zip(names["competency_id"], names["name"], strict=True))
    labels = tuple(str(by_id.get(str(k), k)) for k in history.competencies.ids)
    place = np.flatnonzero(history.employees.ids[scored.rows.employee] == employee_id)
    if not len(place):
        raise UsageError(f"employee {employee_id} is not employed on {day}: nothing is recommended")
    row = int(place[0])
    excluded = _excluded(scored, shared, row, course, settings)
    portrait = scored.portraits.take(np.array([row]))
    rows = scored.rows.take(np.array([row]))
    pair = Pair(history, rows, portrait, course, settings.eligibility, labels)
    summary: dict[str, Any] = {
        "employee_id": employee_id,
        "course_id": course_id,
        "as_of": day,
        "eligible": not excluded,
        "excluded": excluded,
    }
    sentences = [f"{course_name(history, course)} for {employee_id} as of {day}"]
    if excluded:
        sentences.append("It may not be offered:")
        sentences += [f"  {text}" for text in exclusion_sentences(excluded, pair)]
    else:
        sentences.append("It may be offered.")
        standing = _standing(scored, models, row, course, settings)
        summary |= standing
        sentences += _standing_sentences(scored, standing)
        made_of = _lift_parts(scored, shared, models, row, course)
        summary["lift_parts"] = made_of
        if standing.get("lift") is not None:
            sentences += [
                f"  {made_of[name]:+.2f}  {words}"
                for name, words in LIFT_PARTS.items()
                if name in made_of
            ]
    parts = _parts(scored, models, row, course)
    summary["preference_parts"] = parts
    sentences += _parts_sentences(scored, parts)
    return {**summary, "sentences": sentences}


def _bucket_of(dataset: Dataset, employee_id: str, settings: Settings) -> Bucket:
    found = bucket_of(dataset, employee_id, settings.scoring.bucket_employees)
    if found is None:
        everybody = dataset.query("SELECT employee_id FROM employees")["employee_id"].tolist()
        raise unknown_id("employee", employee_id, everybody)
    return found


def _code(ids: IdMap, name: str, what: str) -> int:
    code = int(ids.codes([name])[0])
    if code < 0:
        raise unknown_id(what, name, ids.ids.tolist())
    return code


def unknown_id(what: str, name: str, known: list[str]) -> UsageError:
    """The error that says that an id is not known, with the nearest that are."""
    near = difflib.get_close_matches(name, known, n=_N_NEAR, cutoff=0.4)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return UsageError(f"there is no {what} {name}{hint}")


def _excluded(
    scored: ScoredBucket, shared: Shared, row: int, course: int, settings: Settings
) -> list[str]:
    """All reasons, not only the first."""
    rows = scored.rows.take(np.array([row]))
    level = scored.portraits.level[row : row + 1]
    config = settings.eligibility
    reasons = {
        **reasons_by_right(scored.history, rows, level, config),
        **reasons_by_room(scored.history, shared, rows, config),
    }
    return [name for name, applies in reasons.items() if applies[0, course]]


def _standing(
    scored: ScoredBucket, models: Models, row: int, course: int, settings: Settings
) -> dict[str, Any]:
    """Where the course stands among all that the person could be recommended."""
    own = np.flatnonzero(scored.row == row)
    at = own[scored.course[own] == course]
    if not len(at):
        return {"looked_at": False}
    candidates = Candidates(
        scored.row[own],
        scored.course[own],
        scored.lift.lift[own],
        scored.lift.low[own],
        scored.preference[own],
        scored.gap_closed[own],
    )
    per_level = models.lift.points_per_level if models.lift else 0.0
    score = expected_gain(candidates, per_level, settings.rank)
    score[candidates.has_no_gain] = -np.inf
    pair, here = int(at[0]), int(np.flatnonzero(own == at[0])[0])
    order = np.lexsort((candidates.course, -score))
    rank = int(np.flatnonzero(order == here)[0]) + 1
    liking = settings.rank.preference_points * float(np.nan_to_num(scored.preference[pair]))
    above = [
        {
            "course_id": str(scored.history.courses.ids[candidates.course[k]]),
            "score": float(score[k]),
        }
        for k in order[: rank - 1][:_N_ABOVE]
    ]
    lift = scored.lift
    shown = scored.ranking
    drawn = scored.shown.explored & (shown.row == row) & (shown.course == course)
    return {
        "looked_at": True,
        "drawn": bool(drawn.any()),
        "rank": rank if np.isfinite(score[here]) else None,
        "listed": settings.rank.top_k,
        "candidates": len(own),
        "score": float(score[here]) if np.isfinite(score[here]) else None,
        "score_from_preference": liking,
        "score_from_gain": float(score[here]) - liking if np.isfinite(score[here]) else None,
        "above": above,
        "lift": _number(lift.lift[pair]),
        "lift_low": _number(lift.low[pair]),
        "lift_high": _number(lift.high[pair]),
        "lift_status": STATUSES[int(lift.status[pair])],
        "support": int(lift.support[pair]),
        "p_complete": _number(scored.p_complete[pair]),
        "gap_closed": _number(scored.gap_closed[pair]),
    }


def _standing_sentences(scored: ScoredBucket, found: dict[str, Any]) -> list[str]:
    if not found["looked_at"]:
        return ["It was not looked at: too many other courses are better liked."]
    told = []
    if found["drawn"]:
        told.append(RECOMMENDATIONS["explored.draw"])
    if found["rank"] is None:
        told.append("It is not recommended: its effect is estimated at nothing, or at harm.")
    elif found["rank"] <= found["listed"]:
        told.append(f"Rank {found['rank']} of {found['candidates']} courses: it is recommended.")
    else:
        told.append(
            f"Rank {found['rank']} of {found['candidates']} courses: below the {found['listed']} "
            "that are recommended."
        )
    if found["score"] is not None:
        told.append(
            f"Score {found['score']:.2f} points: {found['score_from_gain']:.2f} expected gain and "
            f"{found['score_from_preference']:.2f} for being liked."
        )
    if found["lift"] is None:
        told.append(
            f"Lift: not estimated ({found['lift_status']}, {found['support']} comparable takers): "
            + refusal_words(found["lift_status"])
        )
    else:
        told.append(
            f"Lift {found['lift']:+.1f} points (90 %: {found['lift_low']:+.1f} to "
            f"{found['lift_high']:+.1f}), from {found['support']} comparable takers."
        )
    if found["gap_closed"] is not None:
        closed = found["gap_closed"]
        told.append(
            f"Closes {closed:.2f} weighted levels of gap."
            if closed > 0
            else "Closes no gap that is measured: it stands on its lift and on preference."
        )
    if found["p_complete"] is not None:
        told.append(f"Would be completed with a probability of {found['p_complete']:.0%}.")
    for item in found["above"]:
        code = int(scored.history.courses.codes([item["course_id"]])[0])
        told.append(f"Above it: {course_name(scored.history, code)}, {item['score']:.2f} points.")
    return told


def _lift_parts(
    scored: ScoredBucket, shared: Shared, models: Models, row: int, course: int
) -> dict[str, float]:
    """What adds up to the lift of the pair; empty without a lift model."""
    one = np.array([0], dtype=np.int32)
    if models.lift is None or models.lift.fitted is None:
        return {}
    at, asked = np.array([row]), np.array([course], dtype=np.int32)
    pair = pair_features(
        scored.history, shared, scored.rows.take(at), scored.portraits.take(at), one, asked
    )
    found = models.lift.parts(scored.history, scored.people.take(at), pair, one, asked)
    if found is None:
        return {}
    facts = lift_facts(found, models.lift.fitted.modifiers.names, one, one)
    return {name: float(value[0]) for name, value in facts.parts.items()}


def _parts(scored: ScoredBucket, models: Models, row: int, course: int) -> dict[str, Any] | None:
    """The preference that is written where the course is listed, else the first stage's."""
    found = _shown_parts(scored, row, course)
    if found is None:
        if models.preference is None or not models.preference.knows_choices:
            return None
        found = models.preference.parts(
            scored.history,
            scored.rows,
            scored.portraits,
            np.array([row], dtype=np.int32),
            np.array([course], dtype=np.int32),
        )
    past = leading_past(found.past)
    single = ("preference", "base", "popularity", "role", "unit", "grade", "gap")
    told: dict[str, Any] = {name: float(getattr(found, name)[0]) for name in single}
    told["other"] = float(found.other[0] + past.rest[0])
    told["past"] = [
        {
            "course_id": str(scored.history.courses.ids[code]),
            "contribution": float(value),
        }
        for code, value in zip(past.course[0], past.contribution[0], strict=True)
        if code >= 0
    ]
    return told


def _shown_parts(scored: ScoredBucket, row: int, course: int) -> PreferenceParts | None:
    shown = scored.ranking
    at = np.flatnonzero((shown.row == row) & (shown.course == course))
    if scored.parts is None or not len(at):
        return None
    return scored.parts.take(at)


def _parts_sentences(scored: ScoredBucket, parts: dict[str, Any] | None) -> list[str]:
    if parts is None:
        return ["Preference: unknown, nobody has chosen anything yet."]
    words = {
        "base": "a course of which nothing is expected",
        "popularity": "popular with everybody",
        "role": "the person's role",
        "unit": "the unit",
        "grade": "the grade",
        "gap": "the gap it closes",
        "other": "all else",
    }
    told = [f"Preference {parts['preference']:.3f} of 1 (.5 = a course like any other), made of:"]
    told += [f"  {parts[name]:+.3f}  {text}" for name, text in words.items() if parts[name]]
    for item in parts["past"]:
        code = int(scored.history.courses.codes([item["course_id"]])[0])
        name = course_name(scored.history, code)
        told.append(f"  {item['contribution']:+.3f}  having chosen {name}")
    return told


def _number(value: np.floating) -> float | None:
    return float(value) if np.isfinite(value) else None
