"""Statements of xAPI and cmi5: docs/methods/import-mappings.md."""

from ptml.sources.importers.xapi.importing import XapiOptions, import_xapi

__all__ = ["XapiOptions", "import_xapi"]
