"""What a job measured of itself, as metric families for Prometheus.

All are gauges: a batch job starts anew each time, so nothing counts up. Names follow the
conventions of Prometheus: base units in the name, one meaning a name, labels for what varies.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from ptml import __version__
from ptml.errors import ACTION_NEEDED
from ptml.jobs.watch import Told

LAST_SUCCESS = "ptml_job_last_success_timestamp_seconds"
"""The one metric that a failed run takes over from the run before it."""


@dataclass(frozen=True)
class Measured:
    """A job that is over.

    Attributes
    ----------
    job : str
        Words of the command, as in ``evaluate window``.
    told : Told
        What it said of itself.
    finished : datetime
    seconds : float
    peak_bytes : int
        Most memory held by the process or by one of its children.
    last_success : float or None
        Of the run before, where this one failed.
    """

    job: str
    exit_code: int
    told: Told
    finished: datetime
    seconds: float
    peak_bytes: int
    last_success: float | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    free: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether the job did what it was there for, even if a person has to act on it."""
        return self.exit_code in (0, ACTION_NEEDED)

    @property
    def succeeded_at(self) -> float | None:
        """When the job last ended well."""
        return self.finished.timestamp() if self.is_success else self.last_success


def families(measured: Measured) -> Iterator[Metric]:
    """Every metric of a job; those of which nothing is known are left out."""
    # Without the job two files would tell the same metric, and the collector refuses both.
    version = {"job": measured.job, "version": __version__}
    yield _gauge("ptml_build_info", "Version of ptml; always 1.", [(version, 1)])
    for name, text, value in _of_job(measured):
        if value is not None:
            yield _gauge(name, text, [({"job": measured.job}, value)])
    for name, text, label, values in _by_label(measured):
        if values:
            samples = [({"job": measured.job, label: k}, v) for k, v in values.items()]
            yield _gauge(name, text, samples)


def _of_job(measured: Measured) -> Iterator[tuple[str, str, float | None]]:
    facts = measured.told.facts
    yield LAST_SUCCESS, "When the job last ended with 0 or 3.", measured.succeeded_at
    yield (
        "ptml_job_last_run_timestamp_seconds",
        "When the job last ended, well or not.",
        measured.finished.timestamp(),
    )
    yield "ptml_job_exit_code", "Exit code of the last run.", measured.exit_code
    yield (
        "ptml_job_action_needed",
        "1 where the last run's answer is that a person has to act.",
        int(measured.exit_code == ACTION_NEEDED),
    )
    yield "ptml_job_duration_seconds", "How long the last run took.", measured.seconds
    yield (
        "ptml_job_peak_memory_bytes",
        "Most memory held by the process or by one of its children.",
        measured.peak_bytes,
    )
    yield "ptml_people_scored", "People whom the run published answers for.", facts.get("people")
    yield "ptml_refusals", "Models or promotions that were refused.", _refusals(facts)
    for what, name in (("data", "as_of"), ("models", "models_as_of")):
        day = facts.get(name)
        if day is not None:
            yield (
                f"ptml_{what}_as_of_timestamp_seconds",
                f"The {what} hold what was known before this day; how old they are follows.",
                _midnight(date.fromisoformat(str(day))),
            )


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _refusals(facts: Mapping[str, Any]) -> int | None:
    outcome = facts.get("outcome") or {}
    if "refused" in outcome:
        return len(outcome["refused"] or ())
    refused = facts.get("refusals")
    return None if refused is None else len(refused)


def _by_label(measured: Measured) -> Iterator[tuple[str, str, str, Mapping[str, float]]]:
    facts = measured.told.facts
    data, outcome = facts.get("data") or {}, facts.get("outcome") or {}
    stages: dict[str, float] = {}
    for title, seconds in measured.told.stages:
        stages[title] = stages.get(title, 0.0) + seconds
    yield "ptml_stage_duration_seconds", "Seconds in a stage of the last run.", "stage", stages
    yield "ptml_rows_read", "Rows read, by table.", "table", data.get("rows") or {}
    yield "ptml_rows_set_aside", "Rows set aside, by table.", "table", data.get("set_aside") or {}
    written = outcome.get("rows") if "run_id" in outcome else None
    yield "ptml_rows_written", "Rows published, by table.", "table", written or {}
    yield "ptml_stored_bytes", "Bytes of a place of the job.", "place", measured.sizes
    yield "ptml_disk_free_bytes", "Bytes free where the place lies.", "place", measured.free


def _gauge(name: str, text: str, samples: list[tuple[dict[str, str], float]]) -> Metric:
    unit = next((u for u in ("seconds", "bytes") if name.endswith(f"_{u}")), "")
    labels = list(samples[0][0])
    family = GaugeMetricFamily(name, text, labels=labels, unit=unit)
    for named, value in samples:
        family.add_metric([named[label] for label in labels], value)
    return family


def places_of(facts: Mapping[str, Any]) -> dict[str, Path]:
    """The local places that a job was asked to work with, by what they are."""
    asked = facts.get("asked") or {}
    named = {name: asked.get(name) for name in ("out", "models", "registry")}
    return {name: Path(str(to)) for name, to in named.items() if to and "://" not in str(to)}


def size_of(place: Path) -> int | None:
    """Bytes of a file, or of all files below a folder; None where nothing is there."""
    if not place.exists():
        return None
    files = [place] if place.is_file() else place.rglob("*")
    return sum(path.lstat().st_size for path in files if path.is_file() and not path.is_symlink())
