"""The page of one comparison of two trainings, and of one training alone: the decision first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptml.report import page as report_page
from ptml.report.promotion_words import evaluation_view, promotion_view


def write_promotion(record: Mapping[str, Any], out: Path) -> Path:
    """Write the page of a promotion, whole or not at all.

    Parameters
    ----------
    record : mapping
        As `ptml.jobs.promote.run_promotion` keeps it as evidence.

    Raises
    ------
    UsageError
        If ``out`` cannot be written.
    TryAgainError
        If the disk is full.
    """
    return report_page.write_whole(_render(**promotion_view(record)), out)


def write_evaluation(record: Mapping[str, Any], out: Path) -> Path:
    """Write the page of one training on the newest window."""
    return report_page.write_whole(_render(**evaluation_view(record)), out)


def _render(**view: Any) -> str:
    style = report_page.source("style.css") + report_page.source("promotion.css")
    template = report_page._environment().get_template("promotion.html")
    return template.render(**view, style=style, style_hash=report_page.csp_hash(style))
