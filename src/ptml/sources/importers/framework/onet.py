"""O*NET, the American database of occupations, as a competency framework."""

from dataclasses import dataclass
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.accounts import Accounts, counted
from ptml.sources.importers.framework.roles import read_roles
from ptml.sources.importers.framework.tables import Framework
from ptml.sources.importers.records import Record, open_records
from ptml.sources.importers.writing import ImportSummary, fresh_folder

# Scales Reference.txt: importance from 1 to 5, level from 0 to 7.
_LEAST_IMPORTANCE, _MOST_IMPORTANCE = 1.0, 5.0
_MOST_LEVEL = 7.0
_LEVELS = 5.0
_OCCUPATIONS, _MODEL = "Occupation Data.txt", "Content Model Reference.txt"
RATED = ("Skills.txt", "Knowledge.txt", "Abilities.txt", "Work Activities.txt")
_CODE = "O*NET-SOC Code"
_NEEDED = (_CODE, "Element ID", "Element Name", "Scale ID", "Data Value")


@dataclass(frozen=True)
class OnetOptions:
    """How O*NET is read.

    Attributes
    ----------
    roles : Path, optional
        Which occupation (code or title) each role of the company is; without it each is a role.
    least_importance : float
        What is less important (0 to 1) is no requirement; .5 is "important" on O*NET's scale.
    """

    roles: Path | None = None
    least_importance: float = 0.5


def import_onet(source: Path, out: Path, options: OnetOptions | None = None) -> ImportSummary:
    """Write O*NET's ratings of skills, knowledge and abilities as a competency framework.

    Parameters
    ----------
    source : Path
        Folder of the text files of a release: ``Occupation Data.txt``, any of ``Skills.txt``,
        ``Knowledge.txt``, ``Abilities.txt`` and ``Work Activities.txt``, and, for what is above a
        skill, ``Content Model Reference.txt``.
    out : Path
        New folder for the tables.

    Raises
    ------
    UsageError, DataError
        For a file that is missing or has other columns, a folder that holds something.
    """
    options = options or OnetOptions()
    if not 0 <= options.least_importance <= 1:
        raise UsageError(f"--least-importance must lie in 0 to 1, got {options.least_importance}")
    framework = Framework(read_roles(options.roles))
    paths = _files(source)
    with fresh_folder(out) as folder, Accounts(folder) as accounts:
        reader = _Reader(framework)
        for path in paths:
            for record in open_records(path):
                became = reader.take(path.name, record)
                kind = record.values.get("Scale ID", "")
                accounts.settle(path.name, kind, became, path.name, record)
        n_minor = reader.settle(options.least_importance)
        rows = framework.write(folder)
        told = [f"{table}: {counted(n, 'row')}." for table, n in rows.items()]
        told.append(
            f"Levels are O*NET's x 5/7, importances (IM - 1)/4; {n_minor:,} requirements of"
            f" importance below {options.least_importance:g} or without one are left out."
        )
        unknown = framework.unknown_occupations()
        if unknown:
            told.append(f"Occupations that O*NET has not: {', '.join(unknown)}.")
        return ImportSummary(rows, (*accounts.sentences("row"), *told))


def _files(source: Path) -> list[Path]:
    rated = [source / name for name in RATED if (source / name).is_file()]
    if not (source / _OCCUPATIONS).is_file() or not rated:
        raise UsageError(f"{source} has no {_OCCUPATIONS}, or none of {', '.join(RATED)}")
    for path in rated:
        missing = [name for name in _NEEDED if name not in open_records(path).columns]
        if missing:
            raise UsageError(f"{path.name} has no column {', '.join(missing)}")
    model = [source / _MODEL] if (source / _MODEL).is_file() else []
    return [source / _OCCUPATIONS, *model, *rated]


class _Reader:
    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._model: dict[str, str] = {}
        self._levels: dict[tuple[str, str], float] = {}
        self._importances: dict[tuple[str, str], float] = {}

    def take(self, file: str, record: Record) -> str:
        """Take up a row; give what became of it."""
        if record.fault:
            return f"not placed: {record.fault}"
        row = record.values
        if file == _OCCUPATIONS:
            self._framework.occupations[row[_CODE]] = (row.get("Title", ""), row[_CODE][:2])
            return "placed"
        if file == _MODEL:
            self._model[row["Element ID"]] = row["Element Name"]
            return "placed as names of others"
        return self._rating(row)

    def settle(self, least_importance: float) -> int:
        """Make requirements of what has a level and an importance; give how many it leaves out."""
        n_minor = 0
        for pair, level in self._levels.items():
            importance = self._importances.get(pair)
            if importance is None or importance < least_importance:
                n_minor += 1
            else:
                self._framework.asked[pair] = (level, importance)
        self._put_below()
        return n_minor

    def _rating(self, row: dict[str, str]) -> str:
        occupation, element, scale = row[_CODE], row["Element ID"], row["Scale ID"]
        if occupation not in self._framework.occupations:
            return f"not placed: its occupation is not in {_OCCUPATIONS}"
        if row.get("Recommend Suppress") == "Y":
            return "left out: O*NET recommends to suppress it, it is imprecise"
        if row.get("Not Relevant") == "Y":
            return "left out: not relevant for the occupation"
        try:
            value = float(row["Data Value"])
        except ValueError:
            return "not placed: Data Value is no number"
        if scale == "LV" and 0 <= value <= _MOST_LEVEL:
            self._levels[occupation, element] = value * _LEVELS / _MOST_LEVEL
        elif scale == "IM" and _LEAST_IMPORTANCE <= value <= _MOST_IMPORTANCE:
            self._importances[occupation, element] = (value - _LEAST_IMPORTANCE) / (
                _MOST_IMPORTANCE - _LEAST_IMPORTANCE
            )
        else:
            if scale in ("LV", "IM"):
                return "not placed: Data Value lies outside its scale"
            return "not placed: the scale is not known"
        self._framework.names[element] = row["Element Name"]
        return "placed"

    def _put_below(self) -> None:
        """Put each element below the next one above it that the content model names."""
        names, parents = self._framework.names, self._framework.parents
        for element in list(names):
            below, above = element, element.rpartition(".")[0]
            while above.count(".") >= 1:
                if above in self._model:
                    parents[below] = above
                    names.setdefault(above, self._model[above])
                    below = above
                above = above.rpartition(".")[0]
