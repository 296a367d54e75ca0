"""One look at the data alone, as of a day: freshness, volume, values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ptml.monitor.config import MonitorConfig
from ptml.monitor.events import Series
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.values import look_at_values
from ptml.monitor.volume import look_at_volume


@dataclass(frozen=True)
class Look:
    """All that was looked at on a day."""

    findings: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...]

    @classmethod
    def of(cls, found: Iterable[Finding | NotJudged]) -> "Look":
        """Sort what tests gave."""
        kept = list(found)
        return cls(
            tuple(f for f in kept if isinstance(f, Finding)),
            tuple(f for f in kept if isinstance(f, NotJudged)),
        )

    def plus(self, other: "Look") -> "Look":
        """Two looks as one."""
        return Look(self.findings + other.findings, self.not_judged + other.not_judged)


def look_at_data(series: Iterable[Series], as_of: int, config: MonitorConfig) -> Look:
    """Look at every table as it was known before a day."""
    return Look.of(_tests(series, as_of, config))


def _tests(
    series: Iterable[Series], as_of: int, config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    known_by_name = {one.name: one.before(as_of) for one in series}
    for known in known_by_name.values():
        lead = known_by_name.get(known.source.lead)
        yield from look_at_volume(known, as_of, config, lead)
        yield from look_at_values(known, as_of, config)
