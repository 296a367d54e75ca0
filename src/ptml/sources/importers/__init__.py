"""Public data sets as contract tables: docs/methods/imported-data.md."""

from ptml.sources.importers.mooccubex import import_mooccubex
from ptml.sources.importers.oulad import import_oulad
from ptml.sources.importers.writing import ImportSummary

__all__ = ["ImportSummary", "import_mooccubex", "import_oulad"]
