"""Made-up published tables of one run, as large and as uneven as a real one of a middling firm."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.explain.catalogue import EFFECTS

AS_OF = date(2026, 10, 1)
RUN_ID = "2026-10-01T060000-7f3a"
_SUBJECTS = (
    "Negotiation",
    "Complaint handling",
    "Spreadsheet analysis",
    "Machine set-up",
    "Quality control",
    "Coaching",
    "Project planning",
    "Data protection",
    "Customer portraits",
    "Cost accounting",
    "Fault diagnosis",
    "Safe lifting",
    "Writing for clients",
    "Presenting",
    "Stock planning",
)
_FORMS = ("basics", "in practice", "advanced", "refresher")
_LEVELS = {"basics": 0.4, "in practice": 1.1, "advanced": 0.9, "refresher": 0.1}
_FAMILIES = ("readiness", "manager", "practice", "fit", "course")
_SEEN = {
    "readiness": ("not_learned", "Exam score 52, 14 points below what is usual on this course"),
    "manager": ("manager", "No talk of 1 due was held with the manager"),
    "practice": ("no_opportunity", "Not used at work yet, 30 days after the course"),
    "fit": ("not_needed", "The course closes no gap to what the role asks for"),
    "course": ("course_record", "Of 41 checked completions of this course, 16 stayed unused"),
}
# What the lift model's checks tell so that they can be drawn.
DRAWN_CHECKS: Mapping[str, Mapping[str, Any]] = {
    "overlap": {
        "note": "Share of courses started by people who might as well not have started them.",
        "must_pass": True,
        "edges": [-4.0, -3.0, -2.0, -1.0, 0.0],
        "takers": [0.0, 0.2, 0.7, 0.1],
        "controls": [0.0, 0.25, 0.7, 0.05],
        "effective_controls": 812.4,
    },
    "balance": {
        "covariates": ["started_ever", "role_take_rate"],
        "before": [0.42, -1.9],
        "after": [0.13, -0.02],
    },
    "placebo_two_quarters_before": {
        "must_pass": True,
        "by_course": [0.4, 2.9, None],
        "errors": [0.5, 1.0, None],
    },
    "permuted_treatment": {"must_pass": True, "draws": [-0.2, 0.1, 0.13], "real": 1.15},
    "designs_agree": {"first": [1.2, -0.4, None], "second": [1.6, 0.1, None]},
    "hidden_confounder": {
        "note": "The strongest that was recorded (last_score) explains 2.1% of both.",
        "covariates": ["last_score", "started_ever"],
        "strength": [0.021, 0.004],
    },
    "plausible_size": {"courses": ["C023"]},
}
_INTERVENTIONS = ("work_assignment", "scripted_talk", "reassign_work", "choose_by_need")


def full_run(n_people: int = 480, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Tables of a run on a source that has everything."""
    rng = np.random.default_rng(seed)
    courses = _courses(rng)
    people = [f"E{i:05d}" for i in rng.choice(90_000, n_people, replace=False) + 10_000]
    lift = _lift(rng, people, courses)
    tables = {
        "recommendations": _recommendations(rng, people, courses, lift),
        "lift": lift,
        "warnings": _warnings(rng, people, courses),
        "course_health": _course_health(rng, courses),
        "needs": _needs(rng),
        "portraits": _portraits(rng, people),
        "segments": _segments(rng, people),
        "paths": _paths(people, courses),
        "allocations": pd.DataFrame(
            {
                "employee_id": people[:3],
                "course_id": courses["course_id"][:3],
                "quarter": "2026Q4",
                "lift": 1.5,
                "cost": 800.0,
            }
        ),
        "rejected_rows": _rejected(),
        "evidence": evidence(
            [*_recommend_evidence(), *_lift_evidence(courses), *_transfer_evidence()]
        ),
    }
    return {"runs": _runs(tables, ()), **_stamped(tables)}


