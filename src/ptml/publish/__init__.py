"""Publish a run: all of its tables or none, to a folder of Parquet files or a DuckDB file."""

from ptml.publish.publication import Publication, open_publication
from ptml.publish.reading import read_run
from ptml.publish.record import RunRecord
from ptml.publish.tables import PublishedRun

__all__ = ["Publication", "PublishedRun", "RunRecord", "open_publication", "read_run"]
