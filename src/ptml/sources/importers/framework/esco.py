"""ESCO, the European classification of skills and occupations, as a competency framework."""

from dataclasses import dataclass
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.accounts import Accounts, counted
from ptml.sources.importers.framework.roles import read_roles
from ptml.sources.importers.framework.tables import Framework
from ptml.sources.importers.records import Record, open_records
from ptml.sources.importers.writing import ImportSummary, fresh_folder

# ESCO says that a skill is essential or optional, and nothing of levels.
IMPORTANCE = {"essential": 1.0, "optional": 0.5}
_NEEDED = ("skills", "occupations", "occupationSkillRelations")
_FURTHER = ("skillGroups", "broaderRelationsSkillPillar")
_COLUMNS = {
    "skills": ("conceptUri", "preferredLabel"),
    "skillGroups": ("conceptUri", "preferredLabel"),
    "occupations": ("conceptUri", "preferredLabel"),
    "broaderRelationsSkillPillar": ("conceptUri", "broaderUri"),
    "occupationSkillRelations": ("occupationUri", "relationType", "skillUri"),
}


@dataclass(frozen=True)
class EscoOptions:
    """How ESCO is read.

    Attributes
    ----------
    roles : Path, optional
        Which occupation (URI, code or name) each role of the company is; without it each
        occupation is a role.
    language : str
        Of the files: ``skills_en.csv``.
    essential_level, optional_level : float
        Levels that are asked for: the company's choice, ESCO has none.
    """

    roles: Path | None = None
    language: str = "en"
    essential_level: float = 3.0
    optional_level: float = 2.0


def import_esco(source: Path, out: Path, options: EscoOptions | None = None) -> ImportSummary:
    """Write ESCO's skills, occupations and relations as competencies, roles and requirements.

    Parameters
    ----------
    source : Path
        Folder with ``skills_en.csv``, ``occupations_en.csv``, ``occupationSkillRelations_en.csv``
        and, for what is above a skill, ``skillGroups_en.csv`` and
        ``broaderRelationsSkillPillar_en.csv``.
    out : Path
        New folder for the tables.

    Raises
    ------
    UsageError, DataError
        For a file that is missing or has other columns, a folder that holds something.
    """
    options = options or EscoOptions()
    levels = {"essential": options.essential_level, "optional": options.optional_level}
    if not all(0 <= level <= 5 for level in levels.values()):
        raise UsageError("levels must lie in 0 to 5")
    framework = Framework(read_roles(options.roles))
    files = _files(source, options.language)
    with fresh_folder(out) as folder, Accounts(folder) as accounts:
        reader = _Reader(framework, levels)
        for name, path in files.items():
            for record in open_records(path):
                became = reader.take(name, record)
                kind = record.values.get("relationType", "")
                accounts.settle(name, kind, became, path.name, record)
        rows = framework.write(folder)
        told = [f"{table}: {counted(n, 'row')}." for table, n in rows.items()]
        told.append(
            f"Levels are assumed: {options.essential_level:g} where a skill is essential,"
            f" {options.optional_level:g} where optional; ESCO has none."
        )
        unknown = framework.unknown_occupations()
        if unknown:
            told.append(f"Occupations that ESCO has not: {', '.join(unknown)}.")
        return ImportSummary(rows, (*accounts.sentences("row"), *told))


def _files(source: Path, language: str) -> dict[str, Path]:
    """The files of a release in the order in which they are read; the last names the others."""
    found: dict[str, Path] = {}
    for name in (*_FURTHER, *_NEEDED):
        places = [source / f"{name}_{language}.csv", source / f"{name}.csv"]
        path = next((place for place in places if place.is_file()), None)
        if path is None and name in _NEEDED:
            raise UsageError(f"{source} has no {places[0].name}")
        if path is not None:
            columns = open_records(path).columns
            missing = [column for column in _COLUMNS[name] if column not in columns]
            if missing:
                raise UsageError(f"{path.name} has no column {', '.join(missing)}")
            found[name] = path
    return {name: found[name] for name in _COLUMNS if name in found}


class _Reader:
    def __init__(self, framework: Framework, levels: dict[str, float]) -> None:
        self._framework, self._levels = framework, levels

    def take(self, name: str, record: Record) -> str:
        """Take up a row; give what became of it."""
        if record.fault:
            return f"not placed: {record.fault}"
        row = record.values
        if name in ("skills", "skillGroups"):
            return self._skill(row)
        if name == "occupations":
            key = row["conceptUri"]
            self._framework.occupations[key] = (row["preferredLabel"], row.get("iscoGroup", ""))
            self._framework.codes[key] = row.get("code", "")
            return "placed"
        if name == "broaderRelationsSkillPillar":
            return self._broader(row)
        return self._relation(row)

    def _skill(self, row: dict[str, str]) -> str:
        if not row["conceptUri"] or not row["preferredLabel"]:
            return "not placed: it has no conceptUri or no preferredLabel"
        self._framework.names[row["conceptUri"]] = row["preferredLabel"]
        self._framework.more[row["conceptUri"]] = {
            "skill_type": row.get("skillType", ""),
            "reuse_level": row.get("reuseLevel", ""),
        }
        return "placed"

    def _broader(self, row: dict[str, str]) -> str:
        names, parents = self._framework.names, self._framework.parents
        if row["conceptUri"] not in names or row["broaderUri"] not in names:
            return "left out: above or below it is nothing that was read"
        if row["conceptUri"] in parents:
            return "left out: the skill has another one above it already"
        parents[row["conceptUri"]] = row["broaderUri"]
        return "placed"

    def _relation(self, row: dict[str, str]) -> str:
        kind = row["relationType"]
        if kind not in self._levels:
            return "not placed: relationType is neither essential nor optional"
        if row["skillUri"] not in self._framework.names:
            return "not placed: its skill is not in the file of skills"
        if row["occupationUri"] not in self._framework.occupations:
            return "not placed: its occupation is not in the file of occupations"
        pair = (row["occupationUri"], row["skillUri"])
        asked = (self._levels[kind], IMPORTANCE[kind])
        self._framework.asked[pair] = max(asked, self._framework.asked.get(pair, asked))
        return "placed"
