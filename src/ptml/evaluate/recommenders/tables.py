"""The tables of docs/benchmarks.md."""

from collections.abc import Iterable, Mapping, Sequence

from ptml.evaluate.recommenders.contestants import CONTESTANTS, Contestant
from ptml.evaluate.recommenders.results import (
    ACCURACY,
    SETS,
    Mean,
    Result,
    first_or_tied,
    mean_over_seeds,
)

_HEAD = (
    "method",
    "library",
    "NDCG@10",
    "Recall@20",
    "MAP@10",
    "coverage",
    "fit, s",
    "users/s",
    "peak, GiB",
)
# Unseen learners share the settings of the whole rows.
_CHOSEN_ON = {
    "prepared": "as prepared",
    "whole": "whole rows",
    "organisation": "organisations (the first)",
}


def tables(results: Sequence[Result], failures: Mapping[str, str]) -> list[str]:
    """Lines of Markdown: a table a set, then the settings that were chosen."""
    lines: list[str] = []
    for set_name, title in SETS.items():
        here = [result for result in results if result.set_name == set_name]
        if here:
            lines += ["", f"### {title}", "", *_table(here, failures)]
    return [*lines, "", "### Settings that were chosen", "", *_settings(results)]


def _table(results: Sequence[Result], failures: Mapping[str, str]) -> list[str]:
    best = {figure: first_or_tied(results, figure) for figure in ACCURACY}
    lines = [_row(_HEAD), _row(["---"] * 2 + ["---:"] * 7)]
    for contestant in CONTESTANTS:
        own = [result for result in results if result.contestant == contestant.key]
        if own:
            lines.append(_row(_cells(contestant, own, best)))
        elif contestant.key in failures:
            why = failures[contestant.key]
            lines.append(_row([contestant.method, contestant.library, why, *[""] * 6]))
        elif not contestant.folds_in and results[0].set_name == "new":
            lines.append(_row([contestant.method, contestant.library, "cannot fold in", *[""] * 6]))
    return lines


def _cells(
    contestant: Contestant, results: Sequence[Result], best: Mapping[str, set[str]]
) -> list[str]:
    means = {
        figure: mean_over_seeds([result.figures[figure] for result in results])
        for figure in results[0].figures
    }
    accuracy = [
        _bold(_accuracy(means[figure]), contestant.key in best[figure]) for figure in ACCURACY
    ]
    return [
        contestant.method,
        contestant.library,
        *accuracy,
        f"{means['coverage'].value:.2f}",
        f"{means['fit_seconds'].value:.1f}",
        f"{means['users_per_second'].value:,.0f}",
        f"{means['peak_gib'].value:.2f}",
    ]


def _settings(results: Sequence[Result]) -> list[str]:
    lines = [
        _row(["method", "library", *_CHOSEN_ON.values()]),
        _row(["---"] * (2 + len(_CHOSEN_ON))),
    ]
    for contestant in CONTESTANTS:
        own = [result for result in results if result.contestant == contestant.key]
        if own:
            chosen = [_words(_first(own, set_name)) for set_name in _CHOSEN_ON]
            lines.append(_row([contestant.method, contestant.library, *chosen]))
    return lines


def _first(results: Iterable[Result], set_name: str) -> Mapping[str, float]:
    found = [one.settings for one in results if one.set_name == set_name]
    return found[0] if found else {}


def _words(settings: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in settings.items())


def _accuracy(mean: Mean) -> str:
    text = f"{mean.value:.4f}"
    return text if mean.half_width != mean.half_width else f"{text} ± {mean.half_width:.4f}"


def _bold(text: str, is_best: bool) -> str:
    return f"**{text}**" if is_best else text


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
