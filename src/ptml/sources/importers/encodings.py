"""How a text file is written: its encoding and the mark between its values."""

import codecs
from pathlib import Path

from ptml.errors import DataError

_CHUNK = 1 << 20
_SEPARATORS = ",;\t|"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# In GB 2312, which nearly all text of GB 18030 is, both bytes are 0xA1 and above; in Big5 half of
# the second ones are below.
_LEAST_HIGH_SHARE = 0.9
_HIGH = 0xA1


def encoding_of(path: Path) -> str:
    """Tell the encoding of a file: by its byte order mark, UTF-8, GB 18030 or Big5.

    Raises
    ------
    DataError
        For a spreadsheet, an empty file, and bytes that are none of these.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_SPREADSHEETS):
        raise DataError(f"{path.name} is a spreadsheet or an archive; save it as CSV")
    if not head:
        raise DataError(f"{path.name} is empty")
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    if _decodes(path, "utf-8"):
        return "utf-8"
    order = ("gb18030", "big5") if _share_of_high(path) >= _LEAST_HIGH_SHARE else ("big5",)
    for name in order:
        if _decodes(path, name):
            return name
    raise DataError(
        f"{path.name} is neither UTF-8 nor GB 18030 nor Big5; save it as UTF-8, or name its"
        " encoding in the mapping file"
    )


def separator_of(line: str) -> str:
    """The mark that separates the values of a header line.

    Examples
    --------
    >>> separator_of("id;name;date, from")
    ';'
    """
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=lambda mark: (outside.count(mark), -_SEPARATORS.index(mark)))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _share_of_high(path: Path) -> float:
    """Of characters of two bytes, the share whose second one is high too."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    seconds, at = [], 0
    while at < len(head) - 1:
        is_double = head[at] > 0x80
        if is_double:
            seconds.append(head[at + 1] >= _HIGH)
        at += 2 if is_double else 1
    return sum(seconds) / len(seconds) if seconds else 0.0
