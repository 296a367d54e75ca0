"""What a job was asked for, held against what its source can give, before any model is touched."""

from datetime import date

from ptml.contracts.as_of import as_of_range, check_as_of
from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import Capability, require, supports
from ptml.errors import UsageError

MODELS = {
    "recommend": Capability.recommend,
    "lift": Capability.lift,
    "warnings": Capability.warnings,
}


def models_asked(dataset: Dataset, only: list[str]) -> tuple[str, ...]:
    """Names of the models to work on: those named, or all that the source can give.

    Raises
    ------
    UsageError
        For a name that does not exist.
    DataError
        When a named one cannot be given, naming every missing table and column.
    """
    unknown = sorted(set(only) - set(MODELS))
    if unknown:
        raise UsageError(f"--only knows {', '.join(MODELS)}, got {', '.join(unknown)}")
    for name in only:
        require(dataset, MODELS[name])
    return tuple(
        name
        for name, capability in MODELS.items()
        if (name in only if only else supports(dataset, capability))
    )


def as_of_asked(dataset: Dataset, as_of: date | None) -> date:
    """The date asked for, checked, or the newest that the data allow."""
    if as_of is None:
        return as_of_range(dataset)[1]
    check_as_of(dataset, as_of)
    return as_of


def epoch_day(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days
