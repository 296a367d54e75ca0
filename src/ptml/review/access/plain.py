"""What a request carries is text that every database can keep, as our own forms send it."""

from collections.abc import Iterable

_FORM = "application/x-www-form-urlencoded"


def is_plain(texts: Iterable[str]) -> bool:
    """Whether texts have no NUL, which PostgreSQL keeps in no text, and no half characters.

    >>> is_plain(["學 \U0001f600"]), is_plain(["a\\x00b"]), is_plain(["\\ud800"])
    (True, False, False)
    """
    return all("\x00" not in text and _is_whole(text) for text in texts)


def is_form(content_type: str) -> bool:
    """Whether a body is what a form without files sends; nothing at all is an empty form.

    No form of ours sends files or parts, and parts may each name a charset of their own: any codec
    of Python, some of which run into errors.

    >>> is_form("application/x-www-form-urlencoded; charset=utf-8"), is_form("multipart/form-data")
    (True, False)
    """
    return content_type.partition(";")[0].strip().casefold() in ("", _FORM)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
