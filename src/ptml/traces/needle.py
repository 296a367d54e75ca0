"""The ids of one person as patterns, so that E1 is found and E10 is not.

A name stands in a text where no letter, digit or underscore touches it. Ids of other people that
hold it all the same ("E1 B", "E1-2") are told to the needle and read over.
"""

import base64
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from urllib.parse import quote

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ptml.traces.alternatives import any_of

KEY_COLUMNS = frozenset({"employee_id", "enrolment_id", "manager_id", "owner"})
"""Columns whose whole value is the id of a person, or of something that is one person's."""
OTHER_KEYS = frozenset(
    {"course_id", "requires_course_id", "competency_id", "subject_id", "org_unit_id", "role_id"}
    | {"kpi_id", "parent_id", "run_id"}
)
"""Columns whose value is an id of no person, though it may read like one."""
# JSON within JSON has slashes before its quotes.
_KEYED = rb'(\\*"(?:owner_id|employee_id|manager_id|enrolment_id)\\*"\s*:\s*)\\*"(?:%s)\\*"'
BLOT = b"(erased)"
_NUMBER = re.compile(r"[\d.,+-]+")
# A shorter one is in any compressed file by chance.
_LEAST_RAW_BYTES = 5
_CODED = re.compile(rb"[A-Za-z0-9+/]{6,}")
# Encoded text has no ends of words; a shorter piece of it may be chance.
_LEAST_BASE64 = 6
_FEW = 64
_WORD = rb"[A-Za-z0-9_]"
_WIDE = MappingProxyType({"utf-16-le": 1, "utf-32-le": 3, "utf-16-be": 1, "utf-32-be": 3})


@dataclass(frozen=True)
class Needle:
    """What to look for.

    Attributes
    ----------
    ids : frozenset of str
        The person's id, and ids of things that are this person's alone (enrolments).
    others : frozenset of str
        Ids of other people, or of their things, that hold one of `ids` as a part.
    """

    ids: frozenset[str]
    others: frozenset[str] = field(default=frozenset())

    def cells(self, column: str, values: pa.Array | pa.ChunkedArray) -> int:
        """How many values of a column of text name the person."""
        if column in KEY_COLUMNS:
            return _count(pc.is_in(values, pa.array(sorted(self.ids), values.type)))
        if column in OTHER_KEYS:
            return 0
        if column.endswith("_id"):
            return _count(pc.is_in(values, pa.array(sorted(self._words), values.type)))
        maybe = values.filter(pc.match_substring_regex(values, self.loose))
        return sum(self.in_text(text) > 0 for text in maybe.to_pylist())

    def in_text(self, text: str) -> int:
        """How often a text names the person."""
        return self.in_bytes(text.encode("utf-8", "surrogatepass"))

    def in_bytes(self, raw: bytes) -> int:
        """How often bytes name the person: UTF-8, UTF-16, UTF-32, escaped for JSON, HTML or an
        address, or as base64."""
        # Most files hold none of the letters: looking for them alone is a thousand times faster.
        if not self._may_be_in(raw):
            return 0
        plain = sum(_is_hit(match) for match in self._pattern.finditer(raw))
        return plain + sum(self._is_coded(match[0]) for match in _CODED.finditer(raw))

    def _may_be_in(self, raw: bytes) -> bool:
        if len(self._pieces) <= _FEW:
            return any(piece in raw for piece in self._pieces)
        # All at once (Aho-Corasick); a letter a byte.
        text = pl.Series([raw.decode("latin-1")])
        return bool(text.str.contains_any(self._piece_texts)[0])

    @cached_property
    def _piece_texts(self) -> list[str]:
        return [piece.decode("latin-1") for piece in self._pieces]

    def _is_coded(self, coded: bytes) -> bool:
        """Whether a run of letters is base64 of bytes that name the person, begun anywhere."""
        if not self._coded_pattern.search(coded):
            return False
        begun = (coded[k:] for k in range(4))
        return any(
            _is_hit(match) for part in begun for match in self._pattern.finditer(_decoded(part))
        )

    @cached_property
    def _coded_pattern(self) -> re.Pattern[bytes]:
        # Without pieces it finds nothing anywhere.
        return re.compile(any_of(self._coded_pieces) if self._coded_pieces else rb"(?!)")

    @cached_property
    def _coded_pieces(self) -> list[bytes]:
        return sorted({piece for word in self._words for piece in _base64(word)})

    def without(self, text: str) -> str:
        """A text, or JSON, without the person: a value becomes null, a mention a word."""
        keyed = _KEYED % any_of(_forms(self.ids))
        raw = re.sub(keyed, rb"\1null", text.encode("utf-8", "surrogatepass"))
        return self._pattern.sub(_blotted, raw).decode("utf-8", "surrogatepass")

    @property
    def is_raw(self) -> bool:
        """Whether bytes of a compressed file can be told from chance."""
        return any(len(word.encode()) >= _LEAST_RAW_BYTES for word in self._words)

    @cached_property
    def loose(self) -> str:
        """An expression without look-around that finds all that may name the person."""
        return "|".join(sorted(re.escape(form.decode()) for form in _forms(self.ids)))

    @property
    def _words(self) -> frozenset[str]:
        return frozenset(word for word in self.ids if not _NUMBER.fullmatch(word))

    @cached_property
    def _pieces(self) -> list[bytes]:
        """Pieces of which one is in all that names the person."""
        wide = {word.encode(codec) for word in self._words for codec in _WIDE}
        pieces = sorted({*_forms(self.ids), *wide, *self._coded_pieces})
        if len(pieces) > _FEW:
            return pieces
        found: list[bytes] = []
        for piece in sorted(pieces, key=lambda piece: (len(piece), piece)):
            if not any(shorter in piece for shorter in found):
                found.append(piece)
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        numbers = self.ids - self._words
        parts = [any_of(_forms(self.others))] if self.others else []
        if self._words:
            parts.append(b"(?P<word>%s)" % b"|".join(_word_forms(self._words)))
        if numbers:
            # 1234 is in every page; as somebody's id it has a name before it, or a cell around.
            inner = any_of(_forms(numbers))
            parts.append(b"(?P<number>%s)" % (_KEYED % inner))
            parts.append(rb"(?P<cell>(?<=>)(?:%s)(?=<))" % inner)
        return re.compile(b"|".join(parts))


