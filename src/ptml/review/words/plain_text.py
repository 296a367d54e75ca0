"""Text as a form sends it, without what a database cannot hold."""

from typing import Annotated

from pydantic import AfterValidator


def without_nul(text: str) -> str:
    r"""The text without the one character that PostgreSQL refuses in a text.

    >>> without_nul("a\x00b")
    'ab'
    """
    return text.replace("\x00", "")


PlainText = Annotated[str, AfterValidator(without_nul)]
"""A field of text."""
