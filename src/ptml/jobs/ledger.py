"""A folder with a record of every run: one JSON file a run, written whole and never again.

RUNS/ID.json     a run that ended, well or not
RUNS/ID.running  a run that goes on, or was killed: a line for each thing that happened
"""

import fcntl
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ptml.contracts.durable import flush
from ptml.errors import DataError, UsageError

FORMAT = 1
FOLDER = "runs"
LATEST = "latest"
_ENDED, _RUNNING = ".json", ".running"
_ID = re.compile(r"\d{8}T\d{6}Z-\d{2,}")
_SEAL = "seal"
_READ_ONLY, _WRITABLE = 0o444, 0o644
_MOST_NAMED = 8

Record = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A run that has begun and whose record is not written yet.

    Its file is locked until it ends; the system drops the lock of a killed process, which is how
    such a run is told from one that goes on.
    """

    folder: Path
    run_id: str
    journal: IO[str]

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Keep what has become known, should the process be killed."""
        self.journal.write(json.dumps(facts, default=str, ensure_ascii=False) + "\n")
        self.journal.flush()

    def finish(self, record: Mapping[str, Any]) -> Path:
        """Write the record, whole or not at all, and for reading only."""
        with self.journal:
            return self._written(record)

    def _written(self, record: Mapping[str, Any]) -> Path:
        final = self.folder / f"{self.run_id}{_ENDED}"
        fresh = self.folder / f".{final.name}.new"
        told = json.loads(json.dumps({**record, "id": self.run_id}, default=str))
        text = json.dumps({**told, _SEAL: seal(told)}, indent=1, ensure_ascii=False)
        try:
            fresh.write_text(text + "\n", encoding="utf-8")
            fresh.chmod(_READ_ONLY)
            flush(fresh)
            fresh.rename(final)
        except OSError:
            # Of a full disk: half a record is none.
            fresh.unlink(missing_ok=True)
            raise
        flush(self.folder)
        (self.folder / f"{self.run_id}{_RUNNING}").unlink(missing_ok=True)
        return final