def _blotted(match: re.Match[bytes]) -> bytes:
    return BLOT if _is_hit(match) else match[0]


def _is_hit(match: re.Match[bytes]) -> bool:
    return any(found is not None for found in match.groupdict().values())


def _word_forms(words: Iterable[str]) -> Iterable[bytes]:
    plain = any_of(_forms(words))
    yield b"(?<!%s)(?:%s)(?!%s)" % (_WORD, plain, _WORD)
    for codec, n_zeros in _WIDE.items():
        inner = any_of(word.encode(codec) for word in words)
        zeros = rb"\0" * n_zeros
        touching = _WORD + zeros if codec.endswith("le") else zeros + _WORD
        yield b"(?<!%s)(?:%s)(?!%s)" % (touching, inner, touching)


def _forms(words: Iterable[str]) -> set[bytes]:
    """Words as they stand in text, JSON, HTML, an address or a quoted value."""
    forms: set[str] = set()
    for word in words:
        marked = html.escape(word, quote=True)
        forms |= {word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}
        forms |= {marked, marked.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}
        forms |= {quote(word), quote(word, safe=""), word.replace('"', '""')}
        forms |= {word.replace("'", "''"), json.dumps(marked)[1:-1]}
    return {form.encode("utf-8", "surrogatepass") for form in forms}


def _base64(word: str) -> Iterable[bytes]:
    raw = word.encode()
    for ahead in range(3):
        # Letters that the bytes before or after have a part in are left out.
        first = 0 if ahead == 0 else ahead + 1
        whole = base64.b64encode(b"\0" * ahead + raw).rstrip(b"=")
        end = len(whole) if (ahead + len(raw)) % 3 == 0 else len(whole) - 1
        if end - first >= _LEAST_BASE64:
            yield whole[first:end]


def _decoded(part: bytes) -> bytes:
    whole = part[: len(part) // 4 * 4]
    rest = part[len(whole) :]
    # Two or three letters more are one or two bytes more; a single one is none.
    return base64.b64decode(whole + (rest.ljust(4, b"=") if len(rest) > 1 else b""))


def _count(found: pa.Array | pa.ChunkedArray) -> int:
    return int(pc.sum(found).as_py() or 0)
