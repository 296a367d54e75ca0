"""Which of Moodle's tables and downloads a file is, by its columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.records import Records, open_records

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".csv.gz", ".json.gz", ".jsonl.gz")

# Tables of Moodle's database by columns that no other has; the first that fits counts.
TABLES = {
    "logstore_standard_log": ("eventname", "timecreated", "courseid", "userid"),
    "user_enrolments": ("enrolid", "userid", "timecreated"),
    "enrol": ("enrol", "courseid"),
    "course_completions": ("userid", "course", "timecompleted"),
    "grade_grades_history": ("oldid", "itemid", "userid", "finalgrade"),
    "grade_grades": ("itemid", "userid", "finalgrade"),
    "grade_items": ("itemtype", "courseid", "grademax"),
    "course_modules_completion": ("coursemoduleid", "userid", "completionstate"),
    "course_modules": ("course", "module", "completion"),
    "user": ("username", "id"),
    "course": ("shortname", "fullname", "id"),
}
COMPLETION_REPORT, GRADER_REPORT, LOG_REPORT = "completion report", "grader report", "log report"
EXPORTED = "Last downloaded from this course"
COURSE_COMPLETE = "Course complete"
# What Moodle says of an event is English in every language.
_DESCRIPTION = re.compile(r"^The user with id '-?\d+'")
_LOOKED_AT = 50


@dataclass(frozen=True)
class MoodleFile:
    """A file and what it is.

    Attributes
    ----------
    kind : str
        A table of Moodle, one of its downloads, or empty for what is neither.
    described_in : str
        Column of a log report that holds the description.
    """

    records: Records
    kind: str
    described_in: str = ""


def moodle_files(source: Path) -> list[MoodleFile]:
    """Tell what the files of a place are.

    Raises
    ------
    UsageError
        When there is none that is read.
    """
    paths = [source]
    if not source.is_file():
        paths = sorted(source.iterdir()) if source.is_dir() else []
        paths = [path for path in paths if path.name.endswith(SUFFIXES) and path.is_file()]
    found = [_recognised(open_records(path)) for path in paths]
    if not any(file.kind for file in found):
        raise UsageError(
            f"{source} has no file with the columns of a table of Moodle ({', '.join(TABLES)}), nor"
            " a downloaded log, grades or course completions"
        )
    return found


def _recognised(records: Records) -> MoodleFile:
    columns = set(records.columns)
    for kind, wanted in TABLES.items():
        if columns.issuperset(wanted):
            return MoodleFile(records, kind)
    if EXPORTED in columns or any(name.endswith(("(Real)", "(Percentage)")) for name in columns):
        return MoodleFile(records, GRADER_REPORT)
    if COURSE_COMPLETE in columns:
        return MoodleFile(records, COMPLETION_REPORT)
    described = next(_described(records), "")
    return MoodleFile(records, LOG_REPORT if described else "", described)


def _described(records: Records) -> Iterator[str]:
    for record in islice(records, _LOOKED_AT):
        yield from (name for name, text in record.values.items() if _DESCRIPTION.match(text))
