"""What a competent user would write instead of `ptml score`: pandas, implicit, LightGBM and shap.

    python user.py train DATA MODELS --as-of 2026-10-01
    python user.py score DATA MODELS OUT --as-of 2026-10-01

`score` prints one JSON object: seconds by stage (wall and processor), rows, peak memory. It does
less than ptml: about 40 features, one lift without interval or refusal, SHAP numbers without words,
no check of the data, no portraits, needs, paths or evidence, and nothing all-or-nothing.
"""

import argparse
import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import implicit.cpu.als
import lightgbm as lgb
import numpy as np
import pandas as pd
import scipy.sparse as sp
import shap
from threadpoolctl import threadpool_limits

CANDIDATES, SHOWN, FACTORS = 50, 10, 64
# What is open on the day: completed within the time in which use at work is judged.
OPEN_DAYS = 90
CHUNK = 20_000
TREES = {
    "n_estimators": 300,
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_child_samples": 40,
    "verbose": -1,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}
SPENT: dict[str, list[float]] = {}


@contextmanager
def stage(name):
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    spent = SPENT.setdefault(name, [0.0, 0.0])
    spent[0] += time.perf_counter() - wall
    spent[1] += time.process_time() - cpu


def peak_gib():
    """Of this process alone: what `getrusage` tells begins with that of the process before."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(x.split()[1]) for x in lines if x.startswith("VmHWM")) / 2**20


def read(folder, as_of):
    """Only the columns that are used, with ids as categories, known before the day."""
    wanted = {
        "employees": ["employee_id", "hired_on", "left_on"],
        "assignments": ["employee_id", "valid_from", "valid_to", "org_unit_id", "role_id", "grade"],
        "courses": [
            "course_id",
            "kind",
            "delivery",
            "hours",
            "cost",
            "opened_on",
            "retired_on",
            "mandatory",
        ],
        "course_competencies": ["course_id", "competency_id", "to_level", "weight"],
        "role_requirements": ["role_id", "competency_id", "required_level", "importance"],
        "assessments": ["employee_id", "competency_id", "level", "assessed_on"],
        "enrolments": [
            *("enrolment_id", "employee_id", "course_id", "enrolled_on", "started_on"),
            *(
                "completed_on",
                "dropped_on",
                "exam_score",
                "exam_attempts",
                "minutes",
                "satisfaction",
            ),
        ],
        "transfer_evidence": ["enrolment_id", "kind", "due_on", "done_on", "score"],
        "performance": ["employee_id", "kpi_id", "period_end", "value", "target"],
        "kpis": ["kpi_id", "higher_is_better"],
        "feedback": ["employee_id", "asked_on", "kind", "value"],
    }
    t = {n: pd.read_parquet(Path(folder) / f"{n}.parquet", columns=c) for n, c in wanted.items()}
    for name, column in (
        *(("assessments", "assessed_on"), ("enrolments", "enrolled_on")),
        *(("performance", "period_end"), ("feedback", "asked_on")),
    ):
        t[name] = t[name][pd.to_datetime(t[name][column]) < as_of]
    for table in t.values():
        for column in table.columns:
            if column.endswith("_on") or column.startswith(("valid_", "period_")):
                table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    people = t["employees"]
    employed = (people.hired_on < as_of) & (people.left_on.isna() | (people.left_on >= as_of))
    t["people"] = people[employed].reset_index(drop=True)
    return t


def codes(values, ids):
    return pd.Index(ids).get_indexer(values)


def scores(t):
    """Points by person and period."""
    p = t["performance"].merge(t["kpis"], on="kpi_id")
    ratio = np.where(p.higher_is_better, p.value / p.target, p.target / p.value)
    p = p.assign(score=np.clip(100 * ratio, 0, 200))
    found = p.groupby(["employee_id", "period_end"], as_index=False, sort=False).score.mean()
    return found.sort_values("period_end")


def person_features(t, points, as_of):
    people = t["people"]
    ids = people.employee_id
    now = t["assignments"]
    now = now[(now.valid_from < as_of) & (now.valid_to.isna() | (now.valid_to >= as_of))]
    now = now.sort_values("valid_from").drop_duplicates("employee_id", keep="last")
    f = people[["employee_id", "hired_on"]].merge(now, on="employee_id", how="left")
    f["tenure"] = (as_of - f.hired_on).dt.days
    f["in_role"] = (as_of - f.valid_from).dt.days
    by = points.groupby("employee_id").score
    f["last_score"] = by.last().reindex(ids).to_numpy()
    f["mean_score"] = by.mean().reindex(ids).to_numpy()
    recent = points[points.period_end >= as_of - pd.Timedelta(days=370)]
    f["year_score"] = recent.groupby("employee_id").score.mean().reindex(ids).to_numpy()
    f["trend"] = f.year_score - f.mean_score
    f["unit_score"] = f.groupby("org_unit_id").last_score.transform("mean")
    f["role_score"] = f.groupby("role_id").last_score.transform("mean")
    e = t["enrolments"]
    done = e.completed_on < as_of
    learnt = pd.DataFrame(
        {
            "employee_id": e.employee_id,
            "n_enrolled": 1,
            "n_completed": done.astype(np.int32),
            "n_dropped": (e.dropped_on < as_of).astype(np.int32),
            "n_year": (e.enrolled_on >= as_of - pd.Timedelta(days=365)).astype(np.int32),
            "exam": e.exam_score.where(done),
            "attempts": e.exam_attempts.where(done),
            "minutes": e.minutes.where(done),
            "satisfaction": e.satisfaction.where(done),
        }
    ).groupby("employee_id", sort=False)
    counts = learnt[["n_enrolled", "n_completed", "n_dropped", "n_year"]].sum()
    means = learnt[["exam", "attempts", "minutes", "satisfaction"]].mean()
    for name, column in (*counts.items(), *means.items()):
        f[name] = column.reindex(ids).to_numpy()
    f["completion_rate"] = f.n_completed / f.n_enrolled
    last = e.groupby("employee_id", sort=False).enrolled_on.max().reindex(ids)
    f["days_since"] = (as_of - last).dt.days.to_numpy()
    said = (
        t["feedback"].sort_values("asked_on").drop_duplicates(["employee_id", "kind"], keep="last")
    )
    said = said.pivot(index="employee_id", columns="kind", values="value").reindex(ids)
    for kind in ("motivation", "manager_support", "opportunity", "workload"):
        f[kind] = said[kind].to_numpy() if kind in said else np.nan
    for name in ("org_unit_id", "role_id"):
        f[name.removesuffix("_id") + "_size"] = f.groupby(name).employee_id.transform("size")
    return f


def levels(t, f):
    """Gap by person and competency, and what courses teach."""
    competencies = np.sort(t["role_requirements"].competency_id.unique())
    roles = np.sort(t["role_requirements"].role_id.unique())
    newest = t["assessments"].sort_values("assessed_on")
    newest = newest.drop_duplicates(["employee_id", "competency_id"], keep="last")
    level = np.full((len(f), len(competencies)), np.nan, dtype=np.float32)
    row, column = (
        codes(newest.employee_id, f.employee_id),
        codes(newest.competency_id, competencies),
    )
    known = (row >= 0) & (column >= 0)
    level[row[known], column[known]] = newest.level.to_numpy()[known]
    need = np.zeros((len(roles) + 1, len(competencies)), dtype=np.float32)
    r = t["role_requirements"]
    need[codes(r.role_id, roles), codes(r.competency_id, competencies)] = (
        r.required_level * r.importance
    )
    required = need[codes(f.role_id, roles)]
    gap = np.maximum(required - np.where(np.isnan(level), np.nanmean(level, axis=0), level), 0)
    f["gap"] = gap.sum(axis=1)
    f["n_assessed"] = (~np.isnan(level)).sum(axis=1)
    c = t["course_competencies"]
    teaches = np.zeros((len(t["courses"]), len(competencies)), dtype=np.float32)
    teaches[codes(c.course_id, t["courses"].course_id), codes(c.competency_id, competencies)] = (
        c.weight
    )
    return gap.astype(np.float32), teaches


def course_features(t, as_of):
    c, e = t["courses"], t["enrolments"]
    by = e.assign(done=e.completed_on < as_of).groupby("course_id")
    f = pd.DataFrame(
        {
            "takers": by.size(),
            "rate": by.done.mean(),
            "course_exam": by.exam_score.mean(),
            "liked": by.satisfaction.mean(),
            "course_minutes": by.minutes.mean(),
        }
    ).reindex(c.course_id)
    f["hours"], f["cost"] = c.hours.to_numpy(), c.cost.to_numpy()
    f["kind"] = c.kind.astype("category").cat.codes.to_numpy()
    f["delivery"] = c.delivery.astype("category").cat.codes.to_numpy()
    f["age"] = (as_of - c.opened_on).dt.days.to_numpy()
    return f.reset_index(drop=True)


def taken(t, f):
    """People x courses, and the same by role."""
    e, courses = t["enrolments"], t["courses"].course_id
    row, column = codes(e.employee_id, f.employee_id), codes(e.course_id, courses)
    kept = row >= 0
    ones = np.ones(int(kept.sum()), dtype=np.float32)
    users = sp.csr_matrix((ones, (row[kept], column[kept])), shape=(len(f), len(courses)))
    users.data[:] = 1
    role = f.role_id.astype("category").cat.codes.to_numpy()
    pick = sp.csr_matrix((np.ones(len(f)), (role, np.arange(len(f)))))
    share = (pick @ users).toarray() / np.maximum(np.bincount(role), 1)[:, None]
    return users, share.astype(np.float32), role


NOT_A_NUMBER = ["employee_id", "hired_on", "valid_from", "valid_to", "org_unit_id", "role_id"]


def pair_matrix(people, courses, gap, teaches, share, role, row, course, liked):
    """One row a pair: the person's, the course's and the pair's columns."""
    fit = np.einsum("ij,ij->i", gap[row], teaches[course])
    pair = np.column_stack([fit, share[role[row], course], liked]).astype(np.float32)
    return np.hstack([people[row], courses[course], pair])


