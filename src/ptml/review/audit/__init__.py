"""Who looked at what, and who decided what: a log that can only grow."""

from ptml.review.audit.chain import Entry, Verdict, append, head, verify

__all__ = ["Entry", "Verdict", "append", "head", "verify"]
