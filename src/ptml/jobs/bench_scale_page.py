"""The page of the benchmark of scale: goals, stages beside limits, others, and where ptml loses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ptml.evaluate.warning_bench.tables import markdown_table
from ptml.jobs.bench_scale_engines import engine_lines
from ptml.jobs.bench_scale_goals import (
    GOAL_PEOPLE,
    amounts_of,
    bounded,
    goals_seen,
    growth,
)
from ptml.jobs.bench_scale_limits import stage_limits
from ptml.jobs.bench_scale_plot import write_plot
from ptml.jobs.bench_scale_watch import CANDIDATES, STAGES
from ptml.jobs.bench_scale_words import DATA, LIMITS, MODELS, SIZES, SPARK, STAGES_TOLD, USER

Found = Mapping[str, Any]

TITLE = "# Benchmark of scale"


def write_page(found: Found, page: Path) -> list[str]:
    """Write the page and its plot; give the goals as sentences."""
    plot = page.parent / "images" / f"{page.stem}.png"
    scores, rates = found["scores"], found["rates"]
    limits = [bounded(stage_limits(rates, amounts_of(score)), score) for score in scores]
    goals = goals_seen(scores, limits)
    n_courses = scores[0]["input"]["rows"]["courses"]
    write_plot(_lines(found, limits), n_courses, _headline(scores), plot)
    text = [
        TITLE,
        "",
        *_opening(found),
        f"![Processor time against people](images/{plot.name})",
        "",
        *_goal_table(goals),
        *_size_table(scores, limits),
        *_stage_table(scores[-1], limits[-1]),
        *_user_tables(found),
        *_spark_table(found),
        *engine_lines(found["engines"]),
        *_losing(found, limits),
        *_method(found),
    ]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")
    told = [f"{what}: {seen}: {met}" for what, seen, met in goals]
    return [*told, f"Written to {page} and {plot}."]


def _opening(found: Found) -> list[str]:
    plan, load = found["plan"], found["load"]
    sizes = ",".join(map(str, plan["sizes"]))
    return [
        'This page is written by `make bench-scale` (`BENCH_SCALE="--sizes 10000,30000"` for a '
        "smaller one); no word of it by hand. This one:",
        "",
        f"    ptml bench scale --sizes {sizes} --candidates {plan['candidates']}",
        "",
        f"{found['cores']} cores, {found['minutes']:.0f} minutes (what was kept of an earlier run "
        f"took none); the source of ptml has the hash {found['code']}. **Times are processor "
        "seconds of one thread** unless they say wall: other work ran on the machine (load "
        f"{load[0]:.1f} at the beginning, {load[-1]:.1f} at the end), which stretches wall time.",
        "",
    ]


def _goal_table(goals: Sequence[tuple[str, str, str]]) -> list[str]:
    return [
        "## Goals",
        "",
        *markdown_table(["goal", "seen", "met"], goals, 3),
        "",
        f"A goal is for {GOAL_PEOPLE:,} people; *so far* means that this run stopped below.",
        "",
    ]


def _size_table(scores: Sequence[Found], limits: Sequence[Mapping[str, float]]) -> list[str]:
    head = [
        "people",
        "events",
        "seconds",
        "wall",
        "peak GiB",
        "pairs/s",
        "rows out",
        "MB out",
        "limits, s",
        "x limits",
    ]
    rows = []
    for score, limit in zip(scores, limits, strict=True):
        whole = sum(limit.values())
        rows.append(
            [
                f"{score['size']:,}",
                f"{score['input']['events']:,}",
                _spread(score["processors"]),
                _spread(score["walls"]),
                f"{score['peak_gib']:.2f}",
                f"{score['rows']['lift'] / score['processor']:,.0f}",
                f"{sum(score['rows'].values()):,}",
                f"{score['bytes_out'] / 1e6:,.0f}",
                f"{whole:.1f}",
                f"{score['processor'] / whole:.1f}",
            ]
        )
    law = growth(scores)
    told = []
    if law is not None and scores[-1]["size"] < GOAL_PEOPLE:
        last = scores[-1]
        even = last["processor"] * GOAL_PEOPLE / last["size"]
        told = [
            f"{GOAL_PEOPLE:,} people are extended here, not measured: the line through these sizes "
            f"says {law.at(GOAL_PEOPLE):,.0f} s of one core, in proportion {even:,.0f} s.",
            "",
        ]
    return [
        "## Cost by size",
        "",
        *markdown_table(head, rows, 0),
        "",
        SIZES,
        "",
        *told,
    ]


def _spread(values: Sequence[float]) -> str:
    ordered = sorted(values)
    middle = f"{ordered[(len(ordered) - 1) // 2]:.1f}"
    return middle if len(ordered) == 1 else f"{middle} ({ordered[0]:.1f} to {ordered[-1]:.1f})"


def _stage_table(score: Found, limit: Mapping[str, float]) -> list[str]:
    rows = []
    for stage in STAGES:
        spent = score["stages"].get(stage, {"processor": 0.0, "wall": 0.0})
        least = limit.get(stage, 0.0)
        ratio = f"{spent['processor'] / least:.1f}" if least > 0.005 else ""
        share = spent["processor"] / score["processor"]
        rows.append(
            [
                stage,
                f"{spent['processor']:.2f}",
                f"{spent['wall']:.2f}",
                f"{share:.0%}",
                f"{least:.2f}" if stage in limit else "none",
                ratio,
            ]
        )
    whole = sum(limit.values())
    total, wall = score["processor"], score["wall"]
    rows.append(
        ["**sum**", f"{total:.2f}", f"{wall:.2f}", "", f"{whole:.2f}", f"{total / whole:.1f}"]
    )
    head = ["stage", "seconds", "wall", "share", "limit, s", "x limit"]
    missing = ", ".join(score["missing"])
    return [
        f"## Stages at {score['size']:,} people",
        "",
        *markdown_table(head, rows, 1),
        "",
        *([f"Not found, and so part of *all else*: {missing}.", ""] if missing else []),
    ]


def _user_tables(found: Found) -> list[str]:
    users = {user["size"]: user for user in _done(found["users"])}
    failed = _failed(found["users"])
    if not users:
        told = failed or ["Not measured in this run.", ""]
        return ["## What a user would write instead", "", *told]
    ours = {score["size"]: score for score in found["scores"]}
    rows = [
        [
            f"{n:,}",
            f"{_job(user):.1f}",
            f"{ours[n]['processor']:.1f}",
            f"{ours[n]['processor'] / _job(user):.1f}",
            f"{user['peak_gib']:.2f}",
            f"{ours[n]['peak_gib']:.2f}",
        ]
        for n, user in users.items()
    ]
    last = users[max(users)]
    stages = [
        [name, f"{spent['processor']:.2f}", f"{spent['wall']:.2f}"]
        for name, spent in last["stages"].items()
    ]
    return [
        "## What a user would write instead",
        "",
        USER,
        "",
        *markdown_table(
            ["people", "script, s", "ptml, s", "ptml / script", "script GiB", "ptml GiB"], rows, 0
        ),
        "",
        f"The script by stage at {last['size']:,} people:",
        "",
        *markdown_table(["stage", "seconds", "wall"], stages, 1),
        "",
        *failed,
    ]


def _done(peers: Sequence[Found]) -> list[Found]:
    return [peer for peer in peers if "problem" not in peer]


def _failed(peers: Sequence[Found]) -> list[str]:
    broken = [peer for peer in peers if "problem" in peer]
    return [line for p in broken for line in (f"{p['size']:,} people: {p['problem']}.", "")]


def _job(user: Found) -> float:
    """Seconds of the job alone, as ptml's are counted: without starting Python."""
    return float(sum(spent["processor"] for spent in user["stages"].values()))


