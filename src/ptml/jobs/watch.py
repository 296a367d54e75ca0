"""What a job says of itself while it runs: kept for its metrics, and written to its log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ptml.jobs.event_log import EventLog
from ptml.jobs.pace import Pace
from ptml.jobs.progress import Progress, note

MIB = 1 << 20
# Of what was asked, these are places and dates; who moved a model, and why, is in the record alone.
_SAID = ("data", "models", "out", "registry", "study", "as_of", "only", "model")


@dataclass
class Told:
    """What is known of a job so far.

    Attributes
    ----------
    stages : list of (title, seconds)
        Those that are over.
    facts : dict
        What the job noted (`jobs/progress.py: note`), the last word on each.
    """

    stages: list[tuple[str, float]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


class Watch:
    """A progress that keeps what is told and logs it.

    Parameters
    ----------
    log : EventLog or None
    clock : callable
        Seconds that never go back.
    memory : callable
        Bytes that the process holds now.
    """

    def __init__(
        self,
        log: EventLog | None,
        clock: Callable[[], float],
        memory: Callable[[], int],
    ) -> None:
        self.told = Told()
        self._log = log
        self._memory = memory
        self._pace = Pace(clock)
        self._stage: str | None = None

    def stage(self, title: str) -> None:
        """End the stage before and begin this one."""
        self.end_stage()
        self._stage = title
        self._pace.begin(title)
        self._write("stage_started", stage=title)

    def step(self, done: int, total: int) -> None:
        """Log how far the stage is, now and then."""
        standing = self._pace.due(done, total)
        if standing is not None:
            self._write(
                "progress",
                stage=standing.stage,
                done=done,
                total=total,
                seconds=round(standing.seconds, 3),
                rate=_rounded(standing.rate),
                seconds_left=_rounded(standing.seconds_left),
                rss_mib=self._memory() // MIB,
            )

    def end_stage(self) -> None:
        """End the stage that goes on, if there is one."""
        if self._stage is None:
            return
        title, seconds = self._stage, round(self._pace.seconds, 3)
        self._stage = None
        self.told.stages.append((title, seconds))
        self._write("stage_ended", stage=title, seconds=seconds, rss_mib=self._memory() // MIB)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Keep facts, and log those of which the log has an event."""
        self.told.facts |= facts
        if "asked" in facts:
            self._begin(facts)
        if "data" in facts:
            self._write("data_read", **facts["data"], as_of=facts.get("as_of"))
        if "used" in facts:
            self._write("models_used", models=facts["used"])
        outcome = facts.get("outcome") or {}
        if "run_id" in outcome:
            self._write("published", run_id=outcome["run_id"], rows=outcome.get("rows"))

    def _begin(self, facts: Mapping[str, Any]) -> None:
        said = {name: facts["asked"][name] for name in _SAID if facts["asked"].get(name)}
        if self._log is not None:
            self._log.bind(record=facts.get("record"))
        self._write("run_begun", run=facts.get("job"), asked=said)

    def _write(self, event: str, **facts: Any) -> None:
        if self._log is not None:
            self._log.write(event, **facts)


class _Both:
    def __init__(self, watch: Watch, shown: Progress) -> None:
        self._watch = watch
        self._shown = shown

    def stage(self, title: str) -> None:
        self._watch.stage(title)
        self._shown.stage(title)

    def step(self, done: int, total: int) -> None:
        self._watch.step(done, total)
        self._shown.step(done, total)

    def note(self, facts: Mapping[str, Any]) -> None:
        self._watch.note(facts)
        note(self._shown, facts)


def together(watch: Watch, shown: Progress) -> Progress:
    """A progress that tells both a watch and what people see."""
    return _Both(watch, shown)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")
