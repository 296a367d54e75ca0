"""Does a file name a person? Whatever its form: tables, databases, archives, text, raw bytes."""

from ptml.traces.files import Look, Trace, look_at
from ptml.traces.needle import KEY_COLUMNS, Needle

__all__ = ["KEY_COLUMNS", "Look", "Needle", "Trace", "look_at"]
