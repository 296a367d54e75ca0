"""Exports of personnel systems by a mapping file: docs/how-to/import.md."""

from ptml.sources.importers.hris.draft import draft_mapping
from ptml.sources.importers.hris.importing import import_hris

__all__ = ["draft_mapping", "import_hris"]
