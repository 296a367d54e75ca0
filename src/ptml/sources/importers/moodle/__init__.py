"""Logs, enrolments, completions and grades of Moodle: docs/methods/import-mappings.md."""

from ptml.sources.importers.moodle.importing import MoodleOptions, import_moodle

__all__ = ["MoodleOptions", "import_moodle"]
