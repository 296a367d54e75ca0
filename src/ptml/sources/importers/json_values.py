"""JSON values of a file one by one: an array, lines, or pages that hold a list, however large."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ptml.errors import DataError

_CHUNK = 1 << 20
_LONGEST_VALUE = 1 << 25
# The longest word of JSON that may be cut in two: -Infinity.
_WORD = 16
_SKIPPED = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a file.

    Attributes
    ----------
    row : int
        Its place in the file, from 1.
    value : object
        None where it cannot be read.
    text : str
        As it stands, only where it cannot be read.
    """

    row: int
    value: Any
    text: str = ""


@dataclass
class Pages:
    """What pages said beside their lists.

    Attributes
    ----------
    more : str
        Where the last page says that more follows.
    """

    more: str = ""


def json_values(path: Path, lists: tuple[str, ...], pages: Pages) -> Iterator[Value]:
    """Give the values of a file (``.gz`` or plain): of a list, of lines, or of pages.

    Parameters
    ----------
    lists : tuple of str
        Keys under which a page holds its list: ``{"statements": [...], "more": "..."}``.
    pages : Pages
        Takes up what pages say of further ones.

    Raises
    ------
    DataError
        When a list breaks off or holds what is no JSON: nothing after it can be told apart.
    """
    try:
        with open_text(path) as file:
            yield from _values(_Text(file, path), _opening(lists), lists, pages)
    except (UnicodeDecodeError, EOFError, OSError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error


def open_text(path: Path) -> IO[str]:
    """Open a text file in UTF-8, packed by gzip or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _opening(lists: tuple[str, ...]) -> re.Pattern[str]:
    """How a page begins whose list can be read value by value."""
    word = r'"(?:[^"\\]|\\.)*"'
    plain = rf"(?:{word}|[-+.\w]+)"
    names = "|".join(map(re.escape, lists)) or "(?!)"
    return re.compile(rf'\{{\s*(?:{word}\s*:\s*{plain}\s*,\s*)*"(?:{names})"\s*:\s*\[')


def _values(
    text: "_Text", opening: re.Pattern[str], lists: tuple[str, ...], pages: Pages
) -> Iterator[Value]:
    row = 0
    while text.peek():
        page = opening.match(text.rest, text.at)
        if page is not None or text.peek() == "[":
            start = text.at
            text.at = page.end() if page is not None else start + 1
            head = text.rest[start : text.at]
            for value in _list(text):
                row += 1
                yield Value(row, value)
            if page is not None:
                pages.more = _more(head, text)
        else:
            for value in _one(text, lists, pages):
                row += 1
                yield Value(row, value.value, value.text)


def _list(text: "_Text") -> Iterator[Any]:
    """The values of a list that was opened; lists in it (a sheet each) are opened too."""
    depth = 1
    while depth:
        mark = text.peek()
        if mark in ("[", "]"):
            text.at += 1
            depth += 1 if mark == "[" else -1
        elif not mark:
            raise DataError(f"{text.name} breaks off within a list: the file is not whole")
        else:
            yield text.value()


def _more(head: str, text: "_Text") -> str:
    """What a page says of the next, before its list or after it."""
    tail = text.until_closed()
    found = re.search(r'"more"\s*:\s*("(?:[^"\\]|\\.)*")', f"{head} {tail}")
    return str(json.loads(found.group(1))) if found else ""


def _one(text: "_Text", lists: tuple[str, ...], pages: Pages) -> Iterator[Value]:
    line = text.line()
    try:
        value = json.loads(line)
    except json.JSONDecodeError:
        try:
            # A value over several lines.
            value = text.value()
        except DataError:
            text.skip_line()
            yield Value(0, None, line.strip())
            return
    else:
        text.skip_line()
    held = [name for name in lists if isinstance(value, dict) and isinstance(value.get(name), list)]
    if not held:
        yield Value(0, value)
        return
    pages.more = str(value.get("more") or "")
    yield from (Value(0, each) for each in value[held[0]])


class _Text:
    """The part of a file that is looked at: `rest` from `at` on."""

    def __init__(self, file: IO[str], path: Path) -> None:
        self._file, self.name = file, path.name
        self.rest, self.at = "", 0
        self._is_over = False

    def peek(self) -> str:
        """The next mark that is no space and no comma; empty at the end."""
        while True:
            found = _SKIPPED.match(self.rest, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.rest):
                if len(self.rest) - self.at < _CHUNK // 8:
                    self._read()
                return self.rest[self.at]
            if not self._read():
                return ""

    def value(self) -> Any:
        """The value that begins here."""
        while True:
            try:
                value, self.at = _DECODER.raw_decode(self.rest, self.at)
                return value
            except json.JSONDecodeError as error:
                if not _breaks_off(error) or self._is_too_long() or not self._read():
                    shown = self.rest[self.at : self.at + 60]
                    raise DataError(
                        f"{self.name} holds no JSON at {shown!r}: {error.msg}"
                    ) from error

    def line(self) -> str:
        """The rest of the line."""
        while (end := self.rest.find("\n", self.at)) < 0:
            if self._is_too_long() or not self._read():
                return self.rest[self.at :]
        return self.rest[self.at : end]

    def skip_line(self) -> None:
        """Go on behind the line."""
        self.at += len(self.line())

    def until_closed(self) -> str:
        """What stands between a list's end and that of the page around it."""
        while (end := self.rest.find("}", self.at)) < 0:
            if not self._read():
                raise DataError(f"{self.name} breaks off within a page: the file is not whole")
        tail, self.at = self.rest[self.at : end], end + 1
        return tail

    def _is_too_long(self) -> bool:
        return len(self.rest) - self.at > _LONGEST_VALUE

    def _read(self) -> bool:
        if self._is_over:
            return False
        more = self._file.read(_CHUNK)
        self._is_over = not more
        self.rest, self.at = self.rest[self.at :] + more, 0
        return bool(more)


def _breaks_off(error: json.JSONDecodeError) -> bool:
    """Whether more text may mend it: the fault is at the end of what was read."""
    return error.msg.startswith("Unterminated") or error.pos >= len(error.doc) - _WORD
