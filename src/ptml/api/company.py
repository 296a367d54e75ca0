"""A company's data as pandas frames: what was read, what was set aside, features as of a day."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from ptml.api.frames import FRAMES
from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.requirements import Capability, missing_for, supports
from ptml.contracts.scratch import DEFAULT_MEMORY_LIMIT
from ptml.decide.portrait import portrait_rows
from ptml.errors import UsageError
from ptml.features.capability import Capability as Portraits
from ptml.features.capability import capability
from ptml.features.history import History, load_history
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import PAIR_GROUPS, pair_features
from ptml.features.people import PERSON_GROUPS, person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import as_of_asked, epoch_day
from ptml.sources import read_dataset

AsOf = date | str | None
"""A date, or one as text (``2026-10-02``); None = the newest that the data allow."""


class Tables(Mapping[str, pd.DataFrame]):
    """Checked tables by name, each read when it is first asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._names = tuple(name for name in INPUT_TABLES if dataset.has(name))
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(f"there is no table {name!r}; there are {', '.join(self._names)}")
        if name not in self._read:
            self._read[name] = self._dataset.query(f"SELECT * FROM {name}")
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._names)})"


class Company:
    """A company's checked data; what broke a rule is in `set_aside` and nowhere else.

    Made by `load`. Use it in a ``with`` block, or call `close`: its database is a temporary file.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Every table of the contract that the source has, with all columns of the contract, typed and
        checked (docs/data-contract.md). Protected attributes are in none.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset, self._is_closed = dataset, False
        self.tables = Tables(dataset)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        people = self._dataset.rows_read.get("employees", 0)
        return (
            f"Company({self._dataset.address!r}, {people:,} employees, {len(self.tables)} tables)"
        )

    @property
    def dataset(self) -> Dataset:
        """What the engine itself reads: one DuckDB connection with the checked tables.

        Raises
        ------
        UsageError
            When the company was closed.
        """
        if self._is_closed:
            raise UsageError(
                f"the company of {self._dataset.address} was closed; load it again, or work within"
                " its `with` block"
            )
        return self._dataset

    @cached_property
    def set_aside(self) -> pd.DataFrame:
        """Rows that broke a rule, with the rule (``ptml.columns("set_aside")``)."""
        return FRAMES["set_aside"].typed(self.dataset.rejected.to_pandas())

    @property
    def missing(self) -> tuple[str, ...]:
        """One sentence for each table or column that is not there: what cannot be done without."""
        return tuple(missing_for(self.dataset))

    @property
    def possible(self) -> tuple[str, ...]:
        """What the data are enough for: of ``recommend``, ``portraits``, ``lift``, ``warnings``."""
        return tuple(c.name for c in Capability if supports(self.dataset, c))

    @cached_property
    def dates(self) -> tuple[date, date]:
        """The first and the last date that may be an ``as_of``."""
        return as_of_range(self.dataset)

    def day(self, as_of: AsOf = None) -> date:
        """Give the date that is meant.

        Raises
        ------
        UsageError
            For text that is no date, or a date outside the data (`dates`).
        """
        return as_of_asked(self.dataset, _date(as_of))

    def query(self, sql: str, params: Iterable[Any] = ()) -> pd.DataFrame:
        """Run DuckDB's SQL over the checked tables."""
        return self.dataset.query(sql, list(params))

    def features(self, as_of: AsOf = None) -> pd.DataFrame:
        """Work out what was known of everybody who is employed: learning, results, surroundings.

        Parameters
        ----------
        as_of : date or str, optional
            What became known on the day itself is not seen.

        Returns
        -------
        DataFrame
            One row an employee, ``employee_id`` the index; float32 columns, NaN = unknown;
            ``role`` and ``job_family`` are categories. `feature_meanings` says what each column
            is. Always all columns, whatever the source has.

        Examples
        --------
        >>> import ptml
        >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
        ...     features = company.features("2026-07-01")
        >>> features["completed_ever"].dtype
        dtype('float32')
        """
        rows, portraits = self.asked(as_of)
        matrix = person_features(self.history, self.shared, rows, portraits)
        index = pd.Index(self.history.employees.ids[rows.employee], name="employee_id", dtype="str")
        return self._frame(matrix, index)

    def portraits(self, as_of: AsOf = None) -> pd.DataFrame:
        """Estimate the level of everybody in what the role requires or what was assessed.

        Returns
        -------
        DataFrame
            One row an employee and competency (``ptml.columns("portraits")``).
        """
        rows, portraits = self.asked(as_of)
        found = portrait_rows(portraits)
        frame = pd.DataFrame(
            {
                "employee_id": self.history.employees.ids[rows.employee[found.row]],
                "competency_id": self.history.competencies.ids[found.competency],
                **{
                    name: getattr(found, name)
                    for name in ("level", "level_se", "required", "gap", "trend")
                },
            }
        )
        return FRAMES["portraits"].typed(frame)

    def pair_features(self, pairs: pd.DataFrame, as_of: AsOf = None) -> pd.DataFrame:
        """Work out the features of people and courses together.

        Parameters
        ----------
        pairs : DataFrame
            ``employee_id`` and ``course_id``, one row a pair.
        as_of : date or str, optional

        Returns
        -------
        DataFrame
            float32, in the order of the pairs, which are the index.

        Raises
        ------
        UsageError
            For an id that is not known, or a frame without the two columns.
        """
        if not {"employee_id", "course_id"} <= set(getattr(pairs, "columns", ())):
            raise UsageError(
                "pair_features needs a frame with columns employee_id and course_id, got"
                f" {type(pairs).__name__}"
            )
        day = epoch_day(self.day(as_of))
        history = self.history
        employee = _codes(history.employees.codes(pairs["employee_id"]), pairs["employee_id"])
        course = _codes(history.courses.codes(pairs["course_id"]), pairs["course_id"])
        used, row = np.unique(employee, return_inverse=True)
        rows = Rows.at(used.astype(np.int32), day)
        portraits = capability(history, self.shared, rows)
        matrix = pair_features(history, self.shared, rows, portraits, row, course)
        return self._frame(matrix, pd.MultiIndex.from_frame(pairs[["employee_id", "course_id"]]))

    @staticmethod
    def feature_meanings() -> pd.DataFrame:
        """Say what every feature is.

        Returns
        -------
        DataFrame
            One row a feature, ``feature`` the index: ``of`` (``person`` or ``pair``), ``dtype``,
            ``unit``, ``family``, ``meaning``.
        """
        told = [
            (f.name, of, "category" if f.is_categorical else "float32", f.unit, f.family, f.meaning)
            for of, groups in (("person", PERSON_GROUPS), ("pair", PAIR_GROUPS))
            for group in groups
            for f in group.features
        ]
        names = ["feature", "of", "dtype", "unit", "family", "meaning"]
        return pd.DataFrame(told, columns=names, dtype="str").set_index("feature")

    def close(self) -> None:
        """Remove the temporary database; frames that were given stay."""
        self._dataset.close()
        self._is_closed = True

    @cached_property
    def history(self) -> History:
        """Everything known of everybody, coded and sorted: what models are fitted on."""
        return load_history(self.dataset)

    @cached_property
    def shared(self) -> Shared:
        """What crosses employees: averages of units, roles and courses."""
        return shared_averages(self.dataset)

    def asked(self, as_of: AsOf = None) -> tuple[Rows, Portraits]:
        """Everybody who is employed as of a date, and their portraits as the engine has them."""
        day = epoch_day(self.day(as_of))
        everybody = Rows.at(np.arange(self.history.n_employees, dtype=np.int32), day)
        is_here = self.history.employed(everybody.employee, everybody.day)
        rows = everybody.take(np.flatnonzero(is_here))
        return rows, capability(self.history, self.shared, rows)

    def _frame(self, matrix: FeatureMatrix, index: pd.Index) -> pd.DataFrame:
        frame = pd.DataFrame(matrix.values, index=index, columns=list(matrix.names))
        ids = {"role": self.history.roles, "job_family": self.history.job_families}
        for name in matrix.categorical:
            known = np.nan_to_num(matrix.column(name), nan=-1).astype(np.int64)
            frame[name] = pd.Categorical.from_codes(known, categories=ids[name].ids.tolist())
        return frame


