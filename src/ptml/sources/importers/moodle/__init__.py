"""Logs, enrolments, completions and grades of Moodle: docs/methods/imported-data.md."""

from ptml.sources.importers.moodle.importing import MoodleOptions, import_moodle

__all__ = ["MoodleOptions", "import_moodle"]