def warning_features(t, f, points, as_of, since):
    """One row a completion, with what was known on that day: as-of joins."""
    e = t["enrolments"]
    e = e[(e.completed_on < as_of) & (e.completed_on >= since)].sort_values("completed_on")
    x = e[["enrolment_id", "employee_id", "course_id", "completed_on", "exam_score"]].copy()
    x["exam_attempts"], x["minutes"], x["rated"] = e.exam_attempts, e.minutes, e.satisfaction
    x["took_days"] = (e.completed_on - e.started_on).dt.days

    def before(right, on, names):
        return pd.merge_asof(
            x[["employee_id", "completed_on"]],
            right.rename(columns={on: "completed_on"}),
            on="completed_on",
            by="employee_id",
            allow_exact_matches=False,
        )[names].to_numpy()

    x["score_then"] = before(points, "period_end", ["score"])
    said = t["feedback"].sort_values("asked_on")
    for kind in ("motivation", "manager_support", "opportunity", "workload"):
        x[f"{kind}_then"] = before(said[said.kind == kind], "asked_on", ["value"])
    mine = t["enrolments"].sort_values("enrolled_on")
    mine = mine.assign(nth=mine.groupby("employee_id", sort=False).cumcount() + 1)
    x["nth"] = before(mine[["employee_id", "enrolled_on", "nth"]], "enrolled_on", ["nth"])
    norm = t["enrolments"].groupby("course_id")[["exam_score", "minutes"]].mean()
    x[["course_exam", "course_minutes"]] = norm.reindex(x.course_id).to_numpy()
    about = ["tenure", "grade", "unit_score", "gap", "completion_rate", "org_unit_size"]
    x = x.merge(f[["employee_id", *about]], on="employee_id", how="left")
    v = t["transfer_evidence"]
    v = v[(v.kind != "behaviour_check") & (v.done_on < as_of)]
    v = v.merge(x[["enrolment_id", "completed_on"]], on="enrolment_id")
    for days in (0, 30):
        seen = v[(v.done_on - v.completed_on).dt.days <= days]
        by = seen.groupby("enrolment_id").score.agg(["size", "mean"]).reindex(x.enrolment_id)
        x[f"signs_{days}"], x[f"signs_{days}_mean"] = by["size"].to_numpy(), by["mean"].to_numpy()
    return x


