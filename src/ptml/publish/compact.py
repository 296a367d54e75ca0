"""Thrift's compact protocol, as far as the footer of a Parquet file needs it.

After https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md. A struct is
a dict of field to (type, value), or bytes that were written before; a list is (type of its
values, values).
"""

from typing import Any

Struct = dict[int, tuple[int, Any]]

_TRUE, _FALSE, _BYTE, _I16, _I32, I64, _DOUBLE, _BINARY, LIST, _SET, _MAP, STRUCT = range(1, 13)
_WHOLE = frozenset({_I16, _I32, I64})
_LONG_LIST = 15


class Reader:
    """Reads values from bytes, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self) -> Struct:
        """The struct that begins here."""
        found: Struct = {}
        field = 0
        while head := self._byte():
            kind, step = head & 15, head >> 4
            field = field + step if step else self._whole()
            found[field] = kind, self._value(kind)
        return found

    def _value(self, kind: int) -> Any:
        if kind in _WHOLE:
            return self._whole()
        if kind == _BINARY:
            return self._take(self._natural())
        if kind == STRUCT:
            return self.struct()
        if kind in (LIST, _SET):
            return self._list()
        if kind in (_TRUE, _FALSE):
            return None
        return self._take({_BYTE: 1, _DOUBLE: 8}[kind])

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        kind, n = head & 15, head >> 4
        n = self._natural() if n == _LONG_LIST else n
        # A truth value in a list is a byte of its own.
        read = _BYTE if kind in (_TRUE, _FALSE) else kind
        return kind, [self._value(read) for _ in range(n)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, n: int) -> bytes:
        self._at += n
        return self._data[self._at - n : self._at]

    def _natural(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _whole(self) -> int:
        value = self._natural()
        return (value >> 1) ^ -(value & 1)


def struct_bytes(struct: Struct) -> bytes:
    """Write down a struct."""
    out, last = bytearray(), 0
    for field, (kind, value) in sorted(struct.items()):
        step = field - last
        out += bytes([step << 4 | kind]) if step < 16 else bytes([kind]) + _whole_bytes(field)
        out += _value_bytes(kind, value)
        last = field
    return bytes(out + b"\0")


def _value_bytes(kind: int, value: Any) -> bytes:
    if kind in _WHOLE:
        return _whole_bytes(value)
    if kind == _BINARY:
        return _natural_bytes(len(value)) + bytes(value)
    if kind == STRUCT:
        return value if isinstance(value, bytes) else struct_bytes(value)
    if kind in (LIST, _SET):
        return _list_bytes(*value)
    return b"" if value is None else bytes(value)


def _list_bytes(of: int, values: list[Any]) -> bytes:
    n = len(values)
    head = bytes([n << 4 | of]) if n < _LONG_LIST else bytes([240 | of]) + _natural_bytes(n)
    written = _BYTE if of in (_TRUE, _FALSE) else of
    return head + b"".join(_value_bytes(written, value) for value in values)


def _natural_bytes(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _whole_bytes(value: int) -> bytes:
    return _natural_bytes(value << 1 if value >= 0 else (-value << 1) - 1)
