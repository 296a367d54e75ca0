"""Competency frameworks, ESCO and O*NET: docs/methods/import-mappings.md."""

from ptml.sources.importers.framework.esco import EscoOptions, import_esco
from ptml.sources.importers.framework.onet import OnetOptions, import_onet

__all__ = ["EscoOptions", "OnetOptions", "import_esco", "import_onet"]
