"""Frames that are given to notebooks: their columns, types, units and meaning, in one place."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from ptml.api.frame import Column, Frame
from ptml.api.frame import day_column as _day
from ptml.api.frame import id_column as _id
from ptml.api.frame import number_column as _number
from ptml.api.path_frames import PATH_FRAMES
from ptml.contracts.development import ASKED_BY, NO_COURSE, PLAN_STATUSES
from ptml.contracts.diagnosis import WISH_VERDICTS
from ptml.contracts.goals import ALIGNMENT_KINDS, ALIGNMENT_REASONS, GOAL_PHASES
from ptml.contracts.outputs import ARMS, CAUSES, LIFT_STATUSES, SEGMENTS, STAGES
from ptml.errors import UsageError

_UNIT = _id("org_unit_id", "Which unit.")
_EMPLOYEE = _id("employee_id", "Who.")
_COURSE = _id("course_id", "Which course.")
_ENROLMENT = _id("enrolment_id", "Which completed enrolment.")
_STAGE = _id("stage", f"When it is judged: {' or '.join(STAGES)}.")
_TEXT = _id("text", "The reason as a sentence, in the language asked for.")
_LIFT = (
    _number("lift", "points", "Effect of starting it on performance; empty = refused."),
    _number("lift_low", "points", "Lower end of its 90 % interval."),
    _number("lift_high", "points", "Upper end of its 90 % interval."),
)
_UNIT = _id("org_unit_id", "Which unit.")
_CAUSE = _id("cause", f"One of {', '.join(CAUSES)}.")
_STRENGTH = _number("strength", "probability", "Of the cause; empty = rules of thresholds decided.")
_P_WEAK = (
    _number("p_weak", "probability", "That what was learnt stays unused."),
    _number("p_low", "probability", "Lower end of its 90 % range, were the model fitted anew."),
    _number("p_high", "probability", "Upper end of its 90 % range."),
)

FRAMES: Mapping[str, Frame] = MappingProxyType(
    {
        "recommendations": Frame(
            "employee x rank",
            (
                _EMPLOYEE,
                Column("rank", "int32", "place", "1 = first."),
                _COURSE,
                _number("score", "points", "What the list is ranked by: the expected gain."),
                *_LIFT,
                _number("p_complete", "probability", "That it is completed once started."),
                _number("preference", "0-1", "How likely it is chosen; .5 = like any other."),
                _number("gap_closed", "weighted levels", "Gap to the role that it closes."),
            ),
        ),
        "lift": Frame(
            "employee x course that the person may start",
            (
                _EMPLOYEE,
                _COURSE,
                *_LIFT,
                Column("support", "int32", "people", "Comparable past takers."),
                _id("status", f"ok, or why it is refused: {', '.join(LIFT_STATUSES[1:])}."),
            ),
        ),
        "warnings": Frame(
            "completed enrolment x stage",
            (
                _ENROLMENT,
                _EMPLOYEE,
                _COURSE,
                _STAGE,
                *_P_WEAK,
                Column("flagged", "bool", "", "Someone should look into it."),
                _id("arm", f"What a draw made of it: {', '.join(ARMS)}."),
                _number("base_value", "log-odds", "Before anything is known of the case."),
                _id("unit_matter", "Why it is the matter of the unit; empty = it is not."),
            ),
        ),
        "recommendation_reasons": Frame(
            "employee x rank x reason",
            (
                _EMPLOYEE,
                Column("rank", "int32", "place", "1 = first."),
                _COURSE,
                _id("reason", "What it is about."),
                _number("share", "0-1", "Parts of preference add up to it; empty = a sentence."),
                _number("total", "0-1", "The preference that they add up to."),
                _TEXT,
            ),
        ),
        "lift_reasons": Frame(
            "employee x course x part",
            (
                _EMPLOYEE,
                _COURSE,
                _id("reason", "The part of the lift."),
                _number("share", "points", "What it adds; the parts add up to the lift."),
                _number("total", "points", "The lift."),
                _TEXT,
            ),
        ),
        "warning_reasons": Frame(
            "completed enrolment x stage x family of reasons",
            (
                _ENROLMENT,
                _STAGE,
                _id("reason", "The family."),
                _number("share", "log-odds", "SHAP; with the base value they add up to total."),
                _number("base_value", "log-odds", "Before anything is known of the case."),
                _number("total", "log-odds", "Of p_weak."),
                Column("clear", "bool", "", "Told from chance (90 %); else no reason to act."),
                _TEXT,
            ),
        ),
        "warning_shares": Frame(
            "completed enrolment x stage x feature",
            (
                _ENROLMENT,
                _STAGE,
                _id("feature", "Name of the feature."),
                _id("family", "What it is about."),
                _number("value", "the feature's", "What was seen; empty = unknown."),
                _number("share", "log-odds", "SHAP; with the base value they add up to log-odds."),
                _number("base_value", "log-odds", "Before anything is known of the case."),
            ),
        ),
        "portraits": Frame(
            "employee x competency that the role requires or that was assessed",
            (
                _EMPLOYEE,
                _id("competency_id", "Which competency."),
                Column("level", "float32", "levels, 0-5", "Estimated from all assessments so far."),
                Column("level_se", "float32", "levels", "Standard error of the level."),
                Column("required", "float32", "levels, 0-5", "By the role; empty = nothing."),
                Column("gap", "float32", "levels", "Required less level, never below 0."),
                Column("trend", "float32", "levels a year", "Empty with fewer than two days."),
            ),
        ),
        "diagnoses": Frame(
            "employee below target",
            (
                _EMPLOYEE,
                _CAUSE,
                _STRENGTH,
                _id("first_question", "What to ask first: ability, motivation or environment."),
                _id("evidence", "JSON: points lost to each matter, what each source says."),
            ),
        ),
        "segments": Frame(
            "employee",
            (
                _EMPLOYEE,
                _id("segment", f"One of {', '.join(SEGMENTS)}."),
                _id("performance_state", "below, on or above target; empty = no recent score."),
                _id("main_cause", "What holds back who is below target."),
                _id("rule", "The rule that made the segment."),
                _id("course_level", "Kind of courses that suits; empty = no course first."),
                _id("first_question", "What to ask first of who is below target."),
            ),
        ),
        "needs": Frame(
            "unit, and unit x competency",
            (
                _UNIT,
                _id("competency_id", "Empty = the unit as such."),
                _number("gap", "weighted levels", "Mean; empty under five people."),
                Column("people", "int32", "people", "Of whom the gap is known."),
                _CAUSE,
                _STRENGTH,
                _id("evidence", "JSON: the figures behind the cause."),
            ),
        ),
        "wishes": Frame(
            "unit x course or competency that is asked for or needed",
            (
                _UNIT,
                _id("kind", "course or competency."),
                _id("subject_id", "Which one."),
                _number("asked", "people", "Empty under five."),
                Column("people", "int32", "people", "Of the unit."),
                _number("share", "0-1", "Of the unit's people who ask."),
                _number("gap", "weighted levels", "Mean gap in what it is about."),
                _CAUSE,
                _STRENGTH,
                _id("verdict", f"One of {', '.join(WISH_VERDICTS)}."),
            ),
        ),
        "competency_weights": Frame(
            "unit with people x competency that its roles ask for",
            (
                _UNIT,
                _id("competency_id", "Which competency."),
                _number("weight", "times", "What a gap counts; the mean of a unit is 1."),
                _id("sources", "JSON: goals that it serves, with shares that add up to 1."),
            ),
        ),
        "goal_attainment": Frame(
            "goal in force",
            (
                _UNIT,
                _id("kpi_id", "Which KPI."),
                _day("period_start", "First day of the period."),
                _day("period_end", "Last day of the period."),
                _id("phase", f"On the day: {' or '.join(GOAL_PHASES)}."),
                _id("perspective", "Of the balanced scorecard; empty = not known."),
                _number("share", "0-1", "Part of what the unit's own goals steer by."),
                _number("attainment", "points", "100 = on target; empty = under five people."),
                Column("people", "Int32", "people", "Who have results; empty = under five."),
                Column("competencies", "int32", "competencies", "That drive the KPI."),
                Column("courses", "int32", "courses", "Open ones that teach any of them."),
            ),
        ),
        "alignment": Frame(
            "course that serves no goal, or goal that no course serves",
            (
                _id("kind", f"{' or '.join(ALIGNMENT_KINDS)}."),
                _id("course_id", "Which course; empty = it is about a goal."),
                _id("org_unit_id", "Whose goal; empty = it is about a course."),
                _id("kpi_id", "Which KPI; empty = it is about a course."),
                _id("reason", f"One of {', '.join(ALIGNMENT_REASONS)}."),
                _id("competencies", "JSON: what the course teaches, or what drives the KPI."),
            ),
        ),
        "development_plans": Frame(
            "employee x competency of the plan",
            (
                _EMPLOYEE,
                Column("place", "int32", "place", "1 = first."),
                _id("competency_id", "Which competency."),
                _id("asked_by", f"Who asks for it: {', '.join(ASKED_BY)}."),
                _number("level", "levels, 0-5", "Estimated from all assessments so far."),
                _number("level_se", "levels", "Standard error of the level."),
                _number("own_target", "levels, 0-5", "The person's own goal; empty = none."),
                _number("required", "levels, 0-5", "By the role; empty = nothing."),
                _number("gap", "levels", "Required less level; empty = nothing is required."),
                _day("by_date", "Day by which the own goal is to be reached."),
                _day("started_on", "Day on which it was set, or is taken to be."),
                _number("level_at_start", "levels, 0-5", "As it was known on that day."),
                _number("share_of_way", "-1 to 1", "Of the way to the own goal; empty = unknown."),
                _number("share_of_time", "0-1", "Of the time to its date."),
                _number("p_reached", "probability", "That the level is at the own goal."),
                _id("status", f"Of the own goal: {', '.join(PLAN_STATUSES)}."),
                _id("courses", "JSON: courses of the person's path and list that serve it."),
                _id("no_course", f"Why there are none: {' or '.join(NO_COURSE)}."),
            ),
        ),
        **PATH_FRAMES,
        "set_aside": Frame(
            "row of the source x rule that it breaks",
            (
                _id("table", "Where it stands."),
                Column("row", "int64", "row", "Counted from 1 in the order of the source."),
                _id("column", "Empty = the row as such is broken."),
                _id("value", "As it stood."),
                _id("rule", "What it breaks."),
            ),
        ),
        "evidence": Frame(
            "finding about a model on time that was held out",
            (
                _id("model", "recommend, lift or transfer (the early warning)."),
                _id("kind", "metric, check, curve or setting."),
                _id("name", "What was found."),
                _number("value", "the finding's", "The figure."),
                _number("low", "the finding's", "Lower end of its interval, 95 % unless told."),
                _number("high", "the finding's", "Upper end."),
                _number("bound", "the finding's", "What a check compares the figure with."),
                _id("verdict", "pass, fail or not_judged; empty = no check."),
                _id("note", "In words, where there is something to say."),
            ),
        ),
    }
)
"""All frames by name."""


def columns(name: str) -> pd.DataFrame:
    """Say what the columns of a frame are.

    Parameters
    ----------
    name : str
        ``recommendations``, ``lift``, ``warnings``, ``recommendation_reasons``, ``lift_reasons``,
        ``warning_reasons``, ``warning_shares``, ``portraits``, ``competency_weights``,
        ``goal_attainment``, ``alignment``, ``development_plans``, ``set_aside`` or ``evidence``.

    Returns
    -------
    DataFrame
        One row a column: ``column``, ``dtype``, ``unit``, ``meaning``.

    Examples
    --------
    >>> import ptml
    >>> ptml.columns("lift")[["column", "dtype", "unit"]].head(3)
            column    dtype    unit
    0  employee_id      str
    1    course_id      str
    2         lift  float64  points
    """
    if name not in FRAMES:
        raise UsageError(f"there is no frame {name!r}; there are {', '.join(FRAMES)}")
    return FRAMES[name].documented()
