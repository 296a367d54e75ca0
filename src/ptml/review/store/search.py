"""What people are found by: the words of names and ids, each from its beginning.

A word of a name is found by how it begins, and Chinese, Japanese and Korean names, which are
written without spaces, by any part of them. The rows are written by whoever writes a name, in the
same transaction.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, FromClause, and_, delete, insert

from ptml.review.store.schema import search_words

_LONGEST = 40
_AFTER_ALL = "\U0010ffff"
_PART = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
# Han, kana and hangul: any character may begin what somebody looks for.
_UNSPACED = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def folded(text: str) -> str:
    """A text as it is compared: capital or not, narrow or wide.

    >>> folded("ＡＢ Straße")
    'ab strasse'
    """
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(name: str | None, employee_id: str) -> frozenset[str]:
    """The words that somebody is found by.

    >>> sorted(words_of("Ada Berg-Fang", "E0042"))
    ['0042', '42', 'ada', 'berg', 'berg-fang', 'e0042', 'fang']
    >>> sorted(words_of("王小明", "7"))
    ['7', '小明', '明', '王小明']
    """
    told = {word[:_LONGEST] for word in _words(folded(name or ""))}
    return frozenset(told | {word[:_LONGEST] for word in _of_id(folded(employee_id))})


def find_by(connection: Connection, names: Mapping[str, str | None]) -> None:
    """Let people be found by these names and by their ids, and by nothing else.

    Parameters
    ----------
    names : mapping of str to str or None
        Names by id; None = nobody knows it.
    """
    find_no_more(connection, names)
    rows = [
        {"word": word, "employee_id": person}
        for person, name in names.items()
        for word in sorted(words_of(name, person))
    ]
    if rows:
        connection.execute(insert(search_words), rows)


def find_no_more(connection: Connection, people: Iterable[str]) -> None:
    """Let people be found no more."""
    some = sorted(people)
    for begin in range(0, len(some), 1_000):
        chosen = some[begin : begin + 1_000]
        connection.execute(delete(search_words).where(search_words.c.employee_id.in_(chosen)))


def begins(word: str, table: FromClause = search_words) -> ColumnElement[bool]:
    """The condition that a word of the table begins so: a range of its index."""
    first = folded(word)[:_LONGEST]
    return and_(table.c.word >= first, table.c.word < first + _AFTER_ALL)


def _words(text: str) -> Iterator[str]:
    for piece in text.split():
        yield piece
        for part in _PART.findall(piece):
            yield part
            for run in _UNSPACED.findall(part):
                yield from (run[k:] for k in range(len(run)))


def _of_id(text: str) -> Iterator[str]:
    yield from _words(text)
    for digits in _DIGITS.findall(text):
        yield digits
        # Who looks for number 42 of E0042 leaves the zeros out.
        yield digits.lstrip("0") or "0"
