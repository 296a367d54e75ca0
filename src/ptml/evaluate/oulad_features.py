"""Features of a student of OULAD by a day: work handed in and missed, held against the cohort's.

Presentations differ in when work is due and how it is marked, and one module is new in the year
that is asked about. So a student is held against those of the same presentation: the score against
the mean of the same piece of work, work missed against how many others missed it.
"""

import numpy as np
import pandas as pd

from ptml.evaluate.oulad_records import PRESENTATION, STUDENT, OuladRecords

EDUCATION = (
    "No Formal quals",
    "Lower Than A Level",
    "A Level or Equivalent",
    "HE Qualification",
    "Post Graduate Qualification",
)
"""From least to most: the position is the feature."""
MODULES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG")

# Work without a weight (module GGG) is work all the same.
LEAST_WEIGHT = 1.0


def oulad_features(records: OuladRecords) -> pd.DataFrame:
    """Work out the features of the students registered on the day, (n, p) float32; NaN = unknown.

    Rows are those of ``records.students``, in its order.
    """
    work = _work(records)
    found = _of_person(records)
    for part in (_handed_in(records, work), _by_kind(work), _due(records, work)):
        found = found.join(part, on=STUDENT)
    found = found.join(_cohort(records), on=PRESENTATION)
    for name in ("handed_in", "due_handed_in", "due", "ahead"):
        found[name] = found[name].fillna(0)
    found["missed"] = found["due"] - found["due_handed_in"]
    found["earned_share"] = _earned(found)
    by_cohort = found.groupby(PRESENTATION)
    found["earned_above_cohort"] = found["earned_share"] - by_cohort["earned_share"].transform(
        "mean"
    )
    found["earned_rank"] = by_cohort["earned_share"].rank(pct=True)
    return found.drop(columns=STUDENT).astype(np.float32)


def _earned(found: pd.DataFrame) -> pd.Series:
    """Points got out of those that could be had so far; what is missing counts 0."""
    got = (found["score_weighted"] * found["weight_handed_in"]).fillna(0)
    return got / found["weight_due"]


def _of_person(records: OuladRecords) -> pd.DataFrame:
    students = records.students
    by_cohort = students.groupby(PRESENTATION)
    education = students["highest_education"].map({name: k for k, name in enumerate(EDUCATION)})
    of_cohort = education.groupby([students[name] for name in PRESENTATION])
    modules = {f"module_{name}": students["code_module"] == name for name in MODULES}
    return students[STUDENT].assign(
        earlier_attempts=students["num_of_prev_attempts"],
        credits=students["studied_credits"],
        credits_above_usual=students["studied_credits"]
        - by_cohort["studied_credits"].transform("median"),
        registered_day=students["date_registration"],
        registered_rank=by_cohort["date_registration"].rank(pct=True),
        education=education,
        education_above_cohort=education - of_cohort.transform("mean"),
        begins_in_october=students["code_presentation"].str.endswith("J"),
        **modules,
    )


def _work(records: OuladRecords) -> pd.DataFrame:
    """Work handed in, each piece held against the same piece of the others, by the day due."""
    work = records.submissions.copy()
    piece = work.groupby("id_assessment")
    work["above"] = work["score"] - piece["score"].transform("mean")
    work["rank"] = piece["score"].rank(pct=True)
    # Work carried over from an earlier attempt has no day of its own.
    day = work["date_submitted"].where(~work["is_banked"])
    work["late"] = day - work["date"]
    work["later_than_others"] = day - day.groupby(work["id_assessment"]).transform("mean")
    work["w"] = work["weight"].clip(lower=LEAST_WEIGHT)
    scored = work["w"].where(work["score"].notna())
    work["score_w"], work["above_w"] = work["score"] * scored, work["above"] * scored
    work["scored_w"] = scored
    return work.sort_values(["date", "id_assessment", "id_student"], kind="stable")