def _spark_table(found: Found) -> list[str]:
    head = [
        "people",
        "Spark, core ms a person",
        "wall ms",
        "fit, core s",
        "peak GiB",
        "ptml candidates, core ms",
        "limit, core ms",
    ]
    rows, told = [], _failed(found["spark"])
    ours = {score["size"]: score for score in found["scores"]}
    for spark in _done(found["spark"]):
        users, score = spark["users"], ours[spark["size"]]
        own = score["stages"].get(CANDIDATES, {"processor": 0.0})["processor"]
        rows.append(
            [
                f"{spark['size']:,}",
                f"{1e3 * spark['recommend']['processor'] / users:.3f}",
                f"{1e3 * spark['recommend']['wall'] / users:.3f}",
                f"{spark['fit']['processor']:.1f}",
                f"{spark['peak_gib']:.2f}",
                f"{1e3 * own / score['rows']['segments']:.3f}",
                f"{1e3 / found['rates']['people_proposed']:.3f}",
            ]
        )
    body = [*markdown_table(head, rows, 0), ""] if rows else []
    if not rows and not told:
        body = [
            "Not measured in this run (`make bench-scale` installs Spark; it needs Java 17).",
            "",
        ]
    return [
        "## Spark's `recommendForAllUsers`",
        "",
        SPARK,
        "",
        *body,
        *told,
    ]


