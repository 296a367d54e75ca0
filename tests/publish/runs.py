"""Small runs to publish, in several pieces, whose rows all carry one mark."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish import PublishedRun, RunRecord, open_publication
from ptml.publish.form import Form, address_of

AS_OF = date(2026, 10, 1)
STARTED = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
FINISHED = datetime(2026, 10, 1, 6, 5, tzinfo=UTC)
N_PIECES, N_PEOPLE = 2, 3
ALL_FORMS = ("out", "out.duckdb", "dataset:out", "delta:out")


def placed(name: str, folder: Path) -> str:
    """The address of a place in a folder: `out`, `out.duckdb`, `dataset:out`."""
    form, colon, rest = name.rpartition(":")
    return f"{form}{colon}{folder / rest}"


def on_disk(out: str) -> Path:
    """The folder or file of a place."""
    return address_of(out).path


def is_a(form: Form, out: str) -> bool:
    """Whether an address is of a form."""
    return address_of(out).form is form


def is_duckdb(out: str) -> bool:
    """Whether an address names a DuckDB file."""
    return is_a(Form.duckdb, out)


def record(mark: int = 1) -> RunRecord:
    """A run of the data set of that mark."""
    return RunRecord(AS_OF, f"data {mark}", {"lift": "3f"}, {"seed": 7}, STARTED)


def lift_piece(mark: int, piece: int = 0, people: int = N_PEOPLE) -> pa.Table:
    """Rows of `lift` whose support is the run's mark; no two lifts alike, so they fill a disk."""
    lift = np.random.default_rng([mark, piece]).normal(size=people)
    return pa.table(
        {
            "employee_id": [f"e{piece}-{i}" for i in range(people)],
            "course_id": ["c1"] * people,
            "lift": lift,
            "lift_low": lift - 1,
            "lift_high": lift + 1,
            "support": pa.array([mark] * people, pa.int32()),
            "status": ["ok"] * people,
        }
    )


def segments_piece(piece: int, people: int = N_PEOPLE) -> pa.Table:
    """Rows of `segments`."""
    return pa.table(
        {
            "employee_id": [f"e{piece}-{i}" for i in range(people)],
            "segment": ["core"] * people,
            "performance_state": ["on"] * people,
            "main_cause": pa.nulls(people, pa.string()),
            "rule": pa.nulls(people, pa.string()),
            "course_level": pa.nulls(people, pa.string()),
            "first_question": pa.nulls(people, pa.string()),
        }
    )


def publish(out: str, mark: int = 1, people: int = N_PEOPLE, now: datetime = FINISHED) -> None:
    """Publish the run of that mark."""
    with open_publication(out, record(mark), lambda: now) as publication:
        for piece in range(N_PIECES):
            publication.append("lift", lift_piece(mark, piece, people))
            publication.append("segments", segments_piece(piece, people))
        publication.commit({"notes": [f"mark {mark}"]})


def mark_of(
    run: PublishedRun, people: int = N_PEOPLE, names: Iterable[str] = tuple(OUTPUT_TABLES)
) -> int:
    """The mark of a run, once the tables were found to be whole and of that run."""
    [mark] = set(run.tables["lift"]["support"])
    assert run.about["run_id"] == record(mark).run_id
    for name in names:
        table = run.tables[name]
        assert len(table) == run.about["rows"][name], name
        assert set(table["run_id"]) <= {record(mark).run_id}, name
    assert run.about["rows"]["lift"] == run.about["rows"]["segments"] == N_PIECES * people
    return int(mark)
