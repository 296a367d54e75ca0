"""Publish a run: all of its tables or none, to a folder, a DuckDB file or a PostgreSQL schema."""

from ptml.publish.answers import BucketAnswers, KeptAnswers
from ptml.publish.publication import Publication, clear_left, open_publication
from ptml.publish.reading import manifest_of, read_run
from ptml.publish.record import RunRecord
from ptml.publish.tables import PublishedRun
from ptml.publish.work import Work

__all__ = [
    "BucketAnswers",
    "KeptAnswers",
    "Publication",
    "PublishedRun",
    "RunRecord",
    "Work",
    "clear_left",
    "manifest_of",
    "open_publication",
    "read_run",
]