def _losing(found: Found, limits: Sequence[Mapping[str, float]]) -> list[str]:
    last, limit = found["scores"][-1], limits[-1]
    over = {
        stage: last["stages"][stage]["processor"] - least
        for stage, least in limit.items()
        if stage in last["stages"]
    }
    worst = sorted(over, key=over.__getitem__, reverse=True)[:3]
    told = ", ".join(
        f"*{stage}* ({last['stages'][stage]['processor']:.1f} s, limit {limit[stage]:.1f} s)"
        for stage in worst
    )
    lines = [f"- Most seconds above their limits: {told}."]
    for user in _done(found["users"]):
        own = next(s for s in found["scores"] if s["size"] == user["size"])
        ratio = own["processor"] / _job(user)
        if ratio > 1:
            lines.append(
                f"- At {user['size']:,} people ptml takes {ratio:.1f} times as long as a user's "
                "own script. That does less, but what it does is what many would ask for."
            )
    return ["## Where ptml loses", "", *lines, ""]


def _method(found: Found) -> list[str]:
    first, rates = found["scores"][0], found["rates"]
    given = first["input"]
    heads = given["employees"]
    per_head = ", ".join(
        f"{given['rows'].get(name, 0) / heads:.1f} {name}"
        for name in ("enrolments", "transfer_evidence", "performance", "assessments", "feedback")
    )
    rows = [[name.replace("_", " "), f"{rate:,.0f}"] for name, rate in sorted(rates.items())]
    return [
        "## How it is measured",
        "",
        f"{DATA} A head has {given['events'] / heads:.0f} dated rows: {per_head}. The goal speaks "
        "of 30 events a head: learning events alone (enrolments and evidence of use) are more.",
        "",
        MODELS,
        "",
        STAGES_TOLD,
        "",
        LIMITS,
        "",
        *markdown_table(["a second of one core", ""], rows, 1),
        "",
    ]


def _lines(
    found: Found, limits: Sequence[Mapping[str, float]]
) -> dict[str, list[tuple[float, float]]]:
    scores = found["scores"]
    return {
        "ptml score": [(s["size"], s["processor"]) for s in scores],
        "sum of the stages' limits": [
            (s["size"], sum(limit.values())) for s, limit in zip(scores, limits, strict=True)
        ],
        "a user's own script": [(u["size"], _job(u)) for u in _done(found["users"])],
        "Spark ALS, top 50 alone": [
            (s["size"], s["recommend"]["processor"]) for s in _done(found["spark"])
        ],
    }


def _headline(scores: Sequence[Found]) -> str:
    law = growth(scores)
    if law is None:
        return f"Scoring {scores[-1]['size']:,} people: {scores[-1]['processor']:.0f} s of one core"
    grows = f"Cost grows as people to the power {law.exponent:.2f}"
    return f"{grows}, {scores[0]['size']:,} to {scores[-1]['size']:,} people"
