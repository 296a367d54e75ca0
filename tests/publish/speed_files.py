"""How fast each form of place takes a run, beside what a user would write.

python -m tests.publish.speed_files FOLDER [MILLIONS OF ROWS OF LIFT, 1 unless given]

Prints rows a second of processor time and of clock time, one line a way. `pandas to_parquet` writes
in place: a reader meets a torn file, and a killed writer leaves one.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from ptml.contracts.store import open_store
from ptml.publish import open_publication

from .runs import record
from .speed import bucket
from .stores import BUCKET, local_store


def published(out: str, pieces: list[pa.Table]) -> None:
    """By ptml: checked against the contract, hashed, shown at once."""
    with open_publication(out, record(), lambda: datetime.now(UTC)) as publication:
        for piece in pieces:
            publication.append("lift", piece)
        publication.commit({})


def by_pandas(out: Path, pieces: list[pa.Table]) -> None:
    """What many write."""
    pa.concat_tables(pieces).to_pandas().to_parquet(out, compression="zstd")


def by_pyarrow(out: Path, pieces: list[pa.Table]) -> None:
    """A dataset by date, in place."""
    table = pa.concat_tables(pieces)
    day = pa.repeat(pa.scalar(date(2026, 10, 1), pa.date32()), len(table))
    dates = ds.partitioning(pa.schema([("as_of", pa.date32())]), flavor="hive")
    ds.write_dataset(
        table.append_column("as_of", day),
        out,
        format="parquet",
        partitioning=dates,
        existing_data_behavior="delete_matching",
        file_options=ds.ParquetFileFormat().make_write_options(compression="zstd"),
    )


def tell(name: str, write: Callable[[], None], n_rows: int) -> None:
    """Time a way and print."""
    clock, processor = time.perf_counter(), time.process_time()
    write()
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    sys.stdout.write(
        f"{name:26} {n_rows / processor:12,.0f} rows/s of processor {n_rows / clock:12,.0f} by the"
        f" clock {clock:6.1f} s\n"
    )
    sys.stdout.flush()


def main(folder: Path, n_millions: int) -> None:
    """Write by every way, into a folder of its own."""
    pieces = [bucket(index) for index in range(n_millions)]
    n_rows = n_millions * 1_000_000
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell("pandas to_parquet", lambda: by_pandas(folder / "lift.parquet", pieces), n_rows)
    tell("pyarrow write_dataset", lambda: by_pyarrow(folder / "arrow", pieces), n_rows)
    for out in ("folder", "x.duckdb", "dataset", "delta"):
        place = f"{out}:{folder / out}" if out in ("dataset", "delta") else str(folder / out)
        tell(f"ptml {out}", lambda place=place: published(place, pieces), n_rows)  # type: ignore[misc]
    with local_store() as store:
        os.environ.update(store.environment)
        out = f"s3://{BUCKET}/weekly"
        open_store(out).system.mkdir(BUCKET)
        tell("ptml s3 (local moto)", lambda: published(out, pieces), n_rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
