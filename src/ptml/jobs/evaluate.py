"""Evaluate: how good a training is on the outcomes of the newest days."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from ptml.evaluate.window.comparison import Figure, compare
from ptml.jobs.asked import as_of_asked, models_asked
from ptml.jobs.models import Models, load_models
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress, note_source
from ptml.jobs.promotion_record import figure_record, window_record
from ptml.jobs.settings import Settings
from ptml.jobs.window import Window, open_window, standing
from ptml.report.promotion import write_evaluation


def run_evaluation(
    data: str,
    models_folder: Path,
    page: Path | None,
    as_of: date | None,
    settings: Settings,
    twins: Path | None,
    progress: Progress,
) -> dict[str, Any]:
    """Judge a training, or its twin where it has seen the window, by the newest outcomes.

    Parameters
    ----------
    page : Path or None
        HTML file to write.
    twins : Path or None
        Where refits are kept; None = fitted for this once.
    """
    progress.stage("Reading and checking")
    with (
        read_people(data, settings.source, models_folder, postgres=settings.postgres) as dataset,
        _kept(twins) as place,
    ):
        day = as_of_asked(dataset, as_of)
        note_source(progress, dataset, day)
        models = load_models(models_folder, models_asked(dataset, []), [])
        window = open_window(dataset, day, settings)
        figures, is_twin = _figures(window, models, place, progress)
    record = {
        "window": window_record(window),
        "models": str(models_folder),
        "as_of": str(models.about["as_of"]),
        "is_twin": is_twin,
        "figures": [figure_record(figure) for figure in figures],
    }
    written = None if page is None else str(write_evaluation(record, page))
    return {**record, "page": written, "sentences": _sentences(record, written)}


def _figures(
    window: Window, models: Models, place: Path, progress: Progress
) -> tuple[list[Figure], bool]:
    if not window.is_open:
        return [], False
    stands = standing(window, models, window.twins(place), progress)
    if stands.judged is None:
        return [], True
    progress.stage("Holding against outcomes")
    foretold = window.foretold(
        stands.judged, None if stands.judged.lift is None else window.judge()
    )
    promotion = window.settings.promotion
    return compare(foretold, foretold, promotion, window.resamples), stands.is_twin


@contextmanager
def _kept(twins: Path | None) -> Iterator[Path]:
    if twins is not None:
        yield twins
        return
    with tempfile.TemporaryDirectory(prefix="ptml-") as folder:
        yield Path(folder)


def _sentences(record: dict[str, Any], written: str | None) -> list[str]:
    first, last = record["window"]["first"], record["window"]["day"]
    what = (
        f"a twin of {record['models']}, fitted on what was known before {first}"
        if record["is_twin"]
        else record["models"]
    )
    told = [f"Outcomes known from {first} and before {last}, by {what}:"]
    for row in record["figures"]:
        value = row["challenger"]
        said = (
            "too few outcomes"
            if value is None
            else f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
        )
        told.append(f"  {row['model']} {row['name']}: {said}, {row['n_outcomes']} outcomes")
    if not record["figures"]:
        told.append("  nothing can be told: the data do not reach back so far, or the training's")
        told.append("  settings are not read by this version")
    return [*told, *([] if written is None else [f"Page written to {written}."])]