def two_stages(w, as_of):
    """On the day of completion, and again 30 days later with the signs seen since."""
    first = w.assign(signs_30=np.nan, signs_30_mean=np.nan)
    second = w[w.completed_on <= as_of - pd.Timedelta(days=30)]
    return pd.concat([first, second], ignore_index=True)


NOT_SEEN = ["enrolment_id", "employee_id", "course_id", "completed_on"]


def train(args):
    """Models as good as a day's work makes them; not timed."""
    as_of, out = pd.Timestamp(args.as_of), Path(args.models)
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    past = as_of - pd.Timedelta(days=183)
    t, later = read(args.data, past), scores(read(args.data, as_of))
    points = scores(t)
    f = person_features(t, points, past)
    gap, teaches = levels(t, f)
    users, share, role = taken(t, f)
    als = implicit.cpu.als.AlternatingLeastSquares(
        FACTORS, iterations=15, random_state=0, num_threads=1
    )
    with threadpool_limits(1, "blas"):
        als.fit(users, show_progress=False)
    e = read(args.data, as_of)["enrolments"]
    began = e[e.started_on >= past]
    row, course = (
        codes(began.employee_id, f.employee_id),
        codes(began.course_id, t["courses"].course_id),
    )
    row, course = row[row >= 0], course[row >= 0]
    n = 4 * len(row)
    rows = np.concatenate([row, rng.integers(0, len(f), n)])
    courses = np.concatenate([course, rng.integers(0, users.shape[1], n)])
    started = np.concatenate([np.ones(len(row)), np.zeros(n)]).astype(np.float32)
    liked = np.einsum("ij,ij->i", als.user_factors[rows], als.item_factors[courses])
    people = f.drop(columns=NOT_A_NUMBER).to_numpy(np.float32)
    about = course_features(t, past).to_numpy(np.float32)
    x = pair_matrix(people, about, gap, teaches, share, role, rows, courses, liked)
    after = later[later.period_end >= past].groupby("employee_id").score.mean()
    y = after.reindex(f.employee_id).to_numpy()[rows] - f.last_score.to_numpy()[rows]
    known = np.isfinite(y)
    lift = lgb.LGBMRegressor(**TREES).fit(np.column_stack([x, started])[known], y[known])
    lift.booster_.save_model(out / "lift.txt")
    now = read(args.data, as_of)
    f = person_features(now, scores(now), as_of)
    levels(now, f)
    w = warning_features(now, f, scores(now), past, past - pd.Timedelta(days=400))
    checks = now["transfer_evidence"].query("kind == 'behaviour_check'")
    weak = checks.assign(score=checks.score.fillna(0)).groupby("enrolment_id").score.mean() < 0.5
    label = weak.reindex(w.enrolment_id)
    told = label.notna().to_numpy()
    model = lgb.LGBMClassifier(**{**TREES, "num_leaves": 15, "max_depth": 6})
    model.fit(w.drop(columns=NOT_SEEN)[told], label[told].astype(int))
    model.booster_.save_model(out / "warning.txt")
    np.save(out / "items.npy", als.item_factors)


