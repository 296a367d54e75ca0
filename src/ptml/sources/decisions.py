"""What people decided on the review page, as rows of `warning_actions` beside the source's own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
from pydantic import field_validator
from sqlalchemy import Row, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from ptml.config import FrozenConfig
from ptml.contracts.raw import RawSource, RawTable
from ptml.errors import DataError, TryAgainError, UsageError

_KINDS = ("sqlite", "postgresql")


class ReviewsConfig(FrozenConfig):
    """Where people's decisions on warnings are, beside what the source has of them."""

    database: str | None = None
    """The review page's `--db`: its decisions count as `warning_actions` for `train`, `promote`,
    `monitor` and `evaluate acting`; empty = the source's own alone."""

    @field_validator("database")
    @classmethod
    def _is_an_address_without_a_password(cls, address: str | None) -> str | None:
        if address is None:
            return None
        kind = address.partition("://")[0]
        if kind not in _KINDS:
            raise ValueError(f"must be sqlite:///FILE or postgresql://..., got {kind}://...")
        if make_url(address).password is not None:
            # Settings are kept with every run.
            raise ValueError("leave the password out: PGPASSWORD or ~/.pgpass holds it")
        return address


TABLE = "warning_actions"
COLUMNS = (
    *("enrolment_id", "stage", "code", "owner", "decided_on"),
    *("decision", "reason", "due_on", "done_on"),
)
"""Of the view `warning_actions` of a review database."""


def with_decisions(source: RawSource, address: str) -> RawSource:
    """A source with the decisions of a review database behind its own `warning_actions`.

    Parameters
    ----------
    address : str
        ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``, as `ptml review --db` takes it.

    Raises
    ------
    UsageError
        When there is no review database.
    TryAgainError
        When it cannot be reached.
    """
    rows = _batch(_read(_url(address), address))
    own = source.tables.get(TABLE)

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        if own is not None:
            yield from own.batches(tuple(name for name in wanted if name in own.columns))
        yield rows.select([name for name in wanted if name in COLUMNS])

    columns = COLUMNS if own is None else tuple(dict.fromkeys((*own.columns, *COLUMNS)))
    origin = TABLE if own is None else f"{own.origin} and decisions of the review page"
    table = RawTable(columns, batches, origin)
    return replace(source, tables={**source.tables, TABLE: table})


def _url(address: str) -> URL:
    kind = address.partition("://")[0]
    if kind == "sqlite":
        path = make_url(address).database or ""
        # Read only: a file that is not there would be made, and say that nothing was decided.
        return URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    return make_url(address).set(drivername="postgresql+psycopg")


def _read(url: URL, told: str) -> Sequence[Row[Any]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            chosen = text(f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY 1, 5, 3")
            return connection.execute(chosen).all()
    except OperationalError as error:
        if "no such table" in str(error):
            raise UsageError(f"{told} is no review database: `ptml review` makes one") from error
        raise TryAgainError(f"{told} cannot be read: {str(error.orig).strip()}") from error
    except ProgrammingError as error:
        raise DataError(f"{told} has no view {TABLE}: start `ptml review` on it once") from error
    finally:
        engine.dispose()


def _batch(rows: Sequence[Row[Any]]) -> pa.RecordBatch:
    # As text, as a CSV file has it: SQLite knows no dates, and the check reads both alike.
    told = [[None if value is None else str(value) for value in row] for row in rows]
    columns = [pa.array([row[k] for row in told], pa.string()) for k in range(len(COLUMNS))]
    return pa.RecordBatch.from_arrays(columns, names=list(COLUMNS))