def a_tables_only(n_people: int = 300, seed: int = 11) -> dict[str, pd.DataFrame]:
    """Tables of a run on a source with employees, courses and enrolments alone."""
    rng = np.random.default_rng(seed)
    courses = _courses(rng)
    people = [f"learner-{i}" for i in range(n_people)]
    nothing = _lift(rng, people[:1], courses).iloc[:0]
    offers = _recommendations(rng, people, courses, nothing)
    health = _course_health(rng, courses).assign(
        mean_satisfaction=None, transfer_rate=None, roi=None, benefit=None, cost=None, lift=None
    )
    health = health.assign(lift_low=None, lift_high=None, alerts="[]")
    tables = {
        "recommendations": offers.assign(p_complete=None, gap_closed=None),
        "course_health": health,
        "rejected_rows": _rejected().iloc[:0],
        "evidence": evidence(_recommend_evidence()),
    }
    notes = (
        "table performance is missing: no lift: there is no result at work to compare",
        "table assessments is missing: no portraits: nobody's level is known",
        "table role_requirements is missing: no gaps: nothing says which level a role asks for",
        "table transfer_evidence is missing: no warnings: nothing shows whether learning is used",
        "column mandatory of courses is missing: mandatory courses count as chosen ones",
    )
    return {"runs": _runs(tables, notes), **_stamped(tables)}


def tiny_run() -> dict[str, pd.DataFrame]:
    """Tables of a run on one person and one course, already taken."""
    tables = {
        "recommendations": full_run(12)["recommendations"].iloc[:0].drop(columns=["run_id"]),
        "course_health": pd.DataFrame(
            {
                "course_id": ["C1"],
                "title": ["Safe lifting"],
                "enrolled": [1],
                "completed": [1],
                "mean_exam": [71.0],
                "mean_satisfaction": [None],
                "alerts": ["[]"],
            }
        ),
        "evidence": evidence(()),
    }
    note = "One employee: nothing can be compared, so no model was fitted."
    return {"runs": _runs(tables, (note,), read=(1, 1, 1)), **_stamped(tables)}


