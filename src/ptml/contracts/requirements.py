"""What a data set is good for: which capability it can give, and what is missing for the others."""

from enum import Enum

from ptml.contracts.dataset import Dataset
from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import DataError


class Capability(Enum):
    """What a job may be asked for, by the contract's letter."""

    recommend = "A"
    portraits = "C"
    lift = "L"
    warnings = "W"


# Without these columns the tables of the letter are there in vain.
_NEEDED_COLUMNS = {
    Capability.warnings: (
        ("enrolments", "completed_on"),
        ("transfer_evidence", "due_on"),
        ("transfer_evidence", "done_on"),
        ("transfer_evidence", "score"),
    ),
}


def missing_for(dataset: Dataset, capability: Capability | None = None) -> list[str]:
    """Say in one sentence each what a missing table or column makes impossible.

    Parameters
    ----------
    capability : Capability, optional
        Only what this one cannot do without; all that the contract has a use for when left out.
    """
    if capability is not None:
        return _needed_and_missing(dataset, capability)
    sentences = []
    for name, contract in INPUT_TABLES.items():
        if not _has_rows(dataset, name):
            sentences.append(_table_sentence(dataset, name))
            continue
        sentences += [
            _column_sentence(name, column)
            for column in contract.without_column
            if not dataset.has(name, column)
        ]
    return sentences


def supports(dataset: Dataset, capability: Capability) -> bool:
    """Tell whether the data set has all that the capability cannot do without."""
    return not _needed_and_missing(dataset, capability)


def require(dataset: Dataset, capability: Capability) -> None:
    """End a job that was asked for something that its source cannot give.

    Raises
    ------
    DataError
        Naming every missing table and column.
    """
    missing = _needed_and_missing(dataset, capability)
    if missing:
        raise DataError(
            f"{dataset.address} is not enough for {capability.name}: {'; '.join(missing)}"
        )


def _needed_and_missing(dataset: Dataset, capability: Capability) -> list[str]:
    needed_for = {Capability.recommend.value, capability.value}
    tables = [
        _table_sentence(dataset, name)
        for name, contract in INPUT_TABLES.items()
        if contract.needed_for in needed_for and not _has_rows(dataset, name)
    ]
    columns = [
        _column_sentence(name, column)
        for name, column in _NEEDED_COLUMNS.get(capability, ())
        if _has_rows(dataset, name) and not dataset.has(name, column)
    ]
    return tables + columns


def _has_rows(dataset: Dataset, table: str) -> bool:
    n_kept = dataset.rows_read.get(table, 0) - dataset.rows_rejected.get(table, 0)
    return dataset.has(table) and n_kept > 0


def _table_sentence(dataset: Dataset, table: str) -> str:
    state = "has no rows" if dataset.has(table) else "is missing"
    return f"table {table} {state}: {INPUT_TABLES[table].without}"


def _column_sentence(table: str, column: str) -> str:
    return f"column {column} of {table} is missing: {INPUT_TABLES[table].without_column[column]}"
