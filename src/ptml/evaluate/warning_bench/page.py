"""The page docs/benchmarks-warning.md: what was compared on what, the tables, where ptml loses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ptml.evaluate.warning_bench.goals import NO_RIVALS, judged_goals, told
from ptml.evaluate.warning_bench.methods import NAMES, PEER_NAMES
from ptml.evaluate.warning_bench.oulad import OuladFigures
from ptml.evaluate.warning_bench.oulad_page import oulad_lines
from ptml.evaluate.warning_bench.prose import counted, introduction, prose
from ptml.evaluate.warning_bench.reasons_page import reason_lines
from ptml.evaluate.warning_bench.results import (
    Named,
    Paired,
    Result,
    against_ptml,
    over_named,
    over_organisations,
)
from ptml.evaluate.warning_bench.tables import markdown_table
from ptml.transfer.completions import STAGES

TITLE = "# Benchmark of the early warning"
COLUMNS = {
    "auc": "AUC",
    "average_precision": "average precision",
    "precision_at_capacity": "precision, riskiest 15 %",
    "precision_flagged": "precision of flags",
    "flag_rate": "flagged",
    "ece_truth": "ECE, truth",
    "ece": "ECE, outcome",
    "ece_label": "ECE, label",
    "distance": "RMS distance",
}
_PAIRED = ("auc", "average_precision", "precision_at_capacity", "ece_truth", "distance")


@dataclass(frozen=True)
class Page:
    """All that the page tells.

    Attributes
    ----------
    designs : dict
        Settings of the organisations, and what each is in words.
    """

    command: str
    n_seeds: int
    n_employees: int
    designs: dict[str, str]
    minutes: float
    n_cores: int
    model: str
    results: Sequence[Result]
    named: Sequence[Named]
    oulad: Sequence[OuladFigures]
    left_out: Sequence[str]


def write_page(page: Page) -> list[str]:
    """Lines of Markdown."""
    n = len({one.organisation for one in page.results})
    return [
        TITLE,
        "",
        *introduction(
            page.command, page.n_cores, page.minutes, page.model, n, page.n_employees, page.n_seeds
        ),
        *(["", "Left out: " + "; ".join(page.left_out) + "."] if page.left_out else []),
        *(["", *prose(page.designs)] if page.results else []),
        *_goal_lines(page),
        *_stage_tables(page.results),
        *_peer_tables(page.results),
        *_paired_tables(page.results),
        *_design_table(page),
        *reason_lines(page.named),
        *oulad_lines(page.oulad),
        *_speed_lines(),
        *_loss_lines(page.results),
    ]


def _goal_lines(page: Page) -> list[str]:
    rows = [
        [one.goal, one.seen, "yes" if one.is_met else "**no**"]
        for one in judged_goals(page.results, page.named, page.oulad)
    ]
    if not rows:
        return []
    head = ["goal for the mean over organisations", "seen [95 % interval]", "met"]
    return ["", "## Goals of ptml", "", *markdown_table(head, rows, 3)]


def _stage_tables(results: Sequence[Result]) -> list[str]:
    here = [one for one in results if one.method not in PEER_NAMES]
    lines: list[str] = []
    for stage in STAGES:
        if here:
            n = len({one.organisation for one in here})
            title = f"## Stage {stage}: {counted(n)}"
            lines += ["", title, "", *_methods(here, stage)]
    return lines


def _peer_tables(results: Sequence[Result]) -> list[str]:
    """Everybody on the organisations that peers were run on."""
    asked = {one.organisation for one in results if one.method in PEER_NAMES}
    here = [one for one in results if one.organisation in asked]
    lines: list[str] = []
    for stage in STAGES:
        if here:
            title = f"## Stage {stage}: {counted(len(asked))}, with peers"
            lines += ["", title, "", *_methods(here, stage)]
    return lines


def _methods(results: Sequence[Result], stage: str) -> list[str]:
    rows = []
    for method, name in NAMES.items():
        found = [over_organisations(results, stage, method, figure) for figure in COLUMNS]
        if any(one is not None for one in found):
            rows.append([name, *("" if one is None else told(one) for one in found)])
    return markdown_table(["method", *COLUMNS.values()], rows, 1)


def _paired_tables(results: Sequence[Result]) -> list[str]:
    lines: list[str] = []
    for stage in STAGES:
        rows = []
        for method, name in NAMES.items():
            pairs = [against_ptml(results, stage, method, figure) for figure in _PAIRED]
            if method != "ptml" and any(pair is not None for pair in pairs):
                rows.append([name, *(_pair(pair) for pair in pairs)])
        if rows:
            head = ["method less ptml", *(COLUMNS[figure] for figure in _PAIRED)]
            lines += ["", f"### {stage}", "", *markdown_table(head, rows, 1)]
    if not lines:
        return []
    words = (
        "Mean difference on the same organisations with its 95 % interval, then on how many ptml "
        "is better. More is better but for ECE and distance."
    )
    return ["", "## Differences to ptml", "", words, *lines]


def _pair(pair: Paired | None) -> str:
    if pair is None:
        return ""
    found = pair.difference
    ends = "" if found.n == 1 else f" [{found.low:+.3f}, {found.high:+.3f}]"
    return f"{found.mean:+.3f}{ends}, {pair.wins} of {found.n}"


def _design_table(page: Page) -> list[str]:
    rows = [
        row
        for stage in STAGES
        for design in page.designs
        if (row := _design_row(page, stage, design)) is not None
    ]
    if not rows:
        return []
    head = [
        "stage",
        "setting",
        "weak",
        "blocked",
        "AUC, oracle",
        "AUC, ptml",
        "best rival",
        "its AUC less ptml's",
        "ECE, truth",
        "ECE, outcome",
        "by chance",
        "planted cause first",
    ]
    return ["", "## By setting", "", *markdown_table(head, rows, 2)]


def _design_row(page: Page, stage: str, design: str) -> list[str] | None:
    here = [one for one in page.results if one.design == design]
    if not here:
        return None
    named = [one for one in page.named if one.design == design]
    first = over_named(named, stage, "at_risk", "first")
    best = _best_rival(here, stage)

    def cell(method: str, figure: str) -> str:
        found = over_organisations(here, stage, method, figure)
        return "" if found is None else f"{found.mean:.3f}"

    return [
        stage,
        design,
        cell("truth", "weak_share"),
        cell("truth", "blocked_share"),
        cell("truth", "auc"),
        cell("ptml", "auc"),
        "" if best is None else NAMES[best[0]],
        "" if best is None else _pair(best[1]),
        cell("ptml", "ece_truth"),
        cell("ptml", "ece"),
        cell("truth", "ece_floor"),
        "" if first is None else told(first, 2),
    ]


def _best_rival(results: Sequence[Result], stage: str) -> tuple[str, Paired] | None:
    return _best(results, stage, "auc", lambda pair: pair.difference.mean)


def _best(
    results: Sequence[Result], stage: str, figure: str, rank: Callable[[Paired], float]
) -> tuple[str, Paired] | None:
    found = [
        (method, pair)
        for method in NAMES
        if method not in NO_RIVALS
        and (pair := against_ptml(results, stage, method, figure)) is not None
    ]
    return max(found, key=lambda one: rank(one[1]), default=None)


def _speed_lines() -> list[str]:
    return [
        "",
        "## Speed",
        "",
        "How many rows a second are explained by exact SHAP is measured by `ptml bench shap`, on "
        "its own.",
    ]


def _loss_lines(results: Sequence[Result]) -> list[str]:
    rows = []
    for design in dict.fromkeys(one.design for one in results):
        here = [one for one in results if one.design == design]
        for stage in STAGES:
            for figure in _PAIRED:
                # One that is clear says more than a larger one on few organisations.
                best = _best(
                    here, stage, figure, lambda p: p.is_better * (2 * p.is_clear + _size(p))
                )
                if best is not None and best[1].is_better:
                    method, pair = best
                    clear = "yes" if pair.is_clear else "no"
                    rows.append([design, stage, COLUMNS[figure], NAMES[method], _pair(pair), clear])
    lines = ["", "## Where ptml loses", ""]
    if rows:
        head = ["setting", "stage", "figure", "best rival", "its figure less ptml's", "clear"]
        words = (
            "Rivals with a better mean on the same organisations, the best one of each figure; "
            "clear = 0 lies outside the interval. OULAD's are in its tables, by the last column."
        )
        return [*lines, words, "", *markdown_table(head, rows, 4)]
    return [*lines, "No rival has a better mean in any setting."] if results else []


def _size(pair: Paired) -> float:
    return abs(pair.difference.mean)