def score(args):
    as_of, models, out = pd.Timestamp(args.as_of), Path(args.models), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    with stage("reading"):
        t = read(args.data, as_of)
        lift = lgb.Booster(model_file=models / "lift.txt")
        warning = lgb.Booster(model_file=models / "warning.txt")
    with stage("features"):
        points = scores(t)
        f = person_features(t, points, as_of)
        gap, teaches = levels(t, f)
        people = f.drop(columns=NOT_A_NUMBER).to_numpy(np.float32)
        about = course_features(t, as_of).to_numpy(np.float32)
    with stage("candidates"):
        users, share, role = taken(t, f)
        als = implicit.cpu.als.AlternatingLeastSquares(FACTORS, num_threads=1, random_state=0)
        als.item_factors = np.load(models / "items.npy")
        als.user_factors = np.zeros((users.shape[0], FACTORS), dtype=np.float32)
        c = t["courses"]
        open_ = (
            (c.opened_on < as_of) & (c.retired_on.isna() | (c.retired_on >= as_of)) & ~c.mandatory
        )
        closed = np.flatnonzero(~open_.to_numpy())
    top, rows_of_pairs = [], 0
    for begin in range(0, len(f), CHUNK):
        at = np.arange(begin, min(begin + CHUNK, len(f)))
        with stage("candidates"), threadpool_limits(1, "blas"):
            found, liked = als.recommend(
                at, users[at], N=CANDIDATES, filter_items=closed, recalculate_user=True
            )
        keep = liked > -1e30
        row, course, liked = (
            np.repeat(at, CANDIDATES).reshape(found.shape)[keep],
            found[keep],
            liked[keep],
        )
        with stage("pair features"):
            x = pair_matrix(people, about, gap, teaches, share, role, row, course, liked)
        with stage("lift"):
            with_it = np.column_stack([x, np.ones(len(x), dtype=np.float32)])
            without = np.column_stack([x, np.zeros(len(x), dtype=np.float32)])
            gain = lift.predict(with_it, num_threads=1) - lift.predict(without, num_threads=1)
        with stage("ranking"):
            order = np.lexsort((-gain, row))
            start = np.flatnonzero(np.r_[True, np.diff(row[order]) > 0])
            size = np.diff(np.r_[start, len(order)])
            rank = np.arange(len(order)) - np.repeat(start, size)
            best = order[rank < SHOWN]
            top.append(
                pd.DataFrame(
                    {
                        "employee_id": f.employee_id.to_numpy()[row[best]],
                        "rank": rank[rank < SHOWN] + 1,
                        "course_id": c.course_id.to_numpy()[course[best]],
                        "lift": gain[best],
                        "preference": liked[best],
                    }
                )
            )
        rows_of_pairs += len(row)
    with stage("warnings"):
        w = warning_features(t, f, points, as_of, as_of - pd.Timedelta(days=OPEN_DAYS))
        w = two_stages(w[w.employee_id.isin(f.employee_id)], as_of)
        x = w.drop(columns=NOT_SEEN)
        w["p_weak"] = warning.predict(x, num_threads=1)
    with stage("SHAP"):
        shares = shap.TreeExplainer(warning).shap_values(x)
        w = pd.concat([w, pd.DataFrame(shares, columns=[f"shap_{n}" for n in x.columns])], axis=1)
    with stage("writing"):
        lists = pd.concat(top, ignore_index=True)
        lists.to_parquet(out / "recommendations.parquet", compression="zstd")
        w.to_parquet(out / "warnings.parquet", compression="zstd")
    told = {
        "people": len(f),
        "pairs": rows_of_pairs,
        "warnings": len(w),
        "rows": len(lists) + len(w),
        "stages": {k: {"wall": v[0], "processor": v[1]} for k, v in SPENT.items()},
        "peak_gib": peak_gib(),
    }
    sys.stdout.write(json.dumps(told) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(required=True)
    for name, verb in (("train", train), ("score", score)):
        words = verbs.add_parser(name)
        words.add_argument("data")
        words.add_argument("models")
        if name == "score":
            words.add_argument("out")
        words.add_argument("--as-of", required=True)
        words.set_defaults(verb=verb)
    args = parser.parse_args()
    args.verb(args)


if __name__ == "__main__":
    main()
