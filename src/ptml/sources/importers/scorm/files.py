"""Which export of SCORM results a file is, by its columns, and what its columns mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.records import Records, open_records
from ptml.sources.importers.scorm.elements import is_element

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".csv.gz", ".json.gz", ".jsonl.gz")
LONG, WIDE, CLOUD = "values by element", "attempts", "registrations"

# Moodle's tables whose rows give names to numbers; from 4.3 on values stand in three tables.
NAMING = {
    "scorm_attempt": ("scormid", "userid", "attempt", "id"),
    "scorm_element": ("element", "id"),
    "scorm_scoes": ("scorm", "scormtype"),
    "scorm": ("course", "name", "id", "maxattempt"),
    "user": ("username", "id"),
    "course": ("shortname", "fullname", "id"),
}
_VALUES = {
    LONG: (("element", "value", "scormid"), ("elementid", "value", "attemptid")),
    CLOUD: (("registrationCompletion", "course", "learner"),),
}
# Names that learning systems give to the columns of an export by attempt or by element.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "person": (
        *("employee_id", "learner_id", "student_id", "cmi.core.student_id", "cmi.learner_id"),
        *("user_id", "userid", "username", "email", "learner", "student", "user"),
    ),
    "course": (
        *("course_id", "courseid", "course", "package_id", "scorm_id", "scormid", "activity_id"),
        *("activity", "course_code"),
    ),
    "title": ("course_title", "course_name", "title"),
    "sco": ("sco_id", "scoid", "sco", "item_id"),
    "attempt": ("attempt", "attempt_number", "attempt_id", "attempt_no"),
    "started": (
        *("started_at", "started_on", "start_time", "first_access", "attempt_started", "started"),
        *("launched_at", "date_started"),
    ),
    "ended": (
        *(
            "completed_at",
            "completed_on",
            "ended_at",
            "last_access",
            "last_accessed",
            "finished_at",
        ),
        *("date_completed", "timemodified", "timestamp", "updated_at", "date", "time"),
    ),
    "element": ("element", "element_name"),
    "value": ("value", "element_value"),
}


@dataclass(frozen=True)
class ScormFile:
    """A file and what it is.

    Attributes
    ----------
    kind : str
        A table that names, one of `LONG`, `WIDE`, `CLOUD`, or empty for what is none of these.
    columns : mapping of str to str
        The file's column for each of `ALIASES` that it has.
    """

    records: Records
    kind: str
    columns: Mapping[str, str]


def scorm_files(source: Path) -> list[ScormFile]:
    """Tell what the files of a place are.

    Raises
    ------
    UsageError
        When none holds results.
    """
    paths = [source]
    if not source.is_file():
        paths = sorted(source.iterdir()) if source.is_dir() else []
        paths = [path for path in paths if path.name.endswith(SUFFIXES) and path.is_file()]
    found = [_recognised(open_records(path)) for path in paths]
    if not any(file.kind in (LONG, WIDE, CLOUD) for file in found):
        raise UsageError(
            f"{source} has no file of SCORM results: rows with element and value (as Moodle's"
            " scorm_scoes_track), a row an attempt with columns such as cmi.core.lesson_status and"
            " learner_id, or registrations of SCORM Cloud"
        )
    return found


def _recognised(records: Records) -> ScormFile:
    columns = set(records.columns)
    meant = _meant(records.columns)
    for kind, shapes in _VALUES.items():
        if any(columns.issuperset(shape) for shape in shapes):
            return ScormFile(records, kind, meant)
    for kind, wanted in NAMING.items():
        if columns.issuperset(wanted):
            return ScormFile(records, kind, meant)
    if {"person", "course"} <= meant.keys():
        if {"element", "value"} <= meant.keys():
            return ScormFile(records, LONG, meant)
        if any(map(is_element, columns)):
            return ScormFile(records, WIDE, meant)
    return ScormFile(records, "", meant)


def _meant(columns: Sequence[str]) -> dict[str, str]:
    by_name = {name.lower().replace(" ", "_"): name for name in columns}
    found = {}
    for meaning, aliases in ALIASES.items():
        name = next((by_name[alias] for alias in aliases if alias in by_name), None)
        if name is not None:
            found[meaning] = name
    return found