def evidence(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of `evidence` from what differs from an empty one."""
    columns = ["model", "kind", "name", "value", "low", "high", "bound", "verdict", "payload"]
    empty = dict.fromkeys(columns)
    filled = [{**empty, **row, "payload": json.dumps(row.get("payload", {}))} for row in rows]
    return pd.DataFrame(filled, columns=columns)


def _stamped(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {
        name: table.reindex(columns=OUTPUT_TABLES[name].columns).assign(as_of=AS_OF, run_id=RUN_ID)
        for name, table in tables.items()
    }


def _runs(
    tables: Mapping[str, pd.DataFrame],
    notes: Sequence[str],
    read: Sequence[int] = (5_012, 60, 41_870),
) -> pd.DataFrame:
    names = ["employees", "courses", "enrolments"]
    if "lift" in tables:
        names += ["assignments", "performance", "transfer_evidence", "assessments", "competencies"]
        read = (*read, 9_811, 131_404, 62_230, 88_017, 24)
    rows = {
        "read": dict(zip(names, read, strict=True)),
        "set_aside": {"enrolments": 3, "performance": 118} if "lift" in tables else {},
        "written": {name: len(table) for name, table in tables.items()},
        "notes": list(notes),
    }
    return pd.DataFrame(
        {
            "run_id": [RUN_ID],
            "as_of": [AS_OF],
            "started_at": [pd.Timestamp("2026-10-01T06:00:00Z")],
            "finished_at": [pd.Timestamp("2026-10-01T06:02:41Z")],
            "data_fingerprint": ["9d5ab7c1f0e2447c8e0cb1a7e1b2c39f70a1"],
            "model_versions": [json.dumps({"recommend": "als-7", "lift": "hierarchical-3"})],
            "rows": [json.dumps(rows)],
            "status": ["complete"],
        }
    )


def _courses(rng: Generator) -> pd.DataFrame:
    pairs = [(subject, form) for subject in _SUBJECTS for form in _FORMS]
    effect = np.array([_LEVELS[form] for _, form in pairs]) + rng.normal(0, 0.9, len(pairs))
    effect[5], effect[22] = -2.1, 4.2
    takers = rng.lognormal(5, 0.9, len(pairs)).astype(int)
    # A rare course has a wide interval.
    half = 1.9 * 14 / np.sqrt(takers + 40)
    status = np.where(takers < 45, "too_few", "ok").astype(object)
    status[[7, 31]] = "no_overlap"
    return pd.DataFrame(
        {
            "course_id": [f"C{i + 1:03d}" for i in range(len(pairs))],
            "title": [f"{subject}: {form}" for subject, form in pairs],
            "lift": np.where(status == "ok", effect, np.nan),
            "low": np.where(status == "ok", effect - half, np.nan),
            "high": np.where(status == "ok", effect + half, np.nan),
            "takers": takers,
            "status": status,
        }
    )


def _lift(rng: Generator, people: Sequence[str], courses: pd.DataFrame) -> pd.DataFrame:
    n_candidates = 14
    which = np.concatenate([rng.permutation(len(courses))[:n_candidates] for _ in people])
    rows = courses.iloc[which].reset_index(drop=True)
    shift = rng.normal(0, 0.5, len(rows))
    return pd.DataFrame(
        {
            "employee_id": np.repeat(list(people), n_candidates),
            "course_id": rows["course_id"],
            "lift": rows["lift"] + shift,
            "lift_low": rows["low"] + shift - 0.3,
            "lift_high": rows["high"] + shift + 0.3,
            "support": rows["takers"],
            "status": rows["status"],
        }
    )


def _recommendations(
    rng: Generator, people: Sequence[str], courses: pd.DataFrame, lift: pd.DataFrame
) -> pd.DataFrame:
    popularity = rng.dirichlet(np.full(len(courses), 0.5))
    rows = []
    for person in people:
        known = lift[lift["employee_id"] == person].set_index("course_id")
        weights = popularity * 0.5 + 0.5 / len(courses)
        ids = list(rng.choice(courses["course_id"], 10, replace=False, p=weights))
        if not known.empty:
            best = known["lift"].sort_values(ascending=False).index[:3]
            ids = list(dict.fromkeys([*rng.permutation([*best, *known.index[-2:]]), *ids]))[:10]
        for rank, course in enumerate(ids, start=1):
            own = known.loc[course] if course in known.index else None
            rows.append(_offer(rng, person, rank, str(course), own))
    return pd.DataFrame(rows)


def _offer(
    rng: Generator, person: str, rank: int, course: str, own: "pd.Series[Any] | None"
) -> dict[str, Any]:
    said = {
        "lift": "The effect on performance cannot be estimated: too few comparable people took it.",
        "closes_gap": "Closes the gap in Negotiation from level 2.1 to 3.4.",
        "popular": "Chosen by 31 % of people in the same role.",
        "history": "People with a similar learning history chose it.",
    }
    reasons = [_reason(code, code) | {"text": text} for code, text in said.items()]
    n_first = 1 if own is not None else 2
    return {
        "employee_id": person,
        "rank": rank,
        "course_id": course,
        "score": 1.0 / rank,
        "lift": None if own is None else own["lift"],
        "lift_low": None if own is None else own["lift_low"],
        "lift_high": None if own is None else own["lift_high"],
        "p_complete": rng.uniform(0.6, 0.97),
        "preference": rng.uniform(),
        "gap_closed": rng.uniform(0, 1.2),
        "reasons": json.dumps(reasons[n_first:]),
    }


def _reason(code: str, text_key: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "text_key": text_key, "values": values}


def _warnings(rng: Generator, people: Sequence[str], courses: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for i, person in enumerate(people):
        if rng.uniform() < 0.3:
            continue
        course = courses["course_id"][int(rng.integers(len(courses)))]
        logit = rng.normal(-2.0, 1.1)
        for stage, spread in (("completion", 0.5), ("day_30", 1.0)):
            shares = rng.normal(0, spread, len(_FAMILIES))
            p_weak = 1 / (1 + np.exp(-(logit + shares.sum())))
            rows.append(
                {
                    "enrolment_id": f"N{i:06d}",
                    "employee_id": person,
                    "course_id": course,
                    "stage": stage,
                    "p_weak": p_weak,
                    "p_low": 0.9 * p_weak,
                    "p_high": 1 - 0.9 * (1 - p_weak),
                    "flagged": bool(p_weak >= 0.5),
                    "arm": "flag" if p_weak >= 0.5 else "none",
                    "base_value": -1.1,
                    "reasons": json.dumps(
                        [_family(f, float(s)) for f, s in zip(_FAMILIES, shares, strict=True)]
                    ),
                    "interventions": json.dumps(
                        [_step(code) for code in _INTERVENTIONS[: i % 3 + 1]]
                    ),
                    "what_if": json.dumps([_what_if(p_weak)] if p_weak >= 0.5 else []),
                    "rules": json.dumps([_RULE] if i % 4 == 0 else []),
                    "unit_matter": "",
                }
            )
    return pd.DataFrame(rows)


def _family(family: str, share: float) -> dict[str, Any]:
    code, seen = _SEEN[family]
    effect = "raises" if share > 0 else "lowers"
    text = seen + EFFECTS[effect]
    reason = _reason(code, f"{code}.seen.{effect}")
    return {"family": family, "share": share, **reason, "text": text}


_RULE = {
    "code": "completed_low_exam",
    "text_key": "completed_low_exam.unknown",
    "values": {},
    "text": "Completed in full, and the exam below the mark: how often that was right before is "
    "not known.",
}


def _what_if(p_weak: float) -> dict[str, Any]:
    return {
        "lever": "practice_task",
        "text": f"In cases like this one with a practice task done, the estimate is "
        f"{70 * p_weak:.0f} of 100 instead of {100 * p_weak:.0f}.",
        "caution": "This is what goes together in the data, not proof.",
    }


def _step(code: str) -> dict[str, Any]:
    return {**_reason(code, code), "owner": "manager", "due_days": 14}


def _course_health(rng: Generator, courses: pd.DataFrame) -> pd.DataFrame:
    n = len(courses)
    enrolled = (courses["takers"] * rng.uniform(1.1, 1.5, n)).astype(int)
    satisfaction = np.clip(rng.normal(4.0, 0.4, n), 2.4, 4.9)
    satisfaction[5] = 4.8
    alerts: list[list[dict[str, Any]]] = [[] for _ in range(n)]
    alerts[5] = [
        {"code": "harmful", "values": {"lift_low": -4.2, "lift_high": -0.02}},
        {"code": "low_transfer", "values": {"transfer_rate": 0.41}},
    ]
    for i in (11, 23, 43):
        values = {"completion": 0.91, "lift_low": -0.6, "lift_high": 0.9}
        alerts[i] = [{"code": "high_completion_low_lift", "values": values}]
    return pd.DataFrame(
        {
            "course_id": courses["course_id"],
            "title": courses["title"],
            "enrolled": enrolled,
            "completed": courses["takers"],
            "mean_exam": rng.normal(76, 6, n),
            "mean_satisfaction": satisfaction,
            "transfer_rate": rng.uniform(0.4, 0.85, n),
            "lift": courses["lift"],
            "lift_low": courses["low"],
            "lift_high": courses["high"],
            "cost": rng.uniform(2_000, 60_000, n),
            "benefit": rng.uniform(0, 90_000, n),
            "roi": rng.uniform(-0.9, 1.4, n),
            "alerts": [json.dumps(items) for items in alerts],
        }
    )


def _needs(rng: Generator) -> pd.DataFrame:
    units = [f"Unit {site}{i}" for site in ("North ", "South ", "West ") for i in range(1, 8)]
    competencies = [*_SUBJECTS[:13], "Judging new suppliers and their offers"]
    rows: list[dict[str, Any]] = []
    for u, unit in enumerate(units):
        cause = ("capability", "capability", "environment", "unclear", "motivation", "mixed")[u % 6]
        rows.append({"org_unit_id": unit, "competency_id": None, "people": 24, "cause": cause})
        for c, competency in enumerate(competencies):
            if (u + c) % 7 == 0:
                continue
            gap = max(0.0, rng.normal(0.5 + 0.7 * (c % 4 == 0), 0.4))
            people = int(rng.integers(3, 30))
            rows.append(
                {
                    "org_unit_id": unit,
                    "competency_id": competency,
                    "gap": gap,
                    "people": people,
                    "cause": "capability",
                }
            )
    return pd.DataFrame(rows).assign(evidence="{}")


def _portraits(rng: Generator, people: Sequence[str]) -> pd.DataFrame:
    rows = []
    for person in people[: len(people) * 9 // 10]:
        for competency in _SUBJECTS[:6]:
            required, level = float(rng.integers(2, 5)), float(rng.uniform(1, 4.5))
            rows.append(
                {
                    "employee_id": person,
                    "competency_id": competency,
                    "level": level,
                    "level_se": float(rng.choice([0.3, 0.5, 1.1])),
                    "required": required,
                    "gap": max(required - level, 0.0),
                    "trend": 0.0,
                }
            )
    return pd.DataFrame(rows)


def _segments(rng: Generator, people: Sequence[str]) -> pd.DataFrame:
    n = len(people)
    return pd.DataFrame(
        {
            "employee_id": people,
            "segment": rng.choice(["new", "core", "high_potential", "manager"], n),
            "performance_state": rng.choice(["below", "on", "above"], n),
            "main_cause": rng.choice(["capability", "unclear"], n),
        }
    )


def _paths(people: Sequence[str], courses: pd.DataFrame) -> pd.DataFrame:
    steps = [(person, step) for person in people[::3] for step in (1, 2)]
    return pd.DataFrame(
        {
            "employee_id": [person for person, _ in steps],
            "step": [step for _, step in steps],
            "course_id": [courses["course_id"][7 * step] for _, step in steps],
            "starts_in_week": [1 if step == 1 else 5 for _, step in steps],
            "weeks": 3,
            "lift": 1.0,
        }
    )


def _rejected() -> pd.DataFrame:
    early = [("enrolments", row, "completed_on", "2025-01-02") for row in (14, 92, 310)]
    zero = [("performance", row, "target", "0.0") for row in range(5, 123)]
    return pd.DataFrame(
        [
            (*row, "completed_on before started_on" if row[0] == "enrolments" else "above zero")
            for row in early + zero
        ],
        columns=["table", "row", "column", "value", "rule"],
    )


def _recommend_evidence() -> list[dict[str, Any]]:
    figures = {
        "ndcg_at_10": {
            "chosen": 0.162,
            "als": 0.158,
            "popularity": 0.061,
            "popularity_in_role": 0.094,
        },
        "recall_at_20": {
            "chosen": 0.371,
            "als": 0.366,
            "popularity": 0.194,
            "popularity_in_role": 0.262,
        },
    }
    metrics = [
        _metric("recommend", f"{name}/{peer}", value, 0.012)
        for name, peers in figures.items()
        for peer, value in peers.items()
    ]
    setting = {"model": "recommend", "kind": "setting", "name": "als", "payload": {"factors": 64}}
    unknown = _metric("recommend", "share_of_catalogue_offered", 0.83, 0.02)
    return [*metrics, setting, unknown]


def _metric(model: str, name: str, value: float, half: float) -> dict[str, Any]:
    ends = {"low": value - half, "high": value + half}
    return {"model": model, "kind": "metric", "name": name, "value": value, **ends}


def _lift_evidence(courses: pd.DataFrame) -> list[dict[str, Any]]:
    predicted = np.linspace(-0.6, 3.4, 10)
    observed = 0.08 + 0.93 * predicted + 0.3 * np.sin(np.arange(10) * 2.1)
    share = np.linspace(0, 1, 21)
    random = 1.15 * share
    curves = {
        "calibration": {
            "predicted": predicted.tolist(),
            "observed": observed.tolist(),
            "low": (observed - 0.7).tolist(),
            "high": (observed + 0.7).tolist(),
        },
        "gain": {
            "share": share.tolist(),
            "model": (random + 1.5 * share * (1 - share)).tolist(),
            "random": random.tolist(),
            "gap": (random + 0.6 * share * (1 - share)).tolist(),
        },
        "course_lift": {
            column: [None if pd.isna(v) else v for v in courses[column].tolist()]
            for column in courses.columns
        },
    }
    columns = ("model", "kind", "name", "value", "low", "high", "bound", "verdict")
    checks = [
        ("placebo_two_quarters_before", 0.06, -0.18, 0.3, 0.35, "pass"),
        ("overlap", 0.91, None, None, 0.8, "pass"),
        ("balance", 0.13, None, None, 0.1, "fail"),
        ("permuted_treatment", 0.01, -0.05, 0.07, 0.1, "pass"),
        ("designs_agree", 0.2, -0.2, 0.6, 0.5, "not_judged"),
        ("hidden_confounder", 0.082, None, None, 0.021, "pass"),
        ("beats_constant", 0.26, -0.04, 0.56, 0.0, "not_judged"),
        ("beats_zero", 0.8, 0.28, 1.32, 0.0, "pass"),
        ("rate_autoc", 0.58, 0.33, 0.83, 0.0, "pass"),
        ("qini", 0.15, 0.08, 0.22, 0.0, "pass"),
        ("plausible_size", 0.72, None, None, 0.6, "fail"),
        ("anticipation", None, None, None, None, "not_judged"),
    ]
    return [
        _metric("lift", "mean_lift", 1.15, 0.22),
        _metric("lift", "calibration_slope", 0.93, 0.18),
        *(
            {"model": "lift", "kind": "curve", "name": name, "payload": payload}
            for name, payload in curves.items()
        ),
        *(
            {
                **dict(zip(columns, ("lift", "check", *check), strict=True)),
                "payload": DRAWN_CHECKS.get(check[0], {}),
            }
            for check in checks
        ),
        {
            "model": "lift",
            "kind": "setting",
            "name": "config",
            "payload": {"n_folds": 5, "n_trees": 150},
        },
    ]


def _transfer_evidence() -> list[dict[str, Any]]:
    figures = {
        "auc/completion": 0.78,
        "auc/day_30": 0.902,
        "auc_rule/completion": 0.61,
        "auc_rule/day_30": 0.61,
        "average_precision/completion": 0.57,
        "average_precision/day_30": 0.79,
        "ece/completion": 0.021,
        "ece/day_30": 0.026,
        "precision_flagged/completion": 0.64,
        "label_coverage": 0.63,
        "checked_auc": 0.64,
        "weak_share_as_checked": 0.31,
        "weak_share_reweighted": 0.33,
    }
    said = np.linspace(0.05, 0.95, 10)
    curves = [
        {
            "model": "transfer",
            "kind": "curve",
            "name": f"reliability/{stage}",
            "payload": {
                "predicted": said.tolist(),
                "observed": np.clip(said + bend * np.sin(said * 9), 0, 1).tolist(),
                "count": (900 * np.exp(-3 * said)).astype(int).tolist(),
            },
        }
        for stage, bend in (("completion", 0.05), ("day_30", 0.03))
    ]
    unlike = {
        "feature": ["manager_support_last"],
        "family": ["manager"],
        "before": [0.41],
        "after": [0.04],
    }
    curves.append(
        {"model": "transfer", "kind": "curve", "name": "checked_differences", "payload": unlike}
    )
    return [*(_metric("transfer", name, v, 0.018) for name, v in figures.items()), *curves]
