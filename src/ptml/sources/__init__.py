"""Where data come from: a folder, a DuckDB file or a PostgreSQL server."""

from ptml.sources.read import read_dataset

__all__ = ["read_dataset"]
