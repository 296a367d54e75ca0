"""The page docs/benchmarks-lift.md: what was compared on what, the tables, where ptml loses."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ptml.evaluate.lift_bench.goals import GOALS
from ptml.evaluate.lift_bench.peers import PEER_NAMES
from ptml.evaluate.lift_bench.public_tables import PublicTables, gate_lines, public_lines
from ptml.evaluate.lift_bench.results import NAMES, Mean, Result, losses, over_organisations

TITLE = "# Benchmark of the lift model"
GROUPS = {
    "ordinary": "Effects as they are",
    "weak": "Effects 2.5 times weaker",
    "hidden": "With a hidden confounder",
}
_COLUMNS = {
    "bias": "bias",
    "abs_bias": "\\|bias\\|",
    "rmse": "RMSE",
    "captured": "captured, top 1",
    "captured_budget": "captured, budget",
    "slope": "slope",
    "coverage": "coverage",
    "width": "width",
    "answered": "answered",
    "refused_right": "refused rightly",
    "refused_wrong": "refused wrongly",
    "seconds": "seconds",
}
_IN_DESIGN = ("bias", "rmse", "captured", "captured_budget", "slope", "coverage", "answered")
_SIGNED = ("bias",)


@dataclass(frozen=True)
class Page:
    """All that the page tells."""

    command: str
    n_seeds: int
    n_employees: int
    n_courses: int | None
    designs: tuple[str, ...]
    minutes: float
    n_cores: int
    model: str
    results: Sequence[Result]
    public_rows: Sequence[dict[str, Any]]
    public_names: dict[str, str]
    gate: Sequence[dict[str, Any]]
    left_out: Sequence[str]


def write_page(page: Page) -> list[str]:
    """Lines of Markdown."""
    public = PublicTables(page.public_rows, page.public_names)
    return [
        TITLE,
        "",
        *_introduction(page),
        *(["", *_prose()] if page.results else []),
        *_goal_lines(page.results),
        *_group_tables(page.results),
        *_design_tables(page.results),
        *_peer_tables(page.results),
        *public_lines(public),
        *gate_lines(page.gate),
        *_loss_lines(page.results, public),
    ]


def _introduction(page: Page) -> list[str]:
    courses = "the design's own number of" if page.n_courses is None else str(page.n_courses)
    n = len({(one.design, one.seed) for one in page.results})
    lines = [
        "This page is written by `make bench-lift` (`ptml bench lift --help` for smaller runs; "
        "`--keep FOLDER` lets a stopped one go on); no word of it by hand. This one:",
        "",
        f"    {page.command}",
        "",
        f"{page.n_cores} cores, {page.minutes:.0f} minutes (what was kept of an earlier run took "
        f"none); the lift model's source has the hash {page.model}.",
    ]
    if n:
        lines += [
            "",
            f"{_counted(n)} of {page.n_employees:,} people and {courses} courses, "
            f"{page.n_seeds} of each design: {', '.join(page.designs)}. A full run has 20 of each.",
        ]
        if page.n_seeds < 20:
            lines[-1] += " With fewer, differences of methods are hints."
    if page.left_out:
        lines += ["", "Left out: " + "; ".join(page.left_out) + "."]
    return lines


def _counted(n: int) -> str:
    return "1 organisation" if n == 1 else f"{n} organisations"


def _prose() -> list[str]:
    return [
        "**Organisations.** `own` is ptml's simulator, `own-unkeen` the same without keen people "
        "who take more courses and do better anyway. `plain`, `nomination`, `selfselect`, `sparse` "
        "and `threshold` come from `bench/lift/other_organisation.py`, which shares nothing with "
        "the simulator or the model and says what each is. `-weak`: effects 2.5 times weaker. "
        "`-hidden`: an event that no table shows raises take-up and the later scores. No seed was "
        "used for tuning.",
        "",
        "**Rivals**, on the same data in the same run. *Difference of means*: takers' change from "
        "the quarter before to the two periods after, less everybody else's. *Before and after*: "
        "the takers' change alone. *Gap alone*: ranks by the competency gap that a course closes; "
        "it gives no points. *S-, T- and X-learner*: LightGBM (200 trees, defaults a user would "
        "take) on the pooled panel: each start and three people of the same quarter who have not "
        "started that course; covariates are the course's code, how it fits the person, and all "
        "person features as of the quarter, scores included; outcome is the mean of the two "
        "periods after less the last score. They are not told of other courses taken, and give no "
        "intervals.",
        "",
        "**Figures.** Truth is known for every employee x course that could be started. *Bias* and "
        "*RMSE* (points) over the pairs that a method answers. *Captured, top 1*: share of the "
        "oracle's gain when everybody gets the course with the largest estimate, (gain - random) / "
        "(oracle - random). *Captured, budget*: the same with one course each for the half of the "
        "people where the estimate is largest. *Slope* of truth on prediction: below 1 is too "
        "spread out. *Coverage* and mean *width* of the 90 % intervals of single pairs. *Refused "
        "rightly*: share of all pairs that are refused where the course has fewer than 10 takers "
        "with a known outcome or the person has no score; *wrongly*: where the course has at least "
        "30 and the person has a score. ± is the standard error over organisations; [ ] is the "
        "median. Seconds are those of learning and predicting, features given to the meta-learners "
        "not counted.",
    ]


def _goal_lines(results: Sequence[Result]) -> list[str]:
    told = [(goal, goal.seen(results)) for goal in GOALS]
    rows = [
        [GROUPS[goal.group], goal.words, f"{seen:.3f}", "yes" if goal.is_met(seen) else "**no**"]
        for goal, seen in told
        if seen is not None
    ]
    if not rows:
        return []
    head = ["organisations", "goal for the mean over organisations", "seen", "met"]
    return ["", "## Goals of ptml", "", *_table(head, rows, 2)]


def _peer_tables(results: Sequence[Result]) -> list[str]:
    """Everybody on the organisations that peers were run on."""
    asked = {(one.design, one.seed) for one in results if one.method in PEER_NAMES}
    here = [one for one in results if (one.design, one.seed) in asked]
    if not here:
        return []
    named = ", ".join(dict.fromkeys(one.design for one in here))
    return [
        "",
        "## Peers",
        "",
        f"{_counted(len(asked))}: {named}. EconML, CausalML and DoubleML take one treatment here "
        "(EconML's forest fails with 64, and per-course arms have a handful of takers): starting a "
        "course, with the course as one-hot covariates, on the panel that the meta-learners see. "
        "Their seconds hold the start of their own process.",
        "",
        *_methods(here, (*_IN_DESIGN, "seconds"), _without_median),
    ]


def _group_tables(results: Sequence[Result]) -> list[str]:
    lines: list[str] = []
    for group, title in GROUPS.items():
        here = [one for one in _own(results) if one.group == group]
        if here:
            designs = ", ".join(dict.fromkeys(one.design for one in here))
            n = len({(one.design, one.seed) for one in here})
            lines += ["", f"## {title}", "", f"{_counted(n)}: {designs}.", ""]
            lines += _methods(here, tuple(_COLUMNS), _with_median)
    return lines


def _design_tables(results: Sequence[Result]) -> list[str]:
    lines: list[str] = []
    designs = dict.fromkeys(one.design for one in results)
    if len(designs) > 1:
        lines += ["", "## By design"]
        for design in designs:
            here = [one for one in _own(results) if one.design == design]
            n = len({one.seed for one in here})
            lines += ["", f"### {design} ({n})", "", *_methods(here, _IN_DESIGN, _without_median)]
    return lines


def _own(results: Sequence[Result]) -> list[Result]:
    """What all organisations were measured by; peers have a table of their own."""
    return [one for one in results if one.method not in PEER_NAMES]


def _methods(
    results: Sequence[Result], figures: Sequence[str], shape: Callable[[Mean, str], str]
) -> list[str]:
    rows = []
    for method, name in NAMES.items():
        found = [over_organisations(results, method, figure) for figure in figures]
        cells = [
            "" if one is None else shape(one, figure)
            for one, figure in zip(found, figures, strict=True)
        ]
        if any(cells):
            rows.append([name, *cells])
    return _table(["method", *(_COLUMNS[figure] for figure in figures)], rows, 1)


def _with_median(found: Mean, figure: str) -> str:
    return f"{_without_median(found, figure)} [{_number(found.median, figure)}]"


def _without_median(found: Mean, figure: str) -> str:
    told = _number(found.mean, figure)
    return told if math.isnan(found.error) else f"{told} ± {_number(found.error, '')}"


def _number(value: float, figure: str) -> str:
    if figure == "seconds":
        return f"{value:.0f}"
    return f"{value:+.2f}" if figure in _SIGNED else f"{value:.2f}"


def _loss_lines(results: Sequence[Result], public: PublicTables) -> list[str]:
    names = dict.fromkeys(one.design for one in results)
    found = [
        loss
        for design in names
        for loss in losses([one for one in results if one.design == design], design)
    ]
    rows = [
        [
            loss.where,
            loss.figure,
            f"{loss.ptml:.2f}",
            loss.rival,
            f"{loss.other:.2f}",
            "yes" if loss.is_clear else "no",
        ]
        for loss in found
    ]
    lines = ["", "## Where ptml loses", ""]
    if rows:
        head = ["design", "figure", "ptml", "best rival", "its figure", "beyond 1.96 errors"]
        lines += [
            "Rivals with a better mean than ptml on the same organisations, the best one of each "
            "figure. RMSE and bias are over the pairs that each answers, so who refuses the hard "
            "ones is better off.",
            "",
            *_table(head, rows, 5),
        ]
    elif results:
        lines.append("No rival has a better mean in any design.")
    return [*lines, *([""] if results else []), *public.losses()]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], n_words: int) -> list[str]:
    rule = ["---"] * n_words + ["---:"] * (len(head) - n_words)
    return ["| " + " | ".join(cells) + " |" for cells in (head, rule, *rows)]
