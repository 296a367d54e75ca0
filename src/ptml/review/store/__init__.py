"""The review database."""

from ptml.review.store.database import Database

__all__ = ["Database"]
