"""Names and patterns of names (`*` for anything): what a mapping file says of them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")


class Patterns(Generic[T]):
    """Values by name; a name that stands there itself goes before the first pattern that fits."""

    def __init__(self, values: Mapping[str, T]) -> None:
        self._exact = {name: value for name, value in values.items() if "*" not in name}
        self._globs = [(glob(name), value) for name, value in values.items() if "*" in name]
        self._found = lru_cache(maxsize=65_536)(self._search)

    def exact(self, name: str) -> T | None:
        """The value of the name itself."""
        return self._exact.get(name)

    def find(self, name: str) -> T | None:
        """The value of the name, or of the first pattern that it fits."""
        return self._found(name)

    def _search(self, name: str) -> T | None:
        if name in self._exact:
            return self._exact[name]
        return next((value for form, value in self._globs if form.fullmatch(name)), None)


def glob(pattern: str) -> re.Pattern[str]:
    """The expression of a pattern, for `fullmatch`."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
