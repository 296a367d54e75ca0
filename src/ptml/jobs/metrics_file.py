"""A file of metrics (OpenMetrics) for node exporter's textfile collector: whole at any moment."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ptml.errors import UsageError
from ptml.jobs.metrics import LAST_SUCCESS, Measured, families, places_of, size_of

SUFFIX = ".prom"
JOB = "{job}"
"""In the name of a metrics file: the words of the command, joined by `_`."""


@dataclass(frozen=True)
class MetricsFile:
    """The metrics file of a job."""

    path: Path

    @classmethod
    def named(cls, name: str, job: str) -> "MetricsFile":
        """The file of a name, in a folder that is there.

        Raises
        ------
        UsageError
            For another kind of file, or a folder that cannot be written.
        """
        path = Path(name.replace(JOB, job.replace(" ", "_")))
        if path.suffix != SUFFIX:
            raise UsageError(f"--metrics {name} must end in {SUFFIX}: others are not looked at")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise UsageError(
                f"--metrics {name} cannot be written: {path.parent} is no folder that this user"
                " may write; name a file in one"
            )
        return cls(path)

    def write(self, measured: Measured) -> None:
        """Put the metrics of a job in the place of those before.

        Raises
        ------
        OSError
            When they cannot be written; those before stay.
        """
        before = None if measured.is_success else self.last_success(measured.job)
        text = generate_latest(_Families(families(replace(measured, last_success=before))))
        # Readers look at names that end in .prom; another job of the same name has another process.
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}.new")
        try:
            fresh.write_bytes(text)
            # Whoever collects metrics is another user.
            fresh.chmod(0o644)
            fresh.replace(self.path)
        finally:
            fresh.unlink(missing_ok=True)

    def last_success(self, job: str) -> float | None:
        """When the job last ended well, as the file has it; None where it does not know."""
        try:
            text = self.path.read_text(encoding="utf-8")
            found = {
                sample.labels.get("job"): sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
                if sample.name == LAST_SUCCESS
            }
        except (OSError, ValueError):
            return None
        return found.get(job)


class _Families:
    """What the writer of prometheus_client takes for a registry."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def with_places(measured: Measured, warn: Callable[[str], None]) -> Measured:
    """Add how much the job's places hold and how much room is left there."""
    sizes, free = {}, {"temporary": _free(Path(tempfile.gettempdir()))}
    try:
        for name, place in places_of(measured.told.facts).items():
            size = size_of(place)
            if size is not None:
                sizes[name], free[name] = size, _free(place)
    except OSError as error:
        warn(f"sizes of places are not in the metrics ({error.strerror})")
    return replace(measured, sizes=sizes, free=free)


def _free(place: Path) -> int:
    return shutil.disk_usage(place).free
