"""The page's plots of a model as PNG files, for where no page can be shown."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ptml.report.figures import Figure
from ptml.report.findings import Findings
from ptml.report.lift_quality import lift_quality
from ptml.report.picture import write_picture
from ptml.report.published import PublishedTables
from ptml.report.recommend_quality import recommend_quality
from ptml.report.warning_quality import warning_quality

_QUALITY: dict[str, Callable[[PublishedTables, Findings], object]] = {
    "recommend": recommend_quality,
    "lift": lift_quality,
    "transfer": warning_quality,
}


def model_figures(evidence: pd.DataFrame, model: str) -> list[Figure]:
    """Every figure that the page shows of a model: its quality, then its checks."""
    tables = PublishedTables({"evidence": evidence})
    quality = _QUALITY[model](tables, Findings.read(tables.table("evidence")))
    checked = [check.figure for check in getattr(quality, "checks", ())]
    return [*getattr(quality, "figures", ()), *(item for item in checked if item is not None)]


def write_pictures(evidence: pd.DataFrame, model: str, folder: Path) -> list[Path]:
    """Draw every figure of a model into a folder.

    Parameters
    ----------
    evidence : DataFrame
        The table `evidence`.
    model : str
        ``recommend``, ``lift`` or ``transfer``.

    Returns
    -------
    list of Path
        PNG files named after the figures; the same evidence gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for item in model_figures(evidence, model):
        name = re.sub(r"[^\w-]+", "-", item.slug.removeprefix("figure-"))
        written.append(write_picture(item, folder / f"{name}.png"))
    return written
