"""Record a run: what was asked, what it was made from and by, how long it took, how it ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ptml.contracts.durable import sha256_of
from ptml.errors import Stopped, TryAgainError, UsageError
from ptml.jobs.addresses import without_password
from ptml.jobs.code_version import code_version, libraries, machine
from ptml.jobs.ending import BUG, STOPPED_BY_HAND, ending_of
from ptml.jobs.ledger import FOLDER, FORMAT, Entry, Ledger, Record
from ptml.jobs.outcome import outcome_of
from ptml.jobs.progress import Progress
from ptml.jobs.progress import note as pass_on
from ptml.jobs.settings import RunFile
from ptml.publish.form import local_path
from ptml.registry import Registry

_NOT_PLACES = {"settings", "job", "base", "runs"}

Summary = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a run was asked for.

    Attributes
    ----------
    run : RunFile
        As a run file says it, whether there was one or not; `run.runs` is the folder of records.
    command : sequence of str
        Words of the command line.
    files : sequence of Path
        Run files that it was read from.
    """

    run: RunFile
    command: Sequence[str] = ()
    files: Sequence[Path] = field(default=())

    @property
    def folder(self) -> Path:
        """Where the record goes: the folder named, else `runs` beside what the job writes."""
        run = self.run
        out = None if run.out is None else local_path(run.out)
        beside = (run.models, out) if run.job == "train" else (out, run.models)
        places = (*beside, run.study, run.registry)
        return run.runs or next((_beside(p) for p in places if p), Path(FOLDER))


def _beside(place: Path) -> Path:
    """The folder of records beside a place; what lies in a registry is not mixed with them."""
    folder = place.parent
    return (folder.parent if Registry(folder).log.path.exists() else folder) / FOLDER


class Recorder:
    """A progress that keeps when stages began and what jobs noted, and passes all on."""

    def __init__(self, progress: Progress, now: Callable[[], datetime]) -> None:
        self.entry: Entry | None = None
        self.facts: Record = {}
        self._progress = progress
        self._now = now
        self._began: list[tuple[str, datetime]] = []

    def stage(self, title: str) -> None:
        """Keep when the stage begins."""
        self._began.append((title, self._now()))
        self._tell({"stage": title, "at": self._began[-1][1].isoformat()})
        self._progress.stage(title)

    def step(self, done: int, total: int) -> None:
        """Pass it on."""
        self._progress.step(done, total)

    def note(self, facts: Mapping[str, Any]) -> None:
        """Keep what a job says of its input."""
        self.facts |= facts
        self._tell(facts)
        pass_on(self._progress, facts)

    def _tell(self, facts: Mapping[str, Any]) -> None:
        if self.entry is not None:
            self.entry.tell(facts)

    def stages(self, finished: datetime) -> list[dict[str, Any]]:
        """Each stage with its seconds, in order."""
        moments = [*(began for _, began in self._began), finished]
        return [
            {"stage": title, "seconds": round((end - began).total_seconds(), 3)}
            for (title, began), end in zip(self._began, moments[1:], strict=True)
        ]


def record_run(
    asked: Asked,
    now: Callable[[], datetime],
    progress: Progress,
    call: Callable[[Progress], Summary],
    exit_code: Callable[[Summary], int] = lambda _: 0,
) -> Summary:
    """Run a job and leave a record of it, whether it ends well or not.

    Parameters
    ----------
    call : callable
        The job; it gets the progress that it has to use.
    exit_code : callable
        Of the job's summary.

    Raises
    ------
    UsageError
        When the folder that was named for records cannot be written: the job is not begun.
    TryAgainError
        When the job was done and its record could not be written.
    """
    started = now()
    recorder = Recorder(progress, now)
    record = _begun(asked, started)
    recorder.entry = _begin(asked, record, started)
    begun = {"job": asked.run.job, "asked": record["asked"]}
    pass_on(progress, begun | ({"record": recorder.entry.run_id} if recorder.entry else {}))
    try:
        summary = call(recorder)
        outcome = outcome_of(asked.run.job, summary, asked.run.out)
        pass_on(progress, {"outcome": outcome})
    except BaseException as error:
        _end(recorder, record, now(), _failed(error))
        raise
    told = {"status": "done", "exit_code": exit_code(summary), "outcome": outcome}
    problem = _end(recorder, record, now(), told)
    if problem is not None:
        raise TryAgainError("\n".join([*summary["sentences"], problem]))
    return summary


def _begun(asked: Asked, started: datetime) -> Record:
    run = asked.run.model_dump(mode="json")
    places = {
        name: without_password(value) if isinstance(value, str) else value
        for name, value in run.items()
        if name not in _NOT_PLACES and value not in (None, [])
    }
    return {
        "format": FORMAT,
        "job": asked.run.job,
        "status": "running",
        "started": started.isoformat(),
        "command": [without_password(word) for word in asked.command],
        "files": [{"path": str(path), "sha256": sha256_of(path)} for path in asked.files],
        "asked": places,
        "settings": run["settings"],
        "seed": asked.run.settings.seed,
        "code": code_version(),
        "libraries": libraries(),
        "machine": machine(),
    }


def _begin(asked: Asked, record: Record, started: datetime) -> Entry | None:
    try:
        return Ledger(asked.folder).begin(record, started)
    except OSError as error:
        if asked.run.runs is None:
            # Nobody asked for a record here; where results cannot be written, the job says so.
            return None
        raise UsageError(
            f"--runs {asked.folder} cannot be written ({error.strerror}); name another folder"
        ) from error


def _failed(error: BaseException) -> Record:
    ending = ending_of(error)
    if ending.exit_code in (STOPPED_BY_HAND, Stopped.exit_code):
        how = "by hand" if ending.exit_code == STOPPED_BY_HAND else "by a signal to end"
        return {"status": "stopped", "exit_code": ending.exit_code, "error": f"stopped {how}"}
    told = f"{ending.kind}: {ending.message}" if ending.exit_code == BUG else ending.message
    return {"status": "failed", "exit_code": ending.exit_code, "error": told}


def _end(recorder: Recorder, record: Record, finished: datetime, told: Record) -> str | None:
    """Write the record; gives the sentence that says why it could not be written."""
    if recorder.entry is None:
        return None
    started = datetime.fromisoformat(record["started"])
    whole = {
        **record,
        **recorder.facts,
        "finished": finished.isoformat(),
        "seconds": round((finished - started).total_seconds(), 3),
        "stages": recorder.stages(finished),
        **told,
    }
    try:
        recorder.entry.finish(whole)
    except OSError as error:
        return f"the run was done and could not be recorded ({error.strerror})"
    return None
