"""Publish a run: all of its tables or none, to a folder of Parquet files or a DuckDB file."""

from ptml.publish.publication import Publication, open_publication
from ptml.publish.reading import PublishedRun, read_run
from ptml.publish.record import RunRecord

__all__ = ["Publication", "PublishedRun", "RunRecord", "open_publication", "read_run"]
