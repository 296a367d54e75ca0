"""The review page: people see whom to look at this week, understand why, and decide.

It reads published tables and writes what people decided; it never touches a model.
"""

from ptml.review.app import create_app
from ptml.review.config import ReviewConfig

__all__ = ["ReviewConfig", "create_app"]
