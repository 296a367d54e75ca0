"""Tables of the public sets: each method's figure of each set, and LaLonde's gate."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

from ptml.evaluate.lift_public.acic import WITHOUT_VARIATION

CONSTANT = "constant"


@dataclass(frozen=True)
class Column:
    """A figure of a public set.

    Attributes
    ----------
    chosen : callable
        Whether a task, by its name, belongs to it.
    more : bool
        Whether more is better.
    """

    set_name: str
    title: str
    chosen: Callable[[str], bool]
    more: bool = False


def _acic_flat(task: str) -> bool:
    return task.startswith(tuple(f"acic_{setting}," for setting in WITHOUT_VARIATION))


COLUMNS = (
    Column("ihdp", "IHDP, median sqrt PEHE", lambda task: True),
    Column("acic", "ACIC 2016, median sqrt PEHE / sd", lambda task: not _acic_flat(task)),
    Column("acic", "ACIC settings 2 and 3 (no variation)", _acic_flat),
    Column("hillstrom", "Hillstrom women's, Qini", lambda task: task.startswith("Womens"), True),
    Column("hillstrom", "Hillstrom men's, Qini", lambda task: task.startswith("Mens"), True),
)


@dataclass(frozen=True)
class PublicTables:
    """Rows of the public benchmark (``set``, ``task``, ``method``, ``value``) and names."""

    rows: Sequence[dict[str, Any]]
    names: dict[str, str]

    def values(self, column: Column, method: str) -> list[float]:
        """A method's figures of the tasks of a column."""
        key = "of_constant" if method == CONSTANT else "value"
        asked = "ptml" if method == CONSTANT else method
        here = [
            row
            for row in self.rows
            if row["set"] == column.set_name
            and row["method"] == asked
            and column.chosen(row["task"])
        ]
        if method == CONSTANT and column.set_name == "hillstrom":
            return [0.0 for _ in here]
        return [float(row[key]) for row in here if key in row]

    def summed(self, column: Column, method: str) -> float | None:
        """Median of errors, mean of Qinis; None where there is nothing."""
        values = self.values(column, method)
        if not values:
            return None
        return fmean(values) if column.more else median(values)

    def told(self, column: Column, method: str) -> str:
        """The cell of a table."""
        found, values = self.summed(column, method), self.values(column, method)
        if found is None:
            return ""
        if not column.more or len(values) < 2:
            return f"{found:.3f}"
        return f"{found:.3f} ± {stdev(values) / math.sqrt(len(values)):.3f}"

    def losses(self) -> list[str]:
        """A line for each column in which another method's figure is better than ptml's."""
        lines = []
        for column in COLUMNS:
            ours = self.summed(column, "ptml")
            others = {
                name: found
                for method, name in self.methods().items()
                if method != "ptml" and (found := self.summed(column, method)) is not None
            }
            if ours is None or not others:
                continue
            best = (max if column.more else min)(others, key=lambda name: others[name])
            if (others[best] > ours) if column.more else (others[best] < ours):
                lines.append(f"- {column.title}: ptml {ours:.3f}, {best} {others[best]:.3f}.")
        if self.rows and not lines:
            lines = ["On the public sets no other method has a better figure."]
        return lines

    def methods(self) -> dict[str, str]:
        """Keys and names of the methods that have a figure, and the constant."""
        there = {row["method"] for row in self.rows}
        return {
            **{key: name for key, name in self.names.items() if key in there},
            CONSTANT: "constant (ptml's average effect)",
        }


def public_lines(tables: PublicTables) -> list[str]:
    """The section on IHDP, ACIC 2016 and Hillstrom."""
    if not tables.rows:
        return []
    head = ["method", *(column.title for column in COLUMNS)]
    rows = [
        [name, *(tables.told(column, method) for column in COLUMNS)]
        for method, name in tables.methods().items()
    ]
    tasks = {name: len({r["task"] for r in tables.rows if r["set"] == name}) for name in _sets()}
    counted = ", ".join(f"{name} {n}" for name, n in tasks.items() if n)
    rule = ["---", *["---:"] * len(COLUMNS)]
    return [
        "",
        "## Public sets with a known answer",
        "",
        f"Splits judged: {counted}; a tenth of IHDP, a fifth of ACIC 2016 and half of Hillstrom "
        "are judged, the rest is learnt from, the same for every method. Less is better, but for "
        "the Qini (± standard error over splits); on the men's e-mail nothing is known to beat "
        "chance. Peers run in an environment of their own, with the same LightGBM nuisances for "
        "all of them.",
        "",
        *["| " + " | ".join(cells) + " |" for cells in (head, rule, *rows)],
        *_constant_lines(tables),
    ]


def _sets() -> list[str]:
    return list(dict.fromkeys(column.set_name for column in COLUMNS))


def _constant_lines(tables: PublicTables) -> list[str]:
    told = []
    for column in COLUMNS:
        flags = [
            bool(row["constant"])
            for row in tables.rows
            if row["method"] == "ptml"
            and row["set"] == column.set_name
            and column.chosen(row["task"])
        ]
        if flags:
            told.append(f"{column.title.partition(', ')[0]} {sum(flags)} of {len(flags)}")
    return ["", f"ptml found the effect to be one number for all: {'; '.join(told)}."]


def gate_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The section on LaLonde."""
    if not rows:
        return []
    head = ["treated of", "controls of", "verdict", "estimate, US$ (95 %)", "experiment, US$"]
    cells = [
        [
            row["treated"],
            row["controls"],
            f"refused: {row['refused_by']}" if row["refused"] else "passes",
            "" if row["refused"] else _interval(row),
            f"{row['truth_usd']:.0f}",
        ]
        for row in rows
    ]
    right = sum(bool(row["refused"]) != bool(row["experimental"]) for row in rows)
    return [
        "",
        "## LaLonde: what should be refused",
        "",
        "The effect of a job training on earnings, known from an experiment; with controls from a "
        "survey instead, no method is to be believed. Right is: the experiments pass, the "
        f"observational samples are refused. {right} of {len(rows)} verdicts are right.",
        "",
        *["| " + " | ".join(c) + " |" for c in (head, ["---"] * 3 + ["---:"] * 2, *cells)],
    ]


def _interval(row: dict[str, Any]) -> str:
    return f"{row['estimate_usd']:.0f} ({row['low_usd']:.0f} to {row['high_usd']:.0f})"