def _handed_in(records: OuladRecords, work: pd.DataFrame) -> pd.DataFrame:
    by_student = work.groupby(STUDENT)
    found = by_student.agg(
        handed_in=("id_assessment", "size"),
        carried_over=("is_banked", "sum"),
        score_mean=("score", "mean"),
        score_lowest=("score", "min"),
        score_first=("score", "first"),
        score_last=("score", "last"),
        above_mean=("above", "mean"),
        above_lowest=("above", "min"),
        above_first=("above", "first"),
        above_last=("above", "last"),
        rank_mean=("rank", "mean"),
        rank_last=("rank", "last"),
        late_days_mean=("late", "mean"),
        late_days_most=("late", "max"),
        late_days_last=("late", "last"),
        later_than_others_mean=("later_than_others", "mean"),
        later_than_others_last=("later_than_others", "last"),
        weight_handed_in=("scored_w", "sum"),
        score_weighted=("score_w", "sum"),
        above_weighted=("above_w", "sum"),
        first_day=("date_submitted", "min"),
        last_day=("date_submitted", "max"),
    )
    scored = found["weight_handed_in"].where(found["weight_handed_in"] > 0)
    for name in ("score_weighted", "above_weighted"):
        found[name] = found[name] / scored
    several = found["handed_in"] > 1
    found["above_trend"] = (found["above_last"] - found["above_first"]).where(several)
    found["days_since_last"] = records.day - found["last_day"]
    found["ahead"] = (work["date"] > records.day).groupby([work[k] for k in STUDENT]).sum()
    return found.drop(columns="last_day")


def _by_kind(work: pd.DataFrame) -> pd.DataFrame:
    parts = [
        work[work["assessment_type"] == kind]
        .groupby(STUDENT)
        .agg(
            **{
                f"{name}_handed_in": ("id_assessment", "size"),
                f"{name}_score_mean": ("score", "mean"),
                f"{name}_above_mean": ("above", "mean"),
            }
        )
        for kind, name in (("TMA", "tutor_marked"), ("CMA", "computer_marked"))
    ]
    found = parts[0].join(parts[1], how="outer")
    counts = [name for name in found.columns if name.endswith("_handed_in")]
    found[counts] = found[counts].fillna(0)
    return found


def _due(records: OuladRecords, work: pd.DataFrame) -> pd.DataFrame:
    """Work due by the day: what was handed in of it, against how many others did."""
    due = records.assessments[records.assessments["date"] <= records.day]
    asked = records.students[STUDENT].merge(due, on=PRESENTATION)
    keys = [*STUDENT, "id_assessment"]
    got = asked.merge(work[keys].assign(got=1.0), on=keys, how="left")["got"].fillna(0)
    asked["got"] = got
    asked["of_others"] = asked.groupby("id_assessment")["got"].transform("mean")
    asked["w"] = asked["weight"].clip(lower=LEAST_WEIGHT)
    asked["w_got"] = asked["w"] * got
    asked["missed_though_common"] = (1 - got) * asked["of_others"]
    asked["got_above_others"] = got - asked["of_others"]
    asked["tutor_marked_missed"] = (1 - got) * (asked["assessment_type"] == "TMA")
    asked = asked.sort_values(["date", "id_assessment", "id_student"], kind="stable")
    found = asked.groupby(STUDENT).agg(
        due=("got", "size"),
        due_handed_in=("got", "sum"),
        weight_due=("w", "sum"),
        weight_due_handed_in=("w_got", "sum"),
        usually_handed_in=("of_others", "sum"),
        got_above_others=("got_above_others", "sum"),
        missed_though_common=("missed_though_common", "max"),
        tutor_marked_missed=("tutor_marked_missed", "sum"),
        last_due_handed_in=("got", "last"),
        last_due_of_others=("of_others", "last"),
        last_due=("date", "last"),
    )
    found["handed_in_share"] = found["due_handed_in"] / found["due"]
    found["weight_handed_in_share"] = found["weight_due_handed_in"] / found["weight_due"]
    found["days_since_due"] = records.day - found.pop("last_due")
    back = asked.groupby(STUDENT).cumcount(ascending=False)
    for steps, name in ((1, "last_but_one"), (2, "last_but_two")):
        found[f"{name}_handed_in"] = asked[back == steps].set_index(STUDENT)["got"]
    return found


def _cohort(records: OuladRecords) -> pd.DataFrame:
    found = records.leavers.groupby(PRESENTATION)[["has_left"]].mean()
    found = found.rename(columns={"has_left": "cohort_left_share"})
    students = records.students
    by_cohort = students.groupby(PRESENTATION)
    found["cohort_size"] = by_cohort.size()
    found["cohort_registered_day"] = by_cohort["date_registration"].mean()
    later = records.assessments[records.assessments["date"] > records.day]
    found["days_to_next_due"] = later.groupby(PRESENTATION)["date"].min() - records.day
    found["cohort_score"] = records.submissions.groupby(PRESENTATION)["score"].mean()
    return found
