"""A folder of Parquet files that always shows one whole run.

OUT/runs/RUN_ID/TABLE.parquet   a run, never changed once it is there
OUT/runs/RUN_ID/manifest.json   its inputs, rows and file hashes, written last
OUT/current -> runs/RUN_ID      the newest whole run, replaced in one step
OUT/TABLE.parquet -> current/TABLE.parquet
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish.durable import flush, put_link, sha256_of, told_plainly
from ptml.publish.lock import publisher_lock
from ptml.publish.record import RunRecord

RUNS, CURRENT, MANIFEST, LOCK = "runs", "current", "manifest.json", ".publishing"
KEPT_RUNS = 5
_UNFINISHED = ".unfinished-"


class FolderSink:
    """Writes a run into a hidden folder and renames it when it is whole."""

    def __init__(self, out: Path, run_id: str) -> None:
        self._out = out
        self._run_id = run_id
        self._work = out / RUNS / f"{_UNFINISHED}{run_id}"
        self._writers: dict[str, pq.ParquetWriter] = {}
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to a table of the run."""
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self._work / f"{name}.parquet",
                table.schema,
                compression="zstd",
                write_page_checksum=True,
            )
        self._writers[name].write_table(table)

    def commit(self, about: Mapping[str, Any]) -> None:
        """Make the whole run visible in one step."""
        self.close()
        files = sorted(self._work.glob("*.parquet"))
        for file in files:
            flush(file)
        manifest = {**about, "sha256": {file.name: sha256_of(file) for file in files}}
        text = json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False)
        (self._work / MANIFEST).write_text(text + "\n", encoding="utf-8")
        flush(self._work / MANIFEST)
        flush(self._work)
        self._put_in_place()
        sweep(self._out, self._run_id)

    def close(self) -> None:
        """Close the files that are open."""
        while self._writers:
            self._writers.popitem()[1].close()

    def discard(self) -> None:
        """Remove what was written of a run that will not be finished."""
        shutil.rmtree(self._work, ignore_errors=True)

    def _put_in_place(self) -> None:
        final = self._out / RUNS / self._run_id
        if final.exists():
            # The same run again: its older copy steps aside, the new one takes its place.
            final = final.with_name(f"{self._run_id}.{_next_copy(final)}")
        self._work.rename(final)
        flush(final.parent)
        put_link(f"{RUNS}/{final.name}", self._out / CURRENT)
        for name in OUTPUT_TABLES:
            link = self._out / f"{name}.parquet"
            if not link.is_symlink():
                put_link(f"{CURRENT}/{name}.parquet", link)


def _next_copy(final: Path) -> int:
    copies = [path.name.rpartition(".")[2] for path in final.parent.glob(f"{final.name}.*")]
    return 1 + max((int(copy) for copy in copies if copy.isdigit()), default=1)


def sweep(out: Path, run_id: str) -> None:
    """Remove unfinished folders of dead publishers and all but the newest runs."""
    shown = (out / CURRENT).resolve()
    folders = [path for path in (out / RUNS).iterdir() if path.is_dir()]
    whole = sorted(
        (path for path in folders if not path.name.startswith(_UNFINISHED)),
        key=lambda path: (path.stat().st_mtime_ns, path.name),
    )
    stale = [path for path in folders if path.name.startswith(_UNFINISHED)]
    stale += [path for path in whole if path.name.split(".")[0] == run_id]
    stale += whole[:-KEPT_RUNS]
    for path in stale:
        if path.resolve() != shown:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def folder_sink(out: str, record: RunRecord) -> Iterator[FolderSink]:
    """Begin a run in a folder, made where it is not there."""
    place = Path(out)
    with told_plainly(out):
        place.mkdir(parents=True, exist_ok=True)
        with publisher_lock(place / LOCK, record.started_at):
            sink = FolderSink(place, record.run_id)
            try:
                yield sink
            finally:
                _close_quietly(sink)


def _close_quietly(sink: FolderSink) -> None:
    # On a full disk closing fails as writing did; the first error is the one to tell.
    try:
        sink.close()
    except OSError:
        pass
    finally:
        sink.discard()
