"""What other budgets would buy, by a published run: seconds, and nothing is published."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.csv as pc

from ptml.decide.budget.answer import answer
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.quarter import coming_quarter
from ptml.errors import ACTION_NEEDED, UsageError
from ptml.jobs.addresses import without_password
from ptml.jobs.budget.published import published_facts
from ptml.jobs.budget.tables import Told
from ptml.jobs.progress import Progress, note
from ptml.publish import read_run
from ptml.report.budget import BudgetView, budget_view
from ptml.report.picture import write_picture
from ptml.report.published import PublishedTables


@dataclass(frozen=True)
class WhatIf:
    """What is asked.

    Attributes
    ----------
    money : tuple of float
        Budgets; empty = the one of the run's settings.
    plot : Path or None
        PNG file of the curve of the last budget.
    allocations : Path or None
        CSV file of who gets what with the last budget.
    """

    money: tuple[float, ...]
    plot: Path | None = None
    allocations: Path | None = None


def run_what_if(
    out: str, asked: WhatIf, config: BudgetConfig | None, progress: Progress
) -> dict[str, Any]:
    """Plan budgets with the lifts of the run that was published last.

    Parameters
    ----------
    config : BudgetConfig or None
        None = as the run was scored.
    """
    progress.stage("Reading what was published")
    run = read_run(out)
    told = {"address": without_password(out), "fingerprint": run.about["data_fingerprint"]}
    note(progress, {"data": told, "as_of": run.about["as_of"]})
    settings = config or BudgetConfig.model_validate(run.about["settings"].get("budget", {}))
    budgets = asked.money or ((settings.money,) if settings.money is not None else ())
    if not budgets:
        raise UsageError("no budget: say --money AMOUNT, in the unit of courses.cost")
    ids, facts = published_facts(run)
    day = date.fromisoformat(str(run.about["as_of"]))
    progress.stage("Planning")
    views, summary = [], []
    for step, money in enumerate(budgets):
        found = Told(ids, facts, settings, answer(facts, settings, money), coming_quarter(day))
        tables = found.tables()
        views.append(_view(run.tables["course_health"], found, tables))
        summary.append(tables["budget_plans"].to_pylist())
        progress.step(step + 1, len(budgets))
    sentences = [line for view in views for line in ("", *view.sentences)][1:]
    if asked.plot is not None:
        sentences.append(_drawn(views[-1], asked.plot))
    if asked.allocations is not None:
        _writable(asked.allocations)
        pc.write_csv(tables["allocations"], asked.allocations)
        sentences.append(
            f"Who gets what: {asked.allocations}."
            if tables["allocations"].num_rows
            else f"{asked.allocations} has no rows: nothing is bought."
        )
    refused = any(row["status"] != "found" for plans in summary for row in plans[:1])
    return {"plans": summary, "sentences": sentences, "exit_code": ACTION_NEEDED * refused}


def _view(health: pd.DataFrame, found: Told, tables: dict[str, Any]) -> BudgetView:
    frames = {name: table.to_pandas() for name, table in tables.items()}
    return budget_view(PublishedTables({**frames, "course_health": health}))


def _drawn(view: BudgetView, path: Path) -> str:
    if view.figure is None:
        return "There is no curve to draw."
    _writable(path)
    return f"Curve: {write_picture(view.figure, path)}."


def _writable(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"the folder of {path} is not there; name one that is")