@dataclass(frozen=True)
class Ledger:
    """The records of one folder."""

    folder: Path

    def begin(self, record: Mapping[str, Any], started: datetime) -> Entry:
        """Begin a run under an id of its own: its second, and a number within that second.

        Raises
        ------
        OSError
            When the folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            run_id = f"{started:%Y%m%dT%H%M%SZ}-{number:02d}"
            entry = self._claimed(run_id)
            if entry is not None:
                entry.tell({**record, "id": run_id})
                return entry
            number += 1

    def _claimed(self, run_id: str) -> Entry | None:
        path = self.folder / f"{run_id}{_RUNNING}"
        try:
            journal = path.open("x", encoding="utf-8")
        except FileExistsError:
            return None
        fcntl.flock(journal, fcntl.LOCK_EX)
        # Looked at in this order: whoever ends writes the record before the journal goes.
        if (self.folder / f"{run_id}{_ENDED}").exists():
            journal.close()
            path.unlink()
            return None
        return Entry(self.folder, run_id, journal)

    def records(self, job: str | None = None) -> list[Record]:
        """All records, the newest first; a damaged one says so and nothing else."""
        if not self.folder.is_dir():
            return []
        found: dict[str, Record] = {}
        for path in self.folder.iterdir():
            if path.suffix == _RUNNING and _ID.fullmatch(path.stem):
                record = _of_journal(path)
                if record:
                    found.setdefault(path.stem, record)
            elif path.suffix == _ENDED and _ID.fullmatch(path.stem):
                found[path.stem] = _of_record(path)
        newest_first = [found[name] for name in sorted(found, key=_in_order, reverse=True)]
        return [record for record in newest_first if job is None or record.get("job") == job]

    def ended(self) -> list[tuple[Path, datetime]]:
        """Files of runs that are over, killed ones too, with the second in which they began."""
        if not self.folder.is_dir():
            return []
        files = [
            path
            for path in sorted(self.folder.iterdir())
            if _ID.fullmatch(path.stem)
            and (path.suffix == _ENDED or (path.suffix == _RUNNING and not _is_locked(path)))
        ]
        return [(path, _began(path.stem)) for path in files]

    def find(self, name: str, job: str | None = None) -> Record:
        """The record with an id, the beginning of one, `latest` or `latest~N` (the Nth before it).

        `latest` counts runs that are over, as `job` where that is given.

        Raises
        ------
        UsageError
            When there is none, or several of which the name is the beginning.
        DataError
            When the record was changed or cut.
        """
        record = _chosen(self.records(job), name, self.folder, job)
        if record["status"] == "damaged":
            raise DataError(f"the record {record['id']} in {self.folder} was changed after writing")
        return record


def _chosen(records: list[Record], name: str, folder: Path, job: str | None) -> Record:
    of_job = "" if job is None else f" of job {job}"
    if not records:
        raise UsageError(f"no record of a run{of_job} in {folder}; name another folder with --runs")
    back = re.fullmatch(rf"{LATEST}(?:~(\d+))?", name)
    if back:
        steps = int(back[1] or 0)
        over = [record for record in records if record["status"] != "running"]
        if steps >= len(over):
            there = f"{len(over)} {'run' if len(over) == 1 else 'runs'}{of_job}"
            raise UsageError(
                f"{name}: {folder} has {there} that {'is' if len(over) == 1 else 'are'} over; "
                f"`ptml runs --runs {folder}` lists them"
            )
        return over[steps]
    matches = [record for record in records if str(record["id"]).startswith(name)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise UsageError(f"no run {name} in {folder}; `ptml runs --runs {folder}` lists them")
    raise UsageError(f"{name} is the beginning of {len(matches)} runs: {_named(matches)}")


def _named(records: Iterable[Record]) -> str:
    ids = [str(record["id"]) for record in records]
    more = ", ..." if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more


def _began(run_id: str) -> datetime:
    second = run_id.partition("-")[0]
    return datetime.strptime(second, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _in_order(run_id: str) -> tuple[str, int]:
    second, _, number = run_id.rpartition("-")
    return second, int(number)


def seal(record: Mapping[str, Any]) -> str:
    """Hash by which a record that was changed is seen."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def resealed(path: Path, rewrite: Callable[[str], str]) -> bool:
    """Write the record of a run anew, its text changed; False where it is none or stays the same.

    The journal of a run that was killed is rewritten as it is; one that goes on is left alone.
    """
    if path.suffix not in (_ENDED, _RUNNING) or not _ID.fullmatch(path.stem):
        return False
    before = path.read_text(encoding="utf-8")
    after = rewrite(before)
    if path.suffix == _ENDED:
        record = json.loads(after)
        record.pop(_SEAL, None)
        after = json.dumps({**record, _SEAL: seal(record)}, indent=1, ensure_ascii=False) + "\n"
    if after == before or (path.suffix == _RUNNING and _is_locked(path)):
        return False
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.write_text(after, encoding="utf-8")
    fresh.chmod(_READ_ONLY if path.suffix == _ENDED else _WRITABLE)
    flush(fresh)
    fresh.replace(path)
    flush(path.parent)
    return True


def _of_record(path: Path) -> Record:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        record = None
    if not isinstance(record, dict) or record.pop(_SEAL, None) != seal(record):
        return {"id": path.stem, "status": "damaged"}
    return record


def _of_journal(path: Path) -> Record:
    """What is known of a run that did not end."""
    record: Record = {}
    stages: list[Record] = []
    try:
        text = path.read_text(encoding="utf-8")
        is_going_on = _is_locked(path)
    except FileNotFoundError:
        return {}
    # A line that was cut by the kill has no end.
    for line in text.split("\n")[:-1]:
        facts = json.loads(line)
        if "stage" in facts:
            stages.append(facts)
        else:
            record |= facts
    if record:
        record |= {"status": "running" if is_going_on else "killed", "stages": stages}
    return record


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