def load(
    source: str | Path | Mapping[str, pd.DataFrame], memory_limit: str = DEFAULT_MEMORY_LIMIT
) -> Company:
    """Read and check a company's data.

    Parameters
    ----------
    source : str, Path or mapping of str to DataFrame
        A folder of ``TABLE.csv`` or ``TABLE.parquet``, a ``*.duckdb`` file, a ``postgresql://``
        address, or frames by the name of their table.
    memory_limit : str
        What DuckDB may use, ``2GB``; the rest is spilled to a temporary folder.

    Returns
    -------
    Company

    Raises
    ------
    DataError
        When nothing can be read there, or the data break the contract too far: names everything
        that is wrong at once.

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
    ...     company.possible
    ('recommend', 'portraits', 'lift', 'warnings')
    """
    if isinstance(source, Mapping):
        _refuse_misspelt(source)
        return Company(dataset_from_frames(source))
    return Company(read_dataset(source, memory_limit))


def _refuse_misspelt(frames: Mapping[str, pd.DataFrame]) -> None:
    """Refuse a name that is nearly one of the contract's; any other is carried along."""
    told = []
    for name in sorted(set(frames) - set(INPUT_TABLES)):
        near = difflib.get_close_matches(name, INPUT_TABLES, n=1, cutoff=0.75)
        told += [f"`{name}` (did you mean `{one}`?)" for one in near if one not in frames]
    if told:
        raise UsageError(f"no table of the contract: {', '.join(told)}")


def _date(as_of: AsOf) -> date | None:
    if isinstance(as_of, datetime):
        return as_of.date()
    if not isinstance(as_of, str):
        return as_of
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"as_of must be a date like 2026-10-02, got {as_of!r}") from None


def _codes(codes: np.ndarray, names: pd.Series) -> np.ndarray:
    unknown = names[codes < 0].unique().tolist()
    if unknown:
        raise UsageError(
            f"{len(unknown)} values of {names.name} are not in the data: "
            f"{', '.join(map(str, unknown[:3]))}"
        )
    return codes.astype(np.int32)
