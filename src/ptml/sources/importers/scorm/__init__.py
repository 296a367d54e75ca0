"""Results of SCORM 1.2 and 2004: docs/methods/import-mappings.md."""

from ptml.sources.importers.scorm.importing import ScormOptions, import_scorm

__all__ = ["ScormOptions", "import_scorm"]
